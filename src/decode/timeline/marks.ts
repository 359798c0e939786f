/** The samples that say something about the clock: the first and the last of every delivered second. */

import { Uint32List } from '../../core/number-list.ts';
import type { SampleGroups } from './groups.ts';

/** Marks of one strand, in counter order.  */
export type Marks = {
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
};

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
  const { rows, inGroup } = markRows(groups, start, stop, everyRow);
  const count = rows.length;
  const marks = {
    period,
    row: rows.view(),
    id: new Uint32Array(count),
    second: new Uint32Array(count),
    ideal: new Float64Array(count),
    low: new Float64Array(count),
  };
  describeMarks(marks, inGroup.view(), groups, start);
  return marks;
}

/** Rows of the marks, and the group each is in. */
function markRows({ firstRow }: SampleGroups, start: number, stop: number, everyRow: readonly RowRange[]) {
  const rows = new Uint32List();
  const inGroup = new Uint32List();
  let range = 0;
  for (let g = start; g < stop; g++) {
    const first = firstRow[g]!;
    const last = firstRow[g + 1]! - 1;
    rows.push(first);
    inGroup.push(g);
    let next = first + 1;
    for (; range < everyRow.length; range++) {
      const marked = everyRow[range]!;
      for (next = Math.max(next, marked.first); next < last && next <= marked.last; next++) {
        rows.push(next);
        inGroup.push(g);
      }
      if (marked.last >= last) {
        break;
      }
    }
    if (last > first) {
      rows.push(last);
      inGroup.push(g);
    }
  }
  return { rows, inGroup };
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
