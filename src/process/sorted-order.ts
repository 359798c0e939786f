/** Samples by (timestamp, id): what makes a series a set. */

type Keys = { readonly timestamp: Uint32Array; readonly id: Uint32Array };

/**
 * Row numbers by (timestamp, id), equal ones side by side; `null` when the rows are in strict order already.
 *
 * Deliveries are long ascending stretches, mostly apart from one another. So whole stretches are put in order first, and
 * what then still overlaps is merged: a natural merge sort (Knuth, TAOCP 3, 5.2.4) with few stretches left.
 */
export function sortedOrder(timestamp: Uint32Array, id: Uint32Array): Uint32Array | null {
  const keys = { timestamp, id };
  const rows = timestamp.length;
  if (isStrictlyAscending(keys)) return null;
  let { order: from, starts } = stretchesInOrder(keys);
  let to = new Uint32Array(rows);
  while (starts.length > 1) {
    const merged: number[] = [];
    for (let pair = 0; pair < starts.length; pair += 2) {
      const low = starts[pair] as number;
      const middle = starts[pair + 1] ?? rows;
      const high = starts[pair + 2] ?? rows;
      merged.push(low);
      mergeNeighbours(to, from, low, middle, high, keys);
    }
    [from, to] = [to, from];
    starts = merged;
  }
  return from;
}

/** Below 0: row `a` comes before row `b`. */
function compare({ timestamp, id }: Keys, a: number, b: number): number {
  return (timestamp[a] as number) - (timestamp[b] as number) || (id[a] as number) - (id[b] as number);
}

function isStrictlyAscending(keys: Keys): boolean {
  const rows = keys.id.length;
  for (let row = 1; row < rows; row++) if (compare(keys, row - 1, row) >= 0) return false;
  return true;
}

/** Ascending stretches by their first rows, and where a row in this order comes before the one ahead of it. */
function stretchesInOrder(keys: Keys): { order: Uint32Array<ArrayBuffer>; starts: number[] } {
  const stretches = ascendingStretches(keys).sort((a, b) => compare(keys, a.start, b.start));
  const order = new Uint32Array(keys.id.length);
  const starts: number[] = [];
  let out = 0;
  for (const { start, end } of stretches) {
    if (out === 0 || compare(keys, start, order[out - 1] as number) < 0) starts.push(out);
    for (let row = start; row < end; row++) order[out++] = row;
  }
  return { order, starts };
}

function ascendingStretches(keys: Keys): { readonly start: number; readonly end: number }[] {
  const rows = keys.id.length;
  const stretches = [];
  let start = 0;
  for (let row = 1; row <= rows; row++) {
    if (row === rows || compare(keys, row, row - 1) < 0) {
      stretches.push({ start, end: row });
      start = row;
    }
  }
  return stretches;
}

/** [low, middle) and [middle, high) of `from`, each ascending, as one in `to`. What does not overlap is copied whole. */
function mergeNeighbours(
  to: Uint32Array,
  from: Uint32Array,
  low: number,
  middle: number,
  high: number,
  keys: Keys,
): void {
  let a = middle < high ? firstAfter(from, low, middle, from[middle] as number, keys) : middle;
  let b = middle;
  let out = a;
  to.set(from.subarray(low, a), low);
  while (a < middle && b < high) {
    const second = compare(keys, from[b] as number, from[a] as number) < 0;
    to[out++] = from[second ? b++ : a++] as number;
  }
  to.set(a < middle ? from.subarray(a, middle) : from.subarray(b, high), out);
}

/** First place in [low, high) of an ascending stretch whose row comes after `row`; `high`: none does. */
function firstAfter(order: Uint32Array, low: number, high: number, row: number, keys: Keys): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(keys, order[middle] as number, row) > 0) to = middle;
    else from = middle + 1;
  }
  return from;
}
