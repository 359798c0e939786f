/** Of samples that came several times, one each. */

import { Uint32List } from '../core/number-list.ts';
import type { SeriesValues } from '../signals/rows.ts';
import { type KeySpans, SpanBuilder } from './key-spans.ts';
import { type ColumnBuffers, copyRows, newBuffers, type SeriesSource } from './series-source.ts';

export type DistinctSpans = {
  /** By (second, id), none overlapping another. */
  readonly spans: KeySpans;
  /** Samples that were there before in the same words, dropped. */
  readonly repeats: number;
  /** Samples dropped whose values are not those of the one kept. */
  readonly conflicts: number;
};

/** @param sorted by (second, id); of rows with one key the smallest by column values is kept. */
export function dropRepeats(source: SeriesSource, sorted: KeySpans): DistinctSpans {
  const spans = new SpanBuilder(sorted.second.length);
  const judge = new Judge(source);
  keepFirst(sorted, spans, judge);
  const { repeats, conflicts, replaced, by } = judge.finish();
  const kept = spans.finish();
  return { spans: replaced.length === 0 ? kept : replaceRows(kept, replaced, by), repeats, conflicts };
}

/** Of every sample the first delivery; the judge is told of the others. */
function keepFirst(sorted: KeySpans, spans: SpanBuilder, judge: Judge): void {
  const { second, id, rows, row } = sorted;
  const count = second.length;
  for (let first = 0, next = 0; first < count; first = next) {
    let end = endOf(sorted, first);
    for (next = first + 1; next < count && second[next] === second[first] && (id[next] as number) < end; next++) {
      end = Math.max(end, endOf(sorted, next));
    }
    if (next > first + 1) cutOverlaps(sorted, first, next, spans, judge);
    else spans.add(second[first] as number, id[first] as number, rows[first] as number, row[first] as number);
  }
}

/** Spans [first, last), which overlap one another, cut wherever one begins or ends. */
function cutOverlaps(sorted: KeySpans, first: number, last: number, spans: SpanBuilder, judge: Judge): void {
  const { id } = sorted;
  const second = sorted.second[first] as number;
  const open: number[] = [];
  let next = first;
  for (let from = id[first] as number; next < last || open.length > 0; ) {
    for (; next < last && id[next] === from; next++) open.push(next);
    const deliveries = rowsAt(sorted, open, from);
    const to = Math.min(next < last ? (id[next] as number) : Number.POSITIVE_INFINITY, firstEnd(sorted, open));
    spans.add(second, from, to - from, deliveries[0] as number);
    if (deliveries.length > 1) judge.contest(deliveries, to - from);
    closeAt(sorted, open, to);
    from = to;
  }
}

/** Row of id `at` in each of the open spans. */
function rowsAt({ id, row }: KeySpans, open: readonly number[], at: number): number[] {
  const rows: number[] = [];
  for (let i = 0; i < open.length; i++) {
    const span = open[i] as number;
    rows.push((row[span] as number) + (at - (id[span] as number)));
  }
  return rows;
}

function firstEnd(sorted: KeySpans, open: readonly number[]): number {
  let end = endOf(sorted, open[0] as number);
  for (let i = 1; i < open.length; i++) end = Math.min(end, endOf(sorted, open[i] as number));
  return end;
}

/** Leaves open what goes on beyond id `to`. */
function closeAt(sorted: KeySpans, open: number[], to: number): void {
  let left = 0;
  for (let i = 0; i < open.length; i++) {
    const span = open[i] as number;
    open[left] = span;
    left += endOf(sorted, span) > to ? 1 : 0;
  }
  open.length = left;
}

function endOf({ id, rows }: KeySpans, span: number): number {
  return (id[span] as number) + (rows[span] as number);
}

/** Rows that are compared at a time. */
const COMPARED_ROWS = 8192;

/** Values of the rows kept so far, and of those that contest them. */
type Values = { readonly kept: ColumnBuffers; readonly next: ColumnBuffers };

/** Compares deliveries of the same samples, in stretches as long as all of them run on in the source. */
class Judge {
  readonly #source: SeriesSource;
  /** First row of the stretch in each delivery. */
  #deliveries: readonly number[] = [];
  #rows = 0;
  #values: Values | undefined;
  #dropped = 0;
  #conflicts = 0;
  readonly #replaced = new Uint32List();
  readonly #by = new Uint32List();

  constructor(source: SeriesSource) {
    this.#source = source;
  }

  /** @param deliveries the first of `rows` rows in each */
  contest(deliveries: readonly number[], rows: number): void {
    if (!this.#goOn(deliveries)) {
      this.#settle();
      this.#deliveries = deliveries;
    }
    this.#rows += rows;
  }

  /** Rows of first deliveries, in the order they came, and those to be kept in their place. */
  finish() {
    this.#settle();
    return {
      repeats: this.#dropped - this.#conflicts,
      conflicts: this.#conflicts,
      replaced: this.#replaced.view(),
      by: this.#by.view(),
    };
  }

  #goOn(deliveries: readonly number[]): boolean {
    const before = this.#deliveries;
    if (deliveries.length !== before.length) return false;
    for (let i = 0; i < before.length; i++) {
      if (deliveries[i] !== (before[i] as number) + this.#rows) return false;
    }
    return true;
  }

