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
  const { firstRow, firstId, second } = groups;
  const rows = new Uint32List();
  const inGroup = new Uint32List();
  const add = (row: number, group: number): void => {
    rows.push(row);
    inGroup.push(group);
  };
  let range = 0;
  for (let g = start; g < stop; g++) {
    const first = firstRow[g]!;
    const last = firstRow[g + 1]! - 1;
    add(first, g);
    let next = first + 1;
    for (; range < everyRow.length; range++) {
      const marked = everyRow[range]!;
      for (next = Math.max(next, marked.first); next < last && next <= marked.last; next++) {
        add(next, g);
      }
      if (marked.last >= last) {
        break;
      }
    }
    if (last > first) {
      add(last, g);
    }
  }
  const row = rows.view();
  const count = row.length;
  const id = new Uint32Array(count);
  const seconds = new Uint32Array(count);
  const ideal = new Float64Array(count);
  const low = new Float64Array(count);
  const group = inGroup.view();
  for (let k = 0; k < count; k++) {
    const g = group[k]!;
    id[k] = firstId[g]! + row[k]! - firstRow[g]!;
    seconds[k] = second[g]!;
    ideal[k] = (id[k]! - firstId[start]!) * period;
    low[k] = second[g]! - second[start]! - ideal[k]!;
  }
  return { period, row, id, second: seconds, ideal, low };
}
