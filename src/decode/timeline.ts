/**
 * Sample times rebuilt from a running counter and whole seconds.
 *
 * Method, assumptions and error bounds: docs/signals.md, "Sample times".
 */

import { ArgumentError } from '../core/errors.ts';
import type { Segment } from '../core/segment.ts';
import { MAX_SLOPE } from './timeline/clock-sweep.ts';
import { findCounterRuns } from './timeline/counter-runs.ts';
import type { StrandClock } from './timeline/strand-clock.ts';
import { fitStrandClock } from './timeline/strand-clock.ts';
import type { TimelineInput } from './timeline/threads.ts';

export type { TimelineInput } from './timeline/threads.ts';

export type TimelineSegment = Segment & { readonly firstRow: number };

export type Timeline = {
  /** Output row r is input row order[r]. */
  readonly order: Uint32Array;
  /** Segment of each output row, from 0. */
  readonly segment: Uint32Array;
  /** Unix microseconds, whole; strictly growing within a segment. */
  readonly time: Float64Array;
  readonly segments: readonly TimelineSegment[];
  /** Jumps of the id within runs. */
  readonly gaps: number;
  readonly restarts: number;
};

/**
 * Order, segments and times of the samples of one device.
 *
 * @param input distinct (timestamp, id) pairs sorted by (timestamp, id): the result depends on that set only
 * @param nominalRate Hz; the true rate may be 3 % off
 * @throws ArgumentError for columns of unequal length, unsorted input or a rate that is not positive.
 */
export function rebuildTimeline(input: TimelineInput, nominalRate: number): Timeline {
  checkArguments(input, nominalRate);
  const period = 1 / likelyRate(input, nominalRate);
  const { order, strandStart, strandRun } = findCounterRuns(input, period, MAX_SLOPE);
  const id = inOrder(input.id, order);
  const timestamp = inOrder(input.timestamp, order);
  const builder = new TimelineBuilder(id, timestamp);
  for (let s = 0; s < strandRun.length; s++) {
    const clock = fitStrandClock(id, timestamp, strandStart[s]!, strandStart[s + 1]!, period);
    builder.append(clock, strandRun[s]!);
  }
  return builder.finish(order);
}

function checkArguments({ id, timestamp }: TimelineInput, nominalRate: number): void {
  if (id.length !== timestamp.length) {
    throw new ArgumentError(`rebuildTimeline: ${id.length} ids, ${timestamp.length} timestamps, expected as many`);
  }
  if (!(nominalRate > 0 && nominalRate < Infinity)) {
    throw new ArgumentError(`rebuildTimeline: nominal rate is ${nominalRate} Hz, expected a positive finite number`);
  }
  for (let r = 1; r < id.length; r++) {
    const later = timestamp[r]! - timestamp[r - 1]!;
    if (later < 0 || (later === 0 && id[r]! <= id[r - 1]!)) {
      throw new ArgumentError(
        `rebuildTimeline: row ${r} (${timestamp[r]}, ${id[r]}) does not follow row ${r - 1} ` +
          `(${timestamp[r - 1]}, ${id[r - 1]}), expected distinct rows sorted by (timestamp, id)`,
      );
    }
  }
}

/** The nominal rate, unless whole seconds hold on average a count that cannot come from it. */
function likelyRate({ id, timestamp }: TimelineInput, nominalRate: number): number {
  let seconds = 0;
  let samples = 0;
  let first = 0; // of the current second
  let follows = false; // on the one before without a missing id
  for (let r = 1; r < id.length; r++) {
    const runsOn = id[r] === id[r - 1]! + 1;
    if (timestamp[r] === timestamp[r - 1]) {
      follows &&= runsOn;
      continue;
    }
    const adjacent = runsOn && timestamp[r] === timestamp[r - 1]! + 1;
    if (follows && adjacent) {
      seconds++;
      samples += r - first;
    }
    first = r;
    follows = adjacent;
  }
  const observed = samples / seconds;
  // A count is one sample uncertain, and a minute of them a sixtieth of that.
  const isOther = seconds >= 60 && Math.abs(observed / nominalRate - 1) > MAX_RATE_ERROR;
  return isOther ? observed : nominalRate;
}

function inOrder(values: Uint32Array, order: Uint32Array): Uint32Array {
  const sorted = new Uint32Array(order.length);
  for (let r = 0; r < order.length; r++) {
    sorted[r] = values[order[r]!]!;
  }
  return sorted;
}

