/**
 * Puts the samples of one device back into the order of its counter, from nothing but the set of (timestamp, id) pairs.
 *
 * From small to large:
 * - a *group*: consecutive ids within one delivered second;
 * - a *thread*: groups that go on without a missing id from one second to the next;
 * - a *strand*: threads over gaps whose missing ids fit the missing seconds, so that one clock can span them;
 * - a *chain*: strands that follow each other without a missing id although the seconds jump (a corrected clock);
 * - a *run*: chains of one counter between restarts.
 *
 * Overlapping seconds, as a clock set back leaves them, and restarts into ids seen before are told apart by continuity:
 * what goes on id by id and second by second belongs together. See docs/signals.md for what cannot be told apart.
 */

/** Samples of one device, distinct, sorted by (timestamp, id). */
export type TimelineInput = {
  /** Running sample counter, 0..2^32-1. */
  readonly id: Uint32Array;
  /** Unix seconds, whole. */
  readonly timestamp: Uint32Array;
};

export type CounterRuns = {
  /** Output row r is input row order[r]: run by run, in each run by id. */
  readonly order: Uint32Array;
  /** First output row of every strand, and the number of rows. */
  readonly strandStart: Uint32Array;
  /** Run of every strand, from 0. */
  readonly strandRun: Uint32Array;
};

/** Clocks looked back at when a gap is to be bridged: more never run side by side. */
const OPEN_STRANDS = 8;

/** Sorts samples into runs and strands. `period`: seconds from one sample to the next, right to `maxSlope` (relative). */
export function findCounterRuns(input: TimelineInput, period: number, maxSlope: number): CounterRuns {
  const groups = findGroups(input);
  const threads = joinGroups(input, groups);
  findSteps(threads);
  bridgeGaps(threads, period, maxSlope);
  linkSteps(threads);
  const runs = collectRuns(threads);
  return layOut(runs, groups, input.id.length);
}

type Groups = {
  /** First input row of every group, and the number of rows. */
  readonly firstRow: Uint32Array;
  /** The group that goes on where this one ends, or NONE. */
  readonly next: Uint32Array;
};

/** A mutable record while links are found. */
type Thread = {
  readonly firstGroup: number;
  readonly headId: number;
  readonly headSecond: number;
  readonly tailId: number;
  readonly tailSecond: number;
  /** The threads that follow without a missing id over a jump of the seconds, if nothing nearer does. */
  stepFrom: Thread | undefined;
  stepTo: Thread | undefined;
  before: Thread | undefined;
  after: Thread | undefined;
  /** The link to `before` spans a gap with one clock; otherwise the seconds jump there. */
  sharesClock: boolean;
};

const NONE = 0xffffffff;

function findGroups({ id, timestamp }: TimelineInput): Groups {
  const rows = id.length;
  let count = 0;
  for (let r = 0; r < rows; r++) {
    if (startsGroup(id, timestamp, r)) {
      count++;
    }
  }
  const firstRow = new Uint32Array(count + 1);
  for (let r = 0, g = 0; r < rows; r++) {
    if (startsGroup(id, timestamp, r)) {
      firstRow[g++] = r;
    }
  }
  firstRow[count] = rows;
  return { firstRow, next: new Uint32Array(count).fill(NONE) };
}

function startsGroup(id: Uint32Array, timestamp: Uint32Array, r: number): boolean {
  return r === 0 || timestamp[r]! !== timestamp[r - 1]! || id[r]! !== id[r - 1]! + 1;
}

/** Links each group to the one of the following second that has the following id; returns the threads by their head. */
function joinGroups({ id, timestamp }: TimelineInput, { firstRow, next }: Groups): Thread[] {
  const count = next.length;
  const isHead = new Uint8Array(count).fill(1);
  // Both seconds list their groups by id, so one candidate pointer moves on through the later second.
  for (let g = 0, candidate = 0; g < count; g++) {
    const second = timestamp[firstRow[g]!]!;
    const wanted = id[firstRow[g + 1]! - 1]! + 1;
    candidate = Math.max(candidate, g + 1);
    while (
      candidate < count &&
      (timestamp[firstRow[candidate]!]! <= second ||
        (timestamp[firstRow[candidate]!]! === second + 1 && id[firstRow[candidate]!]! < wanted))
    ) {
      candidate++;
    }
    if (candidate < count && timestamp[firstRow[candidate]!]! === second + 1 && id[firstRow[candidate]!]! === wanted) {
      next[g] = candidate;
      isHead[candidate] = 0;
    }
  }
  const threads: Thread[] = [];
  for (let g = 0; g < count; g++) {
    if (isHead[g] === 1) {
      let last = g;
      while (next[last]! !== NONE) {
        last = next[last]!;
      }
      const headRow = firstRow[g]!;
      const tailRow = firstRow[last + 1]! - 1;
      threads.push({
        firstGroup: g,
        headId: id[headRow]!,
        headSecond: timestamp[headRow]!,
        tailId: id[tailRow]!,
        tailSecond: timestamp[tailRow]!,
        stepFrom: undefined,
        stepTo: undefined,
        before: undefined,
        after: undefined,
        sharesClock: false,
      });
    }
  }
  return threads;
}

