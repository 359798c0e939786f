/** Which thread of samples goes on where another ends: over a gap, or over a correction of the clock. */

import type { Thread } from './threads.ts';

/** Strands looked back at when a gap is to be bridged: more never run side by side. */
const OPEN_STRANDS = 8;

/**
 * Links threads, sorted by their first (timestamp, id), that follow each other in one run of the counter.
 *
 * @param period seconds from one sample to the next, right to `maxSlope` (relative)
 */
export function linkThreads(threads: readonly Thread[], period: number, maxSlope: number): void {
  const steps = findSteps(threads);
  bridgeGaps(threads, steps, period, maxSlope);
  for (const [earlier, later] of steps.to) {
    if (earlier.after === undefined && later.before === undefined) {
      link(earlier, later, false);
    }
  }
}

/** Threads that follow each other without a missing id although the seconds jump. */
type Steps = { readonly to: ReadonlyMap<Thread, Thread>; readonly from: ReadonlyMap<Thread, Thread> };

/** Pairs threads each of which is the other's nearest in seconds. */
function findSteps(threads: readonly Thread[]): Steps {
  const heads = new Map<number, Thread[]>();
  const tails = new Map<number, Thread[]>();
  for (const thread of threads) {
    list(heads, thread.headId).push(thread);
  }
  const followed = threads.filter((thread) => heads.has(thread.tailId + 1));
  for (const thread of followed.sort((a, b) => a.tailSecond - b.tailSecond)) {
    list(tails, thread.tailId).push(thread);
  }
  const to = new Map<Thread, Thread>();
  const from = new Map<Thread, Thread>();
  for (const [tailId, earlierOnes] of tails) {
    const laterOnes = heads.get(tailId + 1) ?? [];
    for (const earlier of earlierOnes) {
      const later = nearest(laterOnes, earlier.tailSecond, (thread) => thread.headSecond);
      if (later !== undefined && nearest(earlierOnes, later.headSecond, (thread) => thread.tailSecond) === earlier) {
        to.set(earlier, later);
        from.set(later, earlier);
      }
    }
  }
  return { to, from };
}

function list(lists: Map<number, Thread[]>, key: number): Thread[] {
  let found = lists.get(key);
  if (found === undefined) {
    found = [];
    lists.set(key, found);
  }
  return found;
}

/** The thread, of a list with ascending seconds, whose second is nearest to `second`. */
function nearest(threads: readonly Thread[], second: number, secondOf: (thread: Thread) => number): Thread | undefined {
  let low = 0;
  let high = threads.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (secondOf(threads[middle]!) < second) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const [before, after] = [threads[low - 1], threads[low]];
  if (before === undefined || after === undefined) {
    return before ?? after;
  }
  return second - secondOf(before) < secondOf(after) - second ? before : after;
}

/**
 * Links threads over gaps whose ids and seconds agree: to the strand that was heard last, unless either side goes on
 * without a missing id across fewer seconds.
 */
function bridgeGaps(threads: readonly Thread[], steps: Steps, period: number, maxSlope: number): void {
  const open: Thread[] = [];
  for (const thread of threads) {
    let best = -1;
    for (let i = 0; i < open.length; i++) {
      const earlier = open[i]!;
      const isLater = best < 0 || earlier.tailSecond > open[best]!.tailSecond;
      if (isLater && fitsOneClock(earlier, thread, period, maxSlope) && !stepsNearer(earlier, thread, steps)) {
        best = i;
      }
    }
    if (best >= 0) {
      link(open[best]!, thread, true);
      open.splice(best, 1);
    }
    open.unshift(thread);
    open.length = Math.min(open.length, OPEN_STRANDS);
  }
}

/** Whole seconds d apart are (d - 1, d + 1) seconds apart in truth. */
function fitsOneClock(earlier: Thread, later: Thread, period: number, maxSlope: number): boolean {
  const counted = (later.headId - earlier.tailId) * period;
  const seconds = later.headSecond - earlier.tailSecond;
  return counted > 0 && counted * (1 - maxSlope) < seconds + 1 && counted * (1 + maxSlope) > seconds - 1;
}

function stepsNearer(earlier: Thread, later: Thread, steps: Steps): boolean {
  const gap = jump(earlier, later);
  const to = steps.to.get(earlier);
  const from = steps.from.get(later);
  return (to !== undefined && jump(earlier, to) < gap) || (from !== undefined && jump(from, later) < gap);
}

function jump(earlier: Thread, later: Thread): number {
  return Math.abs(later.headSecond - earlier.tailSecond);
}

function link(earlier: Thread, later: Thread, sharesClock: boolean): void {
  earlier.after = later;
  later.before = earlier;
  later.sharesClock = sharesClock;
}
