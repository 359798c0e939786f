/** Finds where one slowly drifting clock cannot explain the delivered seconds any longer, and a new clock must begin. */

import { boundClock, leastDrift, MAX_DRIFT, OffsetBounds, walkClock } from './clock-sweep.ts';
import type { Marks, RowRange } from './marks.ts';

export type ClockBreak = {
  /** First mark of the new clock. */
  readonly mark: number;
  /** As far as the data tell the new clock may begin at any of these rows. */
  readonly range: RowRange;
  /** The two clocks differ by up to this much there, s; within one second it is never more than that. */
  readonly doubt: number;
  /** Not every row that matters is a mark: the place, or what is in doubt, is a first guess. */
  readonly isVague: boolean;
};

/**
 * Breaks of the spans that begin at marks `spans` (the last entry ends the last one), ascending. From each break to the
 * next, or to the end of its span, one clock explains every mark.
 *
 * @param bounds receives what these clocks may be with the largest drift.
 */
export function findClockBreaks(marks: Marks, spans: readonly number[], bounds: OffsetBounds): ClockBreak[] {
  const breaks: ClockBreak[] = [];
  let views: Views | undefined;
  for (let i = 0; i + 1 < spans.length; i++) {
    const stop = spans[i + 1]!;
    let from = spans[i]!;
    for (let failed; (failed = boundClock(marks, from, stop, MAX_DRIFT, bounds)) !== stop; ) {
      views ??= { old: new OffsetBounds(marks), renewed: new OffsetBounds(marks) };
      const beyond = walkClock(marks, failed, stop, MAX_DRIFT, views.renewed);
      // The new clock may have walked on past a break of its own: only the first half is sure.
      const sure = beyond === stop ? beyond : failed + ((beyond - failed + 1) >> 1);
      const found = findBreak(marks, from, failed, sure, views);
      breaks.push(found);
      if (boundClock(marks, from, found.mark, MAX_DRIFT, bounds) !== found.mark) {
        const [first, last] = [marks.row[from], marks.row[found.mark - 1]];
        throw new Error(`rows ${first} to ${last} were explained by one clock and now are not`);
      }
      from = found.mark;
    }
  }
  return breaks;
}

/** A {@link ClockBreak.doubt} of as much, s: as large as there is, and that of each row for which two seconds are possible. */
export const WHOLE_SECOND = 1;

/** Offsets as the clock before the break and the one after it foresee them. */
type Views = { readonly old: OffsetBounds; readonly renewed: OffsetBounds };

type BreakRange = { readonly earliest: number; readonly latest: number };

/**
 * The break between the clock that begins at mark `from` and cannot explain mark `failed`, and the one that explains
 * [failed, sure). It is put where the least drift that either needs by itself would have it, as this knows the clocks
 * best; how far it may be off follows from the largest drift.
 */
function findBreak(marks: Marks, from: number, failed: number, sure: number, views: Views): ClockBreak {
  const possible = widestRange(marks, from, failed, sure, views);
  const first = marks.row[possible.earliest - 1]! + 1;
  const last = marks.row[possible.latest]!;
  const doubt = first < last ? difference(possible, views) : 0;

  const drift = Math.max(
    leastDrift(marks, from, possible.earliest, views.old),
    leastDrift(marks, failed, sure, views.renewed),
  );
  let likely = rangeWith(drift, marks, from, failed, sure, views);
  if (likely.earliest > likely.latest) {
    likely = widestRange(marks, from, failed, sure, views);
  }
  const placed = placeBreak(marks, likely, views);
  const isVague = placed.isVague || (doubt >= WHOLE_SECOND && hasOtherRows(marks, possible));
  return { mark: placed.mark, isVague, range: { first, last }, doubt };
}

/** Marks that neither clock explains, if any, are left to clocks of their own: the old one keeps what it can. */
function widestRange(marks: Marks, from: number, failed: number, sure: number, views: Views): BreakRange {
  const { earliest, latest } = rangeWith(MAX_DRIFT, marks, from, failed, sure, views);
  return { earliest: Math.min(earliest, latest), latest };
}