/**
 * Pairs threads that follow each other without a missing id although the seconds jump: each the other's nearest in
 * seconds.
 */
function findSteps(threads: readonly Thread[]): void {
  const heads = new Map<number, Thread[]>();
  const tails = new Map<number, Thread[]>();
  for (const thread of threads) {
    list(heads, thread.headId).push(thread);
  }
  const byTail = threads.filter((thread) => heads.has(thread.tailId + 1)).sort((a, b) => a.tailSecond - b.tailSecond);
  for (const thread of byTail) {
    list(tails, thread.tailId).push(thread);
  }
  for (const later of threads) {
    const earlier = nearest(tails.get(later.headId - 1) ?? [], later.headSecond, (thread) => thread.tailSecond);
    const back = nearest(heads.get(later.headId) ?? [], earlier?.tailSecond ?? 0, (thread) => thread.headSecond);
    if (earlier !== undefined && back === later) {
      earlier.stepTo = later;
      later.stepFrom = earlier;
    }
  }
}

function list(lists: Map<number, Thread[]>, key: number): Thread[] {
  let found = lists.get(key);
  if (found === undefined) {
    found = [];
    lists.set(key, found);
  }
  return found;
}

/** The thread of an ascending list whose second is nearest to `second`. */
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
function bridgeGaps(threads: readonly Thread[], period: number, maxSlope: number): void {
  const open: Thread[] = [];
  for (const thread of threads) {
    let best = -1;
    for (let i = 0; i < open.length; i++) {
      const earlier = open[i]!;
      const isLater = best < 0 || earlier.tailSecond > open[best]!.tailSecond;
      if (isLater && fitsOneClock(earlier, thread, period, maxSlope) && !stepsNearer(earlier, thread)) {
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

function stepsNearer(earlier: Thread, later: Thread): boolean {
  const gap = jump(earlier, later);
  return (
    (earlier.stepTo !== undefined && jump(earlier, earlier.stepTo) < gap) ||
    (later.stepFrom !== undefined && jump(later.stepFrom, later) < gap)
  );
}

function jump(earlier: Thread, later: Thread): number {
  return Math.abs(later.headSecond - earlier.tailSecond);
}

/** Whole seconds d apart are (d - 1, d + 1) seconds apart in truth. */
function fitsOneClock(earlier: Thread, later: Thread, period: number, maxSlope: number): boolean {
  const counted = (later.headId - earlier.tailId) * period;
  const seconds = later.headSecond - earlier.tailSecond;
  return counted > 0 && counted * (1 - maxSlope) < seconds + 1 && counted * (1 + maxSlope) > seconds - 1;
}

function linkSteps(threads: readonly Thread[]): void {
  for (const thread of threads) {
    const from = thread.stepFrom;
    if (from !== undefined && from.after === undefined && thread.before === undefined) {
      link(from, thread, false);
    }
  }
}

function link(earlier: Thread, later: Thread, sharesClock: boolean): void {
  earlier.after = later;
  later.before = earlier;
  later.sharesClock = sharesClock;
}

/**
 * First threads of the chains of each run. A chain goes on the run heard last if its ids are above that run's, over a
 * gap whose seconds do not fit its ids; otherwise the counter has restarted.
 */
function collectRuns(threads: readonly Thread[]): Thread[][] {
  const runs: Thread[][] = [];
  let latest: { lastId: number; lastSecond: number; chains: Thread[] } | undefined;
  for (const head of threads) {
    if (head.before !== undefined) {
      continue;
    }
    let tail = head;
    while (tail.after !== undefined) {
      tail = tail.after;
    }
    if (latest === undefined || head.headId <= latest.lastId) {
      const chains: Thread[] = [];
      runs.push(chains);
      latest = { lastId: tail.tailId, lastSecond: tail.tailSecond, chains };
    }
    latest.chains.push(head);
    latest.lastId = tail.tailId;
    latest.lastSecond = tail.tailSecond;
  }
  return runs;
}

function layOut(runs: readonly (readonly Thread[])[], { firstRow, next }: Groups, rows: number): CounterRuns {
  const order = new Uint32Array(rows);
  const strandStart: number[] = [];
  const strandRun: number[] = [];
  let out = 0;
  runs.forEach((chains, run) => {
    for (const head of chains) {
      for (let thread: Thread | undefined = head; thread !== undefined; thread = thread.after) {
        if (!thread.sharesClock) {
          strandStart.push(out);
          strandRun.push(run);
        }
        for (let g = thread.firstGroup; g !== NONE; g = next[g]!) {
          const end = firstRow[g + 1]!;
          for (let row = firstRow[g]!; row < end; row++) {
            order[out++] = row;
          }
        }
      }
    }
  });
  strandStart.push(rows);
  return { order, strandStart: Uint32Array.from(strandStart), strandRun: Uint32Array.from(strandRun) };
}
