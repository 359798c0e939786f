/** The samples that say something about the clock: the first and the last of every delivered second. */

/** Marks of one strand, in counter order.  */
export type Marks = {
  /** Seconds from one sample to the next on the ideal clock. */
  readonly period: number;
  /** Output row. */
  readonly row: Uint32Array;
  /** Time on the ideal clock of nominal rate, s since the strand's first sample: strictly growing. */
  readonly ideal: Float64Array;
  /** Least possible offset from the ideal clock, s: the sample's second. The greatest is one second more. */
  readonly low: Float64Array;
};

/**
 * Marks of rows [start, stop).
 *
 * @param id, timestamp in output order
 * @param period seconds from one sample to the next on the ideal clock
 * @param everyRow rows of seconds in which every sample is to be a mark
 */
export function findMarks(
  id: Uint32Array,
  timestamp: Uint32Array,
  start: number,
  stop: number,
  period: number,
  everyRow: readonly RowRange[],
): Marks {
  const rows: number[] = [];
  let range = 0;
  for (let r = start; r < stop; r++) {
    while (range < everyRow.length && everyRow[range]!.last < r) {
      range++;
    }
    const isMarked = range < everyRow.length && everyRow[range]!.first <= r;
    if (isMarked || !runsOn(id, timestamp, r, start) || !runsOn(id, timestamp, r + 1, start) || r + 1 === stop) {
      rows.push(r);
    }
  }
  const row = Uint32Array.from(rows);
  const ideal = new Float64Array(row.length);
  const low = new Float64Array(row.length);
  for (let k = 0; k < row.length; k++) {
    ideal[k] = (id[row[k]!]! - id[start]!) * period;
    low[k] = timestamp[row[k]!]! - timestamp[start]! - ideal[k]!;
  }
  return { period, row, ideal, low };
}

/** Rows first to last, both included. */
export type RowRange = { readonly first: number; readonly last: number };

/** Whether row r goes on the second of the row before it without a missing id. */
function runsOn(id: Uint32Array, timestamp: Uint32Array, r: number, start: number): boolean {
  return r > start && timestamp[r] === timestamp[r - 1] && id[r] === id[r - 1]! + 1;
}
