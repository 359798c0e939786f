/** Times of all rows, kept as those of the marks: the rest is worked out where it is needed. */

import { newFloat64s } from '../../core/arena.ts';
import { WORD, wordsOf } from '../../core/int64.ts';
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
    const sinceBase = newFloat64s(offset.length);
    const times = newFloat64s(offset.length);
    fillMicroseconds(sinceBase, times, marks.ideal, offset, base);
    this.#strandStart.push(this.#row.length);
    this.#strandBase.push(base);
    this.#row.append(marks.row);
    this.#sinceBase.append(sinceBase);
    return times;
  }

  /** Fills `out` with the times of rows `from` on. */
  fill(out: BigInt64Array, from: number): void {
    const words = wordsOf(out);
    const row = this.#row.view();
    const sinceBase = this.#sinceBase.view();
    const strandStart = this.#strandStart.view();
    const strandBase = this.#strandBase.view();
    const first = placeIn(row, from);
    for (let s = placeIn(strandStart, first); s < strandStart.length; s++) {
      const start = Math.max(first, strandStart[s]!);
      const stop = strandStart[s + 1] ?? row.length;
      fillStrand(words, from, row.subarray(start, stop), sinceBase.subarray(start, stop), strandBase[s]!);
    }
  }
}

/** Between marks of a strand the ids are consecutive, and so are the times. */
function fillStrand(words: Int32Array, from: number, row: Uint32Array, sinceBase: Float64Array, base: number): void {
  const to = from + words.length / 2;
  for (let k = 0; k < row.length && row[k]! < to; k++) {
    const r = row[k]!;
    const here = sinceBase[k]!;
    const next = Math.min(k + 1, row.length - 1);
    const count = Math.max(row[next]! - r, 1);
    const step = (sinceBase[next]! - here) / count;
    const stop = Math.min(count, to - r);
    for (let i = Math.max(from - r, 0); i < stop; i++) {
      const time = base + Math.round(here + i * step);
      const high = Math.floor(time / WORD);
      const word = 2 * (r + i - from);
      words[word] = time - high * WORD;
      words[word + 1] = high;
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
