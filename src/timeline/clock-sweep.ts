/**
 * What the delivered seconds say about a clock that drifts slowly, found by walking a set of possible clocks along them.
 *
 * A sample delivered in second s was taken in [s, s + 1). Only the first and the last sample of a second matter (the
 * *marks*): between them the clock grows anyway. The clock is written as an offset from an ideal one of nominal rate,
 * and followed as a chain of straight pieces of at most `pieceSeconds`, whose slopes may differ from one to the
 * next by no more than the drift allows. A clock whose rate changes by at most `drift` per second departs from its
 * chain by at most drift * pieceSeconds^2 / 8 = {@link CHAIN_ERROR}, so marks are loosened by that and no possible clock
 * is lost: this is set-membership filtering (Schweppe 1968) with exact polygons in place of ellipsoids.
 */

import { newFloat64s } from '../core/arena.ts';
import { ClockSet } from './clock-set.ts';
import { ClockTrail } from './clock-trail.ts';
import type { Marks } from './marks.ts';

/** For every mark the interval its offset is known to be in, s; to be filled. */
export class OffsetBounds {
  readonly lower: Float64Array;
  readonly upper: Float64Array;

  constructor({ row }: Marks) {
    this.lower = newFloat64s(row.length);
    this.upper = newFloat64s(row.length);
  }
}

/** Largest change of rate assumed, s/s per s: 1 ppm a second, 3600 ppm an hour. */
export const MAX_DRIFT = 1e-6;

/** A rate may be off nominal by 3 %; the rest leaves room for drift. */
export const MAX_SLOPE = 0.035;

/** Longer pieces are faster to follow and cost accuracy: 30 s cost 0.11 ms. */
const PIECE_SECONDS_AT_MAX_DRIFT = 30;

/** The lowest rung, 1e-6 / 4^15, bends a clock by a microsecond in a day: it is straight. */
const LADDER_RUNGS = 16;

/** Greatest distance of a drifting clock from the chain of straight pieces that follows it, s. */
export const CHAIN_ERROR = (MAX_DRIFT * PIECE_SECONDS_AT_MAX_DRIFT ** 2) / 8;

/**
 * Walks from mark `start` towards `stop` (not included; may be below `start`) for as long as one clock with at most
 * `drift` explains every mark.
 *
 * @param foreseen receives for each mark the offsets expected from the marks walked before it.
 * @param trail if given, receives the set of clocks at the end of each piece, the last at the end of the walk.
 * @returns the first mark that cannot be explained, or `stop`.
 */
export function walkClock(
  marks: Marks,
  start: number,
  stop: number,
  drift: number,
  foreseen: OffsetBounds,
  trail?: ClockTrail,
): number {
  const { ideal } = marks;
  const direction = stop > start ? 1 : -1;
  const reach = pieceSeconds(drift);
  const set = openSet(marks, start);
  const last = stop - direction;
  let length = 0;
  for (let from = start; from !== last; ) {
    const knot = nextKnot(ideal, from, stop, direction, reach);
    const next = Math.abs(ideal[knot]! - ideal[from]!);
    if (from !== start) {
      trail?.leave(from, set);
      set.widenSlope(bend(length, next, reach, drift));
      set.clipSlope(-MAX_SLOPE, MAX_SLOPE);
    }
    const end = walkPiece(marks, from, knot, direction, set, foreseen);
    if (end !== knot + direction) {
      return end;
    }
    from = knot;
    length = next;
  }
  trail?.leave(last, set);
  return stop;
}

/**
 * Walks from mark `from`, where the set stands, to mark `knot`.
 *
 * @returns the first mark that cannot be explained, or the one behind `knot`.
 */
function walkPiece(
  { ideal, low }: Marks,
  from: number,
  knot: number,
  direction: 1 | -1,
  set: ClockSet,
  { lower, upper }: OffsetBounds,
): number {
  for (let k = from; k !== knot; ) {
    const distance = ideal[k + direction]! - ideal[k]!;
    k += direction;
    set.moveBy(distance);
    lower[k] = set.minOffset;
    upper[k] = set.maxOffset;
    if (!set.clipOffset(low[k]! - CHAIN_ERROR, low[k]! + 1 + CHAIN_ERROR)) {
      return k;
    }
  }
  return knot + direction;
}

