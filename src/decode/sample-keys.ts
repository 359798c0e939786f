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

/**
 * A frame in which every id stands in several rows, one right behind the other and all in one second: its counter counts
 * seconds, packets or nothing, and the rows are samples that happen to be equal. The first and the last row may stand alone,
 * where the frame was cut, if the others come three times and more. Rows that each come exactly twice, of a counter that
 * moves within a second, were delivered twice; so was what comes again in a second pass.
 *
 * @returns the first two rows of one id; `null`: there are none, or the counter counts samples
 */
export function findStandstill(id: Uint32Array, timestamp: Uint32Array): RowPair | null {
  const starts = startsOfKeys(id, timestamp);
  const lengths = starts.map((start, i) => (starts[i + 1] ?? id.length) - start);
  const from = lengths[0] === 1 ? 1 : 0;
  const to = lengths.length - (lengths.length > 1 && lengths.at(-1) === 1 ? 1 : 0);
  let [shortest, longest] = [id.length, 0];
  for (const length of lengths.slice(from, to)) {
    shortest = Math.min(shortest, length);
    longest = Math.max(longest, length);
  }
  const isWhole = to - from === lengths.length;
  if (longest === 0 || shortest < (isWhole ? 2 : 3)) return null;
  if (longest === 2 && movesWithinSecond(starts, timestamp)) return null;
  const first = starts[from] as number;
  return [first, first + 1];
}

/** Rows at which another id or another second begins. */
function startsOfKeys(id: Uint32Array, timestamp: Uint32Array): readonly number[] {
  const starts: number[] = [];
  for (let row = 0; row < id.length; row++) {
    if (row === 0 || id[row] !== id[row - 1] || timestamp[row] !== timestamp[row - 1]) starts.push(row);
  }
  return starts;
}

function movesWithinSecond(starts: readonly number[], timestamp: Uint32Array): boolean {
  return starts.some((row, i) => i > 0 && timestamp[row] === timestamp[row - 1]);
}

/** Whether each id is larger than the one before, as in nearly all frames: then nothing in them comes twice. */
export function countsUp(id: Uint32Array): boolean {
  let before = -1;
  for (let row = 0; row < id.length; row++) {
    const next = id[row] as number;
    if (next <= before) return false;
    before = next;
  }
  return true;
}
