/** Times of all rows, kept as those of the marks: the rest is worked out where it is needed. */

import { newFloat64s } from '../core/arena.ts';
import { WORD, wordsOf } from '../core/int64.ts';
import { Uint32List } from '../core/number-list.ts';
import type { StrandClock } from './strand-clock.ts';

/** Times of the marks of one strand, to be rounded. */
export type StrandTimes = {
  readonly row: Uint32Array;
  /** Unix microseconds, whole: the strand's first second. */
  readonly base: number;
  /** Microseconds since then: fractions would be lost since 1970. */
  readonly sinceBase: Float64Array;
};

/** Of mark k, Unix microseconds, whole. */
export function timeOfMark({ base, sinceBase }: StrandTimes, k: number): number {
  return base + Math.round(sinceBase[k]!);
}

export class MarkedTimes {
  readonly #strands: StrandTimes[] = [];
  readonly #firstRows = new Uint32List();

  /** Adds a strand, whose rows follow those of the one before. */
  add({ marks, offset }: StrandClock): StrandTimes {
    const sinceBase = newFloat64s(offset.length);
    fillMicroseconds(sinceBase, marks.ideal, offset);
    const times = { row: marks.row, base: marks.second[0]! * 1e6, sinceBase };
    this.#firstRows.push(marks.row[0]!);
    this.#strands.push(times);
    return times;
  }

  /** Fills `out` with the times of rows `from` on. */
  fill(out: BigInt64Array, from: number): void {
    const words = wordsOf(out);
    const firstRows = this.#firstRows.view();
    const to = from + out.length;
    for (let s = placeIn(firstRows, from); s < firstRows.length && firstRows[s]! < to; s++) {
      fillStrand(words, from, this.#strands[s]!);
    }
  }
}

/** Between marks of a strand the ids are consecutive, and so are the times. */
function fillStrand(words: Int32Array, from: number, { row, base, sinceBase }: StrandTimes): void {
  const to = from + words.length / 2;
  for (let k = placeIn(row, from); k < row.length && row[k]! < to; k++) {
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

function fillMicroseconds(sinceBase: Float64Array, ideal: Float64Array, offset: Float64Array): void {
  for (let k = 0; k < sinceBase.length; k++) sinceBase[k] = (ideal[k]! + offset[k]!) * 1e6;
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