/**
 * Bounds of the offset at each mark of [start, stop) over all clocks with at most `drift` that explain every one of
 * these marks.
 *
 * @returns `stop`, or when there is no such clock the first mark that cannot be explained.
 */
export function boundClock(marks: Marks, start: number, stop: number, drift: number, bounds: OffsetBounds): number {
  // Forward: the clocks of each piece that explain all marks up to its end.
  const trail = new ClockTrail();
  const end = walkClock(marks, start, stop, drift, bounds, trail);
  if (end === stop) {
    walkBack(marks, start, drift, trail, bounds);
  }
  return end;
}

/** Backward to mark `start`: of the clocks of each piece, the ones that go on into a clock of the next piece. */
function walkBack({ ideal }: Marks, start: number, drift: number, trail: ClockTrail, bounds: OffsetBounds): void {
  const { marks: knots, ends, corners } = trail;
  const reach = pieceSeconds(drift);
  const set = new ClockSet();
  let next = 0;
  for (let m = knots.length - 1; m >= 0; m--) {
    const end = knots[m]!;
    const begin = m === 0 ? start : knots[m - 1]!;
    const length = ideal[end]! - ideal[begin]!;
    const first = m === 0 ? 0 : ends[m - 1]!;
    const isLast = m === knots.length - 1;
    if (!isLast) {
      set.widenSlope(bend(length, next, reach, drift));
    }
    // Only rounding can empty the intersection; the larger set loses no clock.
    if (isLast || !set.intersect(corners, first, ends[m]!)) {
      set.take(corners, first, ends[m]!);
    }
    // At its first mark the piece before it knows better.
    boundPiece(ideal, begin, end, set, bounds);
    next = length;
  }
}

/** Bounds at marks [begin, end] by a set that stands at `end`. */
function boundPiece(ideal: Float64Array, begin: number, end: number, set: ClockSet, bounds: OffsetBounds): void {
  const { lower, upper } = bounds;
  for (let k = end; k >= begin; k--) {
    set.moveBy(k < end ? ideal[k]! - ideal[k + 1]! : 0);
    lower[k] = set.minOffset;
    upper[k] = set.maxOffset;
  }
}

/**
 * Least drift, of a ladder of quarters from {@link MAX_DRIFT} down, with which one clock explains marks [start, stop);
 * the largest is taken to do so.
 *
 * @param foreseen of one walk or another: room to walk in.
 */
export function leastDrift(marks: Marks, start: number, stop: number, foreseen: OffsetBounds): number {
  let holds = 0;
  let fails = LADDER_RUNGS;
  while (fails - holds > 1) {
    const middle = (holds + fails) >> 1;
    if (walkClock(marks, start, stop, MAX_DRIFT / 4 ** middle, foreseen) === stop) {
      holds = middle;
    } else {
      fails = middle;
    }
  }
  return MAX_DRIFT / 4 ** holds;
}

/** All clocks that explain one mark. */
function openSet(marks: Marks, at: number): ClockSet {
  const set = new ClockSet();
  const low = marks.low[at]!;
  set.reset(low - CHAIN_ERROR, low + 1 + CHAIN_ERROR, -MAX_SLOPE, MAX_SLOPE);
  return set;
}

/**
 * Largest change of slope between two pieces, from middle to middle. The second counts as a full piece even where
 * `stop` cut it short, so that a part of what one clock explains is always explained too.
 */
function bend(length: number, next: number, reach: number, drift: number): number {
  return (drift * (length + Math.max(next, reach))) / 2;
}

/** The farthest mark before `stop` within one piece of `from`, or the next mark if a gap longer than a piece follows. */
function nextKnot(ideal: Float64Array, from: number, stop: number, direction: 1 | -1, reach: number): number {
  let k = from;
  while (k + direction !== stop && (k === from || Math.abs(ideal[k + direction]! - ideal[from]!) <= reach)) {
    k += direction;
  }
  return k;
}

/** Length of a straight piece, s: the chain error is the same at every drift. */
function pieceSeconds(drift: number): number {
  return PIECE_SECONDS_AT_MAX_DRIFT * Math.sqrt(MAX_DRIFT / drift);
}
