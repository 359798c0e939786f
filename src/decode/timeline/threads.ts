/** Samples that certainly follow each other: the pieces from which runs of the counter are put together. */

/** Samples of one device, distinct, sorted by (timestamp, id). */
export type TimelineInput = {
  /** Running sample counter, 0..2^32-1. */
  readonly id: Uint32Array;
  /** Unix seconds, whole. */
  readonly timestamp: Uint32Array;
};

/** Consecutive ids within one delivered second, in input order. */
export type Groups = {
  /** First input row of every group, and the number of rows. */
  readonly firstRow: Uint32Array;
  /** The group that goes on where this one ends, or NONE. */
  readonly next: Uint32Array;
};

/** Groups that go on without a missing id from one second to the next. The links are filled in later. */
export type Thread = {
  readonly firstGroup: number;
  readonly headId: number;
  readonly headSecond: number;
  readonly tailId: number;
  readonly tailSecond: number;
  /** The threads before and after it of the same counter. */
  before: Thread | undefined;
  after: Thread | undefined;
  /** The link to `before` spans a gap with one clock; otherwise the seconds jump there. */
  sharesClock: boolean;
};

export const NONE = 0xffffffff;

/** All samples as groups and threads; the threads are sorted by their first (timestamp, id). */
export function findThreads(input: TimelineInput): { groups: Groups; threads: readonly Thread[] } {
  const groups = findGroups(input);
  return { groups, threads: joinGroups(input, groups) };
}

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
        before: undefined,
        after: undefined,
        sharesClock: false,
      });
    }
  }
  return threads;
}