/** Collects the clocks of strands into the columns and segments of a file. */
class TimelineBuilder {
  readonly #id: Uint32Array;
  readonly #timestamp: Uint32Array;
  readonly #time: Float64Array;
  readonly #segment: Uint32Array;
  readonly #segments: TimelineSegment[] = [];
  #gaps = 0;

  constructor(id: Uint32Array, timestamp: Uint32Array) {
    this.#id = id;
    this.#timestamp = timestamp;
    this.#time = new Float64Array(id.length);
    this.#segment = new Uint32Array(id.length);
  }

  append(clock: StrandClock, run: number): void {
    this.#fillTimes(clock);
    const { row } = clock.marks;
    const breakMarks = new Set(clock.breaks.map(({ mark }) => mark));
    let first = 0;
    let shared = 0;
    for (let k = 1; k <= row.length; k++) {
      const isGap = k < row.length && row[k] === row[k - 1]! + 1 && this.#id[row[k]!] !== this.#id[row[k - 1]!]! + 1;
      if (k === row.length || isGap || breakMarks.has(k)) {
        while (clock.clockStart[shared + 1]! <= first) {
          shared++;
        }
        const from = clock.clockStart[shared]!;
        const to = clock.clockStart[shared + 1]!;
        this.#addSegment(clock, first, k - 1, run, rateAround(clock, first, k - 1, from, to - 1));
        first = k;
      }
    }
  }

  /** Between marks the ids are consecutive, and so are the times. */
  #fillTimes({ marks: { row, ideal }, offset }: StrandClock): void {
    const time = this.#time;
    const base = this.#timestamp[row[0]!]! * 1e6;
    for (let k = 0; k < row.length; k++) {
      const r = row[k]!;
      const here = (ideal[k]! + offset[k]!) * 1e6;
      time[r] = base + Math.round(here);
      if (k + 1 < row.length && row[k + 1]! > r + 1) {
        const there = (ideal[k + 1]! + offset[k + 1]!) * 1e6;
        const step = (there - here) / (row[k + 1]! - r);
        for (let i = 1; i < row[k + 1]! - r; i++) {
          time[r + i] = base + Math.round(here + i * step);
        }
      }
    }
  }

  #addSegment({ marks: { row }, error }: StrandClock, first: number, last: number, run: number, rate: number): void {
    const firstRow = row[first]!;
    const rows = row[last]! - firstRow + 1;
    const previous = this.#segments.at(-1);
    if (previous !== undefined && previous.run === run && this.#id[firstRow] !== this.#id[firstRow - 1]! + 1) {
      this.#gaps++;
    }
    this.#segment.fill(this.#segments.length, firstRow, firstRow + rows);
    let bound = 0;
    let residual = 0;
    for (let k = first; k <= last; k++) {
      const sinceSecond = (this.#time[row[k]!]! - this.#timestamp[row[k]!]! * 1e6) / 1e6;
      residual = Math.max(residual, -sinceSecond, sinceSecond - 1);
      bound = Math.max(bound, error[k]!);
    }
    this.#segments.push({
      firstRow,
      rows,
      run,
      rate,
      residual,
      bound: bound + ROUNDING,
      start: this.#time[firstRow]! / 1e6,
      end: this.#time[firstRow + rows - 1]! / 1e6,
    });
  }

  finish(order: Uint32Array): Timeline {
    return {
      order,
      segment: this.#segment,
      time: this.#time,
      segments: this.#segments,
      gaps: this.#gaps,
      restarts: this.#segments.at(-1)?.run ?? 0,
    };
  }
}

/** A sensor's rate is off nominal by no more than this, relative. */
const MAX_RATE_ERROR = 0.03;

/** Times are rounded to whole microseconds, s. */
const ROUNDING = 1e-6;

/** Hz over marks [first, last], widened to a minute within the shared clock's marks [from, to]. */
function rateAround({ marks, offset }: StrandClock, first: number, last: number, from: number, to: number): number {
  const { ideal, period } = marks;
  while (ideal[last]! - ideal[first]! < 60 && (first > from || last < to)) {
    first = Math.max(first - 1, from);
    last = Math.min(last + 1, to);
  }
  const length = ideal[last]! - ideal[first]!;
  return length === 0 ? 1 / period : length / (length + offset[last]! - offset[first]!) / period;
}