  #settle(): void {
    const first = this.#deliveries[0] as number;
    const others = this.#deliveries.slice(1);
    for (let from = 0; from < this.#rows; from += COMPARED_ROWS) {
      const count = Math.min(COMPARED_ROWS, this.#rows - from);
      this.#compare(
        first + from,
        others.map((other) => other + from),
        count,
      );
    }
    this.#dropped += this.#rows * others.length;
    this.#rows = 0;
  }

  #compare(first: number, others: readonly number[], count: number): void {
    const source = this.#source;
    this.#values ??= { kept: newBuffers(source, COMPARED_ROWS), next: newBuffers(source, COMPARED_ROWS) };
    const { kept, next } = this.#values;
    copyRows(source, first, count, kept, 0);
    for (const other of others) {
      copyRows(source, other, count, next, 0);
      if (!areSame(kept, next, count)) {
        this.#choose(first, others, count, this.#values);
        return;
      }
    }
  }

  /** Row by row the smallest of all deliveries; `kept` holds the first. */
  #choose(first: number, others: readonly number[], count: number, { kept, next }: Values): void {
    const chosen = new Uint32Array(count).fill(NONE);
    const conflicts = new Uint32Array(count);
    for (const [earlier, other] of others.entries()) {
      copyRows(this.#source, other, count, next, 0);
      const differences = compareRows(next, kept, count);
      for (let i = 0; i < count; i++) {
        const difference = differences[i] as number;
        if (difference > 0) conflicts[i] = (conflicts[i] as number) + 1;
        if (difference < 0) {
          chosen[i] = other + i;
          // The first and all others before differ from this one.
          conflicts[i] = earlier + 1;
        }
      }
      takeSmaller(kept, next, differences);
    }
    for (let i = 0; i < count; i++) {
      this.#conflicts += conflicts[i] as number;
      if (chosen[i] === NONE) continue;
      this.#replaced.push(first + i);
      this.#by.push(chosen[i] as number);
    }
  }
}

/** No row: there are fewer in a partition. */
const NONE = 0xffffffff;

/** Bit by bit. What differs by bits only, as leftovers under a null do, is told by {@link compareRows}. */
function areSame(a: ColumnBuffers, b: ColumnBuffers, rows: number): boolean {
  for (const [name, { values, valid }] of a) {
    const other = b.get(name) as SeriesValues;
    if (!haveSameBits(values, other.values, rows)) return false;
    if (valid !== null && !haveSameBits(valid, other.valid as Uint8Array, rows)) return false;
  }
  return true;
}

function haveSameBits(a: SeriesValues['values'], b: SeriesValues['values'], rows: number): boolean {
  const bytes = rows * a.BYTES_PER_ELEMENT;
  const left = new Uint8Array(a.buffer, a.byteOffset, bytes);
  return Buffer.compare(left, new Uint8Array(b.buffer, b.byteOffset, bytes)) === 0;
}

/** Per row -1, 0 or 1: by column values in order; a value comes before null. */
function compareRows(a: ColumnBuffers, b: ColumnBuffers, rows: number): Int8Array {
  const differences = new Int8Array(rows);
  for (const [name, left] of a) {
    const right = b.get(name) as SeriesValues;
    if (left.valid === null) compareNumbers(differences, left.values, right.values);
    else {
      for (let row = 0; row < rows; row++) differences[row] ||= compareValues(left, right, row);
    }
  }
  return differences;
}

function compareNumbers(differences: Int8Array, a: SeriesValues['values'], b: SeriesValues['values']): void {
  for (let row = 0; row < differences.length; row++) {
    if (a[row] !== b[row]) differences[row] ||= (a[row] as number) < (b[row] as number) ? -1 : 1;
  }
}

function compareValues(a: SeriesValues, b: SeriesValues, row: number): number {
  const nulls = (b.valid?.[row] ?? 1) - (a.valid?.[row] ?? 1);
  if (nulls !== 0) return nulls;
  return a.valid?.[row] === 0 ? 0 : Math.sign((a.values[row] as number) - (b.values[row] as number));
}

function takeSmaller(kept: ColumnBuffers, next: ColumnBuffers, differences: Int8Array): void {
  for (const [name, { values, valid }] of kept) {
    const other = next.get(name) as SeriesValues;
    for (let row = 0; row < differences.length; row++) {
      if ((differences[row] as number) >= 0) continue;
      values[row] = other.values[row] as number;
      if (valid !== null) valid[row] = other.valid?.[row] as number;
    }
  }
}

/** @param replaced in the order of the spans, which hold them all */
function replaceRows({ second, id, rows, row }: KeySpans, replaced: Uint32Array, by: Uint32Array): KeySpans {
  const spans = new SpanBuilder(second.length + replaced.length);
  let next = 0;
  for (let i = 0; i < second.length; i++) {
    const [inSecond, firstId, firstRow] = [second[i] as number, id[i] as number, row[i] as number];
    const end = firstRow + (rows[i] as number);
    let from = firstRow;
    for (; (replaced[next] as number) >= from && (replaced[next] as number) < end; next++) {
      const at = replaced[next] as number;
      if (at > from) spans.add(inSecond, firstId + from - firstRow, at - from, from);
      spans.add(inSecond, firstId + at - firstRow, 1, by[next] as number);
      from = at + 1;
    }
    if (from < end) spans.add(inSecond, firstId + from - firstRow, end - from, from);
  }
  return spans.finish();
}
