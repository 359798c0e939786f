/** Within a frame a counter counts: what has one id and one second twice is one sample told twice, or no counter. */

import type { FrameColumn } from '../signals/signal.ts';

/** Two rows of a frame, the earlier first. */
export type RowPair = readonly [first: number, second: number];

/**
 * Rows with equal id and second of which the other values differ: a redelivery would bring the same ones. Rows that are
 * equal in all are a repeat like any other.
 *
 * @returns the pair that comes first by second, id and row; `null`: there is none
 */
export function findContradiction(
  id: Uint32Array,
  timestamp: Uint32Array,
  columns: ReadonlyMap<string, FrameColumn>,
): RowPair | null {
  // Nearly all frames end here.
  if (countsUp(id)) return null;
  const order = Uint32Array.from(id, (_, row) => row);
  order.sort(
    (a, b) => (timestamp[a] as number) - (timestamp[b] as number) || (id[a] as number) - (id[b] as number) || a - b,
  );
  for (let i = 1; i < order.length; i++) {
    const [first, second] = [order[i - 1] as number, order[i] as number];
    if (id[first] !== id[second] || timestamp[first] !== timestamp[second]) continue;
    for (const values of columns.values()) if (values[first] !== values[second]) return [first, second];
  }
  return null;
}

function countsUp(id: Uint32Array): boolean {
  let before = -1;
  for (let row = 0; row < id.length; row++) {
    const next = id[row] as number;
    if (next <= before) return false;
    before = next;
  }
  return true;
}
