/** The clock of one strand: a time and an honest bound of its error for every mark. */

import type { ClockBreak } from './clock-breaks.ts';
import { findClockBreaks, WHOLE_SECOND } from './clock-breaks.ts';
import { boundClock, CHAIN_ERROR, leastDrift, MAX_DRIFT, OffsetBounds, walkClock } from './clock-sweep.ts';
import type { MarkRange } from './doubtful-marks.ts';
import { boundWithoutDoubt, doubtfulMarks } from './doubtful-marks.ts';
import type { SampleGroups } from './groups.ts';
import type { Marks, RowRange } from './marks.ts';
import { findMarks } from './marks.ts';

export type StrandClock = {
  readonly marks: Marks;
  /** Estimated offset from the ideal clock at every mark, s. */
  readonly offset: Float64Array;
  /** Greatest possible error of `offset` under the assumed drift, s. */
  readonly error: Float64Array;
  /** Marks at which a new clock begins, ascending. */
  readonly breaks: readonly ClockBreak[];
  /** First mark of every shared clock, and the number of marks. */
  readonly clockStart: readonly number[];
  /** Marks that may belong to either of two clocks a second apart: no other mark's error depends on them. */
  readonly doubtful: readonly MarkRange[];
};

/**
 * Longest gap over which both sides bound each other's clock, s. Beyond it a drifting clock may have bent by more than
 * half a sample interval (drift * gap^2 / 4 = 22 ms), so the far side adds nothing certain; and a correction of the
 * clock that happened unseen must not bend what each side knows for itself.
 */
const MAX_COUPLED_GAP = 300;

/**
 * Errors up to this are accepted to follow the steadier clock, s. The least that can be promised is half an interval,
 * 20 ms at 25 Hz; the promise is 25 ms.
 */
const ERROR_BUDGET = 0.024;

/** The clock of groups [start, stop), which are in output order; `period` in s. */
export function fitStrandClock(groups: SampleGroups, start: number, stop: number, period: number): StrandClock {
  const { marks, breaks, certain } = findPieces(groups, start, stop, period);
  const breakMarks = new Set(breaks.map(({ mark }) => mark));
  const cuts = [...new Set([...longGaps(marks), ...breakMarks])].sort((a, b) => a - b);
  const steady = new OffsetBounds(marks);
  const clockStart = sharedClocks(marks, cuts, breakMarks, steady);
  for (let i = 0; i + 1 < clockStart.length; i++) {
    boundSteadily(marks, clockStart[i]!, clockStart[i + 1]!, steady);
  }
  const doubtful = doubtfulMarks(marks, breaks);
  boundWithoutDoubt(marks, cuts, doubtful, certain);
  const { offset, error } = combine(certain, steady);
  raiseErrors(marks, breaks, error);
  for (const range of doubtful) error.fill(WHOLE_SECOND, range.from, range.stop);
  return { marks, offset, error, breaks, clockStart, doubtful };
}

/**
 * Marks and breaks of the strand, and what is certain of its clocks. Where a clock was corrected within a second, every sample of it becomes a mark; if
 * that shows further breaks of the kind (clocks corrected twice within a second), every sample of the strand does.
 */
function findPieces(
  groups: SampleGroups,
  start: number,
  stop: number,
  period: number,
): { marks: Marks; breaks: readonly ClockBreak[]; certain: OffsetBounds } {
  let everyRow: readonly RowRange[] = [];
  for (let round = 0; ; round++) {
    const marks = findMarks(groups, start, stop, period, everyRow);
    const certain = new OffsetBounds(marks);
    const breaks = findClockBreaks(marks, longGaps(marks), certain);
    const vague = breaks.filter(({ isVague }) => isVague);
    if (vague.length === 0) {
      return { marks, breaks, certain };
    }
    const all = { first: groups.firstRow[start]!, last: groups.firstRow[stop]! - 1 };
    everyRow = round === 0 ? vague.map(({ range }) => range) : [all];
  }
}

/** 0, the marks after gaps too long to couple, and the number of marks. */
function longGaps(marks: Marks): number[] {
  const cuts = [0];
  for (let k = 0; k < marks.row.length; ) {
    k = nextLongGap(marks, k);
    cuts.push(k);
  }
  return cuts;
}

/** The first mark after `from` that follows such a gap, or the number of marks. */
function nextLongGap({ row, ideal }: Marks, from: number): number {
  let k = from + 1;
  while (k < row.length && (row[k] !== row[k - 1]! + 1 || ideal[k]! - ideal[k - 1]! <= MAX_COUPLED_GAP)) {
    k++;
  }
  return k;
}

/**
 * Joins spans over long gaps into clocks, for as long as one drifting clock explains them.
 *
 * @param foreseen room to walk in
 */
function sharedClocks(
  marks: Marks,
  cuts: readonly number[],
  breakMarks: ReadonlySet<number>,
  foreseen: OffsetBounds,
): number[] {
  const clocks = [0];
  const end = cuts.length - 1;
  for (let first = 0; first < end; ) {
    let hard = first + 1;
    while (hard < end && !breakMarks.has(cuts[hard]!)) {
      hard++;
    }
    let next = hard;
    if (hard > first + 1) {
      const failed = walkClock(marks, cuts[first]!, cuts[hard]!, MAX_DRIFT, foreseen);
      while (next > first + 1 && cuts[next]! > failed) {
        next--;
      }
    }
    clocks.push(cuts[next]!);
    first = next;
  }
  return clocks;
}

/** Bounds over the steadiest clocks that explain the marks, with some drift to spare so that they are more than one. */
function boundSteadily(marks: Marks, start: number, stop: number, bounds: OffsetBounds): void {
  let drift = leastDrift(marks, start, stop, bounds);
  do {
    drift = Math.min(4 * drift, MAX_DRIFT);
  } while (boundClock(marks, start, stop, drift, bounds) !== stop && drift < MAX_DRIFT);
}

/**
 * The steady clock, held within the certain bounds and within the error budget: where drift up to the assumed limit
 * could break the budget, the centre of the certain bounds is the best that can be promised.
 *
 * @param steady is overwritten with the result
 */
function combine(certain: OffsetBounds, steady: OffsetBounds): Pick<StrandClock, 'offset' | 'error'> {
  const { lower, upper } = certain;
  const { lower: offset, upper: error } = steady;
  for (let k = 0; k < offset.length; k++) {
    const centre = (lower[k]! + upper[k]!) / 2;
    const half = (upper[k]! - lower[k]!) / 2;
    const freedom = Math.min(half, Math.abs(ERROR_BUDGET - half));
    const wish = (steady.lower[k]! + steady.upper[k]!) / 2;
    const chosen = Math.min(Math.max(wish, centre - freedom), centre + freedom);
    offset[k] = chosen;
    error[k] = half + Math.abs(chosen - centre) + CHAIN_ERROR;
  }
  return { offset, error };
}

/** Rows about a break may belong to either clock; either way the true time is within the delivered second. */
function raiseErrors({ row }: Marks, breaks: readonly ClockBreak[], error: Float64Array): void {
  for (const { mark, range, doubt } of breaks) {
    if (doubt >= WHOLE_SECOND) continue;
    for (let k = mark; k < row.length && row[k]! <= range.last; k++) {
      error[k] = Math.min(error[k]! + doubt, 1);
    }
    for (let k = mark - 1; k >= 0 && row[k]! >= range.first; k--) {
      error[k] = Math.min(error[k]! + doubt, 1);
    }
  }
}
