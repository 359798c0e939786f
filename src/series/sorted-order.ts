/** Spans by (second, id): what makes a series a set. */

import { newUint32s } from '../core/arena.ts';
import type { KeySpans } from './key-spans.ts';

/**
 * Numbers of the spans by (second, id), equal ones side by side; `null` when they are in strict order already.
 *
 * Deliveries are long ascending stretches, mostly apart from one another. So whole stretches are put in order first, and
 * what then still overlaps is merged: a natural merge sort (Knuth, TAOCP 3, 5.2.4) with few stretches left.
 */
export function sortedOrder(spans: KeySpans): Uint32Array | null {
  const count = spans.id.length;
  if (isStrictlyAscending(spans)) return null;
  let { order: from, starts } = stretchesInOrder(spans);
  let to = newUint32s(count);
  while (starts.length > 1) {
    const merged: number[] = [];
    for (let pair = 0; pair < starts.length; pair += 2) {
      const low = starts[pair] as number;
      const middle = starts[pair + 1] ?? count;
      const high = starts[pair + 2] ?? count;
      merged.push(low);
      mergeNeighbours(to, from, low, middle, high, spans);
    }
    [from, to] = [to, from];
    starts = merged;
  }
  return from;
}

/** Below 0: span `a` comes before span `b`. */
function compare({ second, id }: KeySpans, a: number, b: number): number {
  return (second[a] as number) - (second[b] as number) || (id[a] as number) - (id[b] as number);
}

function isStrictlyAscending(spans: KeySpans): boolean {
  const count = spans.id.length;
  for (let span = 1; span < count; span++) if (compare(spans, span - 1, span) >= 0) return false;
  return true;
}

/** Ascending stretches by their first spans, and where a span in this order comes before the one ahead of it. */
function stretchesInOrder(spans: KeySpans): { order: Uint32Array<ArrayBuffer>; starts: number[] } {
  const firsts = ascendingStretches(spans);
  const stretches = Uint32Array.from(firsts.keys());
  stretches.sort((a, b) => compare(spans, firsts[a] as number, firsts[b] as number));
  const order = newUint32s(spans.id.length);
  const starts: number[] = [];
  let out = 0;
  for (const stretch of stretches) {
    const first = firsts[stretch] as number;
    const end = firsts[stretch + 1] ?? order.length;
    if (out === 0 || compare(spans, first, order[out - 1] as number) < 0) starts.push(out);
    countFrom(first, order.subarray(out, out + end - first));
    out += end - first;
  }
  return { order, starts };
}

/** The first span of each. */
function ascendingStretches(spans: KeySpans): Uint32Array {
  const firsts = newUint32s(spans.id.length);
  let count = 0;
  for (let span = 0; span < firsts.length; span++) {
    firsts[count] = span;
    count += span === 0 || compare(spans, span, span - 1) < 0 ? 1 : 0;
  }
  return firsts.subarray(0, count);
}

function countFrom(first: number, out: Uint32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = first + i;
}

/** [low, middle) and [middle, high) of `from`, each ascending, as one in `to`. What does not overlap is copied whole. */
function mergeNeighbours(
  to: Uint32Array,
  from: Uint32Array,
  low: number,
  middle: number,
  high: number,
  spans: KeySpans,
): void {
  let a = middle < high ? firstAfter(from, low, middle, from[middle] as number, spans) : middle;
  let b = middle;
  let out = a;
  to.set(from.subarray(low, a), low);
  while (a < middle && b < high) {
    const second = compare(spans, from[b] as number, from[a] as number) < 0;
    to[out++] = from[second ? b++ : a++] as number;
  }
  to.set(a < middle ? from.subarray(a, middle) : from.subarray(b, high), out);
}

/** First place in [low, high) of an ascending stretch whose span comes after `span`; `high`: none does. */
function firstAfter(order: Uint32Array, low: number, high: number, span: number, spans: KeySpans): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(spans, order[middle] as number, span) > 0) to = middle;
    else from = middle + 1;
  }
  return from;
}
