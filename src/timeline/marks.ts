/** The samples that say something about the clock: the first and the last of every delivered second. */

import { newFloat64s, newUint32s } from '../core/arena.ts';
import type { SampleGroups } from './groups.ts';

/** Marks of one strand, in counter order.  */
export class Marks {
  /** Seconds from one sample to the next on the ideal clock. */
  readonly period: number;
  /** Output row. */
  readonly row: Uint32Array;
  readonly id: Uint32Array;
  /** Delivered second. */
  readonly second: Uint32Array;
  /** Time on the ideal clock of nominal rate, s since the strand's first sample: strictly growing. */
  readonly ideal: Float64Array;
  /** Least possible offset from the ideal clock, s: the sample's second. The greatest is one second more. */
  readonly low: Float64Array;

  /** To be filled but for their rows. */
  constructor(period: number, row: Uint32Array) {
    this.period = period;
    this.row = row;
    this.id = newUint32s(row.length);
    this.second = newUint32s(row.length);
    this.ideal = newFloat64s(row.length);
    this.low = newFloat64s(row.length);
  }
}

/** Rows first to last, both included. */
export type RowRange = { readonly first: number; readonly last: number };

/**
 * Marks of groups [start, stop), which are one strand.
 *
 * @param groups in output order
 * @param period seconds from one sample to the next on the ideal clock
 * @param everyRow rows of seconds in which every sample is to be a mark, ascending
 */
export function findMarks(
  groups: SampleGroups,
  start: number,
  stop: number,
  period: number,
  everyRow: readonly RowRange[],
): Marks {
  const atMost = everyRow.reduce((sum, { first, last }) => sum + last - first + 1, 2 * (stop - start));
  const row = newUint32s(atMost);
  const inGroup = newUint32s(atMost);
  const count = markRows(row, inGroup, groups.firstRow, start, stop, everyRow);
  const marks = new Marks(period, row.subarray(0, count));
  describeMarks(marks, inGroup, groups, start);
  return marks;
}

/** Fills in the rows of the marks and the group each is in; gives their number. */
function markRows(
  row: Uint32Array,
  inGroup: Uint32Array,
  firstRow: Uint32Array,
  start: number,
  stop: number,
  everyRow: readonly RowRange[],
): number {
  let count = 0;
  let range = 0;
  for (let g = start; g < stop; g++) {
    const first = firstRow[g]!;
    const last = firstRow[g + 1]! - 1;
    row[count] = first;
    inGroup[count++] = g;
    let next = first + 1;
    for (; range < everyRow.length; range++) {
      const marked = everyRow[range]!;
      for (next = Math.max(next, marked.first); next < last && next <= marked.last; next++) {
        row[count] = next;
        inGroup[count++] = g;
      }
      if (marked.last >= last) {
        break;
      }
    }
    if (last > first) {
      row[count] = last;
      inGroup[count++] = g;
    }
  }
  return count;
}

/** Fills in what the groups, from `start` on, tell of the rows. */
function describeMarks(marks: Marks, inGroup: Uint32Array, groups: SampleGroups, start: number): void {
  const { period, row, id, second, ideal, low } = marks;
  const { firstRow, firstId, second: seconds } = groups;
  const [idBase, secondBase] = [firstId[start]!, seconds[start]!];
  for (let k = 0; k < row.length; k++) {
    const g = inGroup[k]!;
    const ownId = firstId[g]! + row[k]! - firstRow[g]!;
    const sinceBase = (ownId - idBase) * period;
    id[k] = ownId;
    second[k] = seconds[g]!;
    ideal[k] = sinceBase;
    low[k] = seconds[g]! - secondBase - sinceBase;
  }
}