/** The new clock may begin after mark earliest - 1 and not after mark latest. */
function rangeWith(
  drift: number,
  marks: Marks,
  from: number,
  failed: number,
  sure: number,
  { old, renewed }: Views,
): BreakRange {
  for (const bounds of [old, renewed]) {
    bounds.lower.fill(NaN, from, sure);
    bounds.upper.fill(NaN, from, sure);
  }
  const latest = Math.min(walkClock(marks, from, failed + 1, drift, old), failed);
  const refused = walkClock(marks, sure - 1, from - 1, drift, renewed);
  return { earliest: Math.max(refused, from) + 1, latest };
}

/**
 * Where in its range the break is put: at the longest gap, else where both clocks can agree on the time and the new
 * one begins nearest to a whole second (a new rate comes with a new packet, and packets are stamped with whole
 * seconds), else, when the clock was corrected by a part of a second, where that is likeliest.
 */
function placeBreak(marks: Marks, range: BreakRange, views: Views): Pick<ClockBreak, 'mark' | 'isVague'> {
  const certain = longestGap(marks, range) ?? meeting(marks, range, views);
  const isVague = certain === undefined && hasOtherRows(marks, range);
  return { mark: certain ?? likeliest(marks, range, views), isVague };
}

/** The new clock may begin at a row that is no mark. */
function hasOtherRows({ row }: Marks, { earliest, latest }: BreakRange): boolean {
  return row[latest]! - row[earliest - 1]! > latest - earliest + 1;
}

/** The mark after the longest gap of the range. */
function longestGap({ period, row, ideal }: Marks, { earliest, latest }: BreakRange): number | undefined {
  let best: number | undefined;
  let longest = 1.5 * period; // a missing id makes two periods
  for (let k = earliest; k <= latest; k++) {
    const length = ideal[k]! - ideal[k - 1]!;
    if (row[k] === row[k - 1]! + 1 && length > longest) {
      best = k;
      longest = length;
    }
  }
  return best;
}

/** The first sample of a second at which both clocks may show one time, and the new one shows the wholest second. */
function meeting({ ideal, low }: Marks, { earliest, latest }: BreakRange, views: Views): number | undefined {
  const { old, renewed } = views;
  let best: number | undefined;
  let nearest = Infinity;
  for (let k = earliest; k <= latest; k++) {
    const startsSecond = low[k]! + ideal[k]! - low[k - 1]! - ideal[k - 1]! > 0.5;
    const meets = old.lower[k]! <= renewed.upper[k]! && renewed.lower[k]! <= old.upper[k]!;
    const distance = Math.abs((renewed.lower[k]! + renewed.upper[k]!) / 2 - low[k]!);
    if (startsSecond && meets && distance < nearest) {
      best = k;
      nearest = distance;
    }
  }
  return best;
}

/**
 * The mark at which the marks of the range are the least surprise: every mark leaves a share of the offsets that its
 * clock foresaw, and the product of the shares is the chance that the clocks show these seconds. Of equals the middle.
 */
function likeliest(marks: Marks, { earliest, latest }: BreakRange, { old, renewed }: Views): number {
  let chance = 0; // logarithm, relative to a break at `earliest`
  let best = chance;
  let first = earliest;
  let last = earliest;
  for (let k = earliest; k < latest; k++) {
    chance += Math.log(shareLeft(marks, old, k)) - Math.log(shareLeft(marks, renewed, k));
    if (chance > best + 1e-6) {
      best = chance;
      first = k + 1;
    }
    if (chance > best - 1e-6) {
      last = k + 1;
    }
  }
  return (first + last + 1) >> 1;
}

/** Share of the foreseen offsets that mark k leaves; all of them where none were foreseen. */
function shareLeft({ low }: Marks, { lower, upper }: OffsetBounds, k: number): number {
  const foreseen = upper[k]! - lower[k]!;
  const left = Math.min(upper[k]!, low[k]! + 1) - Math.max(lower[k]!, low[k]!);
  return foreseen > 0 ? Math.min(Math.max(left / foreseen, 1e-9), 1) : 1;
}

/** Largest possible distance between the two clocks in the range, s. */
function difference({ earliest, latest }: BreakRange, { old, renewed }: Views): number {
  let largest = 0;
  for (let k = earliest - 1; k <= latest; k++) {
    const distance = Math.max(old.upper[k]! - renewed.lower[k]!, renewed.upper[k]! - old.lower[k]!);
    largest = Number.isNaN(distance) ? largest : Math.max(largest, distance);
  }
  return Math.min(largest, WHOLE_SECOND);
}
