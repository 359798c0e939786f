/** Samples by (timestamp, id): what makes a series a set. */

/**
 * Row numbers by (timestamp, id), equal ones side by side; `null` when the rows are in strict order already.
 *
 * Deliveries are long ascending stretches, mostly apart from one another. So whole stretches are put in order first, and
 * what then still overlaps is merged: a natural merge sort (Knuth, TAOCP 3, 5.2.4) with few stretches left.
 */
export function sortedOrder(timestamp: Uint32Array, id: Uint32Array): Uint32Array | null {
  const rows = timestamp.length;
  const difference = (a: number, b: number): number =>
    (timestamp[a] as number) - (timestamp[b] as number) || (id[a] as number) - (id[b] as number);
  if (isStrictlyAscending(rows, difference)) return null;
  let from = stretchesInOrder(rows, difference);
  let to = new Uint32Array(rows);
  let starts = stretchStarts(rows, (row) => difference(from[row] as number, from[row - 1] as number));
  while (starts.length > 1) {
    const merged: number[] = [];
    for (let pair = 0; pair < starts.length; pair += 2) {
      const low = starts[pair] as number;
      const middle = starts[pair + 1] ?? rows;
      const high = starts[pair + 2] ?? rows;
      merged.push(low);
      mergeNeighbours(to, from, low, middle, high, difference);
    }
    [from, to] = [to, from];
    starts = merged;
  }
  return from;
}

type Difference = (a: number, b: number) => number;

/** [low, middle) and [middle, high) of `from`, each ascending, as one in `to`. What does not overlap is copied whole. */
function mergeNeighbours(
  to: Uint32Array,
  from: Uint32Array,
  low: number,
  middle: number,
  high: number,
  difference: Difference,
): void {
  let a = middle < high ? firstAfter(from, low, middle, from[middle] as number, difference) : middle;
  let b = middle;
  let out = a;
  to.set(from.subarray(low, a), low);
  while (a < middle && b < high) {
    const second = difference(from[b] as number, from[a] as number) < 0;
    to[out++] = from[second ? b++ : a++] as number;
  }
  to.set(a < middle ? from.subarray(a, middle) : from.subarray(b, high), out);
}

/** First place in [low, high) of an ascending stretch whose row comes after `row`; `high`: none does. */
function firstAfter(order: Uint32Array, low: number, high: number, row: number, difference: Difference): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (difference(order[middle] as number, row) > 0) to = middle;
    else from = middle + 1;
  }
  return from;
}

function isStrictlyAscending(rows: number, difference: Difference): boolean {
  for (let row = 1; row < rows; row++) if (difference(row - 1, row) >= 0) return false;
  return true;
}

/** First rows of the ascending stretches, of `step(row)` = row compared with the one before. */
function stretchStarts(rows: number, step: (row: number) => number): number[] {
  const starts = [0];
  for (let row = 1; row < rows; row++) if (step(row) < 0) starts.push(row);
  return starts;
}

function stretchesInOrder(rows: number, difference: Difference): Uint32Array<ArrayBuffer> {
  const starts = stretchStarts(rows, (row) => difference(row, row - 1));
  const stretches = starts.map((start, i) => ({ start, end: starts[i + 1] ?? rows }));
  stretches.sort((a, b) => difference(a.start, b.start));
  const order = new Uint32Array(rows);
  let out = 0;
  for (const { start, end } of stretches) for (let row = start; row < end; row++) order[out++] = row;
  return order;
}
