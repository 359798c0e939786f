/** Order, clocks and segments of the samples of one device, at the cost of its seconds instead of its samples. */

import { Uint32List } from '../core/number-list.ts';
import { MAX_SLOPE } from './clock-sweep.ts';
import { findCounterRuns } from './counter-runs.ts';
import type { SampleGroups } from './groups.ts';
import { lastIdOf, reorderGroups } from './groups.ts';
import { MarkedTimes, placeIn, type StrandTimes, timeOfMark } from './marked-times.ts';
import type { Marks } from './marks.ts';
import type { Segment } from './segment.ts';
import type { StrandClock } from './strand-clock.ts';
import { fitStrandClock } from './strand-clock.ts';

export type TimelineSegment = Segment & { readonly firstRow: number };

export type FittedTimeline = {
  /** In the order of the output, rows numbered so. */
  readonly groups: SampleGroups;
  /** The group of the input that each of them is. */
  readonly order: Uint32Array;
  readonly segments: readonly TimelineSegment[];
  /** Jumps of the id within runs. */
  readonly gaps: number;
  readonly restarts: number;
  /** Unix microseconds, whole, of the output rows `from` on; as many as `out` holds. */
  readonly fillTimes: (out: BigInt64Array, from: number) => void;
  /** Segment, from 0, of the output rows `from` on. */
  readonly fillSegments: (out: Uint32Array, from: number) => void;
};

/** @param nominalRate Hz; the true rate may be 3 % off */
export function fitTimeline(input: SampleGroups, nominalRate: number): FittedTimeline {
  const period = 1 / likelyRate(input, nominalRate);
  const { order, strandStart, strandRun } = findCounterRuns(input, period, MAX_SLOPE);
  const groups = reorderGroups(input, order);
  const times = new MarkedTimes();
  const collector = new SegmentCollector();
  for (let s = 0; s < strandRun.length; s++) {
    const clock = fitStrandClock(groups, strandStart[s]!, strandStart[s + 1]!, period);
    collector.append(clock, times.add(clock), strandRun[s]!);
  }
  return {
    groups,
    order,
    ...collector.finish(),
    fillTimes: (out, from) => times.fill(out, from),
  };
}

/** The nominal rate, unless whole seconds hold on average a count that cannot come from it. */
function likelyRate(groups: SampleGroups, nominalRate: number): number {
  const { firstRow, firstId, second } = groups;
  let seconds = 0;
  let samples = 0;
  let first = 0; // row of the current second
  let follows = false; // on the one before without a missing id
  for (let g = 1; g < second.length; g++) {
    if (second[g] === second[g - 1]) {
      follows = false;
      continue;
    }
    const adjacent = firstId[g] === lastIdOf(groups, g - 1) + 1 && second[g] === second[g - 1]! + 1;
    if (follows && adjacent) {
      seconds++;
      samples += firstRow[g]! - first;
    }
    first = firstRow[g]!;
    follows = adjacent;
  }
  const observed = samples / seconds;
  // A count is one sample uncertain, and a minute of them a sixtieth of that.
  const isOther = seconds >= 60 && Math.abs(observed / nominalRate - 1) > MAX_RATE_ERROR;
  return isOther ? observed : nominalRate;
}

/** Cuts the strands into segments: at every gap, wherever a new clock begins, and about samples in doubt. */
class SegmentCollector {
  readonly #segments: TimelineSegment[] = [];
  readonly #firstRows = new Uint32List();
  #lastId = -1;
  #gaps = 0;

  /** @param times of the clock's marks */
  append(clock: StrandClock, times: StrandTimes, run: number): void {
    const { marks, clockStart } = clock;
    let first = 0;
    let shared = 0;
    for (const stop of stopsOf(clock)) {
      while (first < stop) {
        const end = endOfSegment(marks, first, stop);
        while (clockStart[shared + 1]! <= first) {
          shared++;
        }
        const rate = rateAround(clock, first, end - 1, clockStart[shared]!, clockStart[shared + 1]! - 1);
        this.#add(clock, times, first, end - 1, run, rate);
        first = end;
      }
    }
  }

  #add({ marks, error }: StrandClock, times: StrandTimes, first: number, last: number, run: number, rate: number) {
    const { row, id, second } = marks;
    if (this.#segments.at(-1)?.run === run && id[first] !== this.#lastId + 1) {
      this.#gaps++;
    }
    this.#lastId = id[last]!;
    this.#firstRows.push(row[first]!);
    this.#segments.push({
      firstRow: row[first]!,
      rows: row[last]! - row[first]! + 1,
      run,
      rate,
      residual: largestResidual(second, times, first, last),
      bound: largest(error, first, last) + ROUNDING,
      start: timeOfMark(times, first) / 1e6,
      end: timeOfMark(times, last) / 1e6,
    });
  }

  finish(): Pick<FittedTimeline, 'segments' | 'gaps' | 'restarts' | 'fillSegments'> {
    const firstRows = this.#firstRows.view();
    return {
      segments: this.#segments,
      gaps: this.#gaps,
      restarts: this.#segments.at(-1)?.run ?? 0,
      fillSegments: (out, from) => {
        const to = from + out.length;
        for (let s = placeIn(firstRows, from); s < firstRows.length && firstRows[s]! < to; s++) {
          out.fill(s, Math.max(firstRows[s]! - from, 0), (firstRows[s + 1] ?? to) - from);
        }
      },
    };
  }
}

/** Where another clock begins and where marks in doubt begin or end, ascending, and the number of marks. */
function stopsOf({ marks, breaks, doubtful }: StrandClock): readonly number[] {
  const stops = [...breaks.map(({ mark }) => mark), ...doubtful.flatMap(({ from, stop }) => [from, stop])];
  return [...stops.sort((a, b) => a - b), marks.row.length];
}

/** The mark after the next gap, or `stop`. */
function endOfSegment({ row, id }: Marks, first: number, stop: number): number {
  let k = first + 1;
  while (k < stop && (row[k] !== row[k - 1]! + 1 || id[k] === id[k - 1]! + 1)) {
    k++;
  }
  return k;
}

/** How far the times of marks [first, last] lie outside of their seconds at most, s. */
function largestResidual(second: Uint32Array, times: StrandTimes, first: number, last: number): number {
  let residual = 0;
  for (let k = first; k <= last; k++) {
    const sinceSecond = (timeOfMark(times, k) - second[k]! * 1e6) / 1e6;
    residual = Math.max(residual, -sinceSecond, sinceSecond - 1);
  }
  return residual;
}

function largest(values: Float64Array, first: number, last: number): number {
  let most = 0;
  for (let k = first; k <= last; k++) {
    most = Math.max(most, values[k]!);
  }
  return most;
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
