/** Times of all rows, kept as those of the marks: the rest is worked out where it is needed. */

import { Float64List, Uint32List } from '../../core/number-list.ts';
import type { StrandClock } from './strand-clock.ts';

export class MarkedTimes {
  readonly #row = new Uint32List();
  /** Microseconds since the first second of the strand: fractions would be lost since 1970. */
  readonly #sinceBase = new Float64List();
  readonly #strandStart = new Uint32List();
  readonly #strandBase = new Float64List();

  /** Adds a strand, whose rows follow those of the one before. Gives the time of each mark, whole Unix microseconds. */
  add({ marks, offset }: StrandClock): Float64Array {
    const base = marks.second[0]! * 1e6;
    const sinceBase = new Float64Array(offset.length);
    const times = new Float64Array(offset.length);
    fillMicroseconds(sinceBase, times, marks.ideal, offset, base);
    this.#strandStart.push(this.#row.length);
    this.#strandBase.push(base);
    this.#row.append(marks.row);
    this.#sinceBase.append(sinceBase);
    return times;
  }

  /** Fills `out` with the times of rows `from` on. Between marks the ids are consecutive, and so are the times. */
  fill(out: Float64Array, from: number): void {
    const row = this.#row.view();
    const sinceBase = this.#sinceBase.view();
    const strandStart = this.#strandStart.view();
    const to = from + out.length;
    let strand = -1;
    let strandEnd = 0;
    let base = 0;
    for (let k = placeIn(row, from); k < row.length && row[k]! < to; k++) {
      if (k >= strandEnd) {
        strand = strand < 0 ? placeIn(strandStart, k) : strand + 1;
        strandEnd = strandStart[strand + 1] ?? row.length;
        base = this.#strandBase.view()[strand]!;
      }
      const r = row[k]!;
      const here = sinceBase[k]!;
      if (r >= from) {
        out[r - from] = base + Math.round(here);
      }
      const count = (row[k + 1] ?? r + 1) - r;
      const step = (sinceBase[k + 1]! - here) / count;
      const stop = Math.min(count, to - r);
      for (let i = Math.max(1, from - r); i < stop; i++) {
        out[r + i - from] = base + Math.round(here + i * step);
      }
    }
  }
}

function fillMicroseconds(
  sinceBase: Float64Array,
  times: Float64Array,
  ideal: Float64Array,
  offset: Float64Array,
  base: number,
): void {
  for (let k = 0; k < times.length; k++) {
    const here = (ideal[k]! + offset[k]!) * 1e6;
    sinceBase[k] = here;
    times[k] = base + Math.round(here);
  }
}

/** Where the last of the ascending numbers stands that is not above `value`. */
export function placeIn(numbers: Uint32Array, value: number): number {
  let low = 0;
  let high = numbers.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! <= value) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}
