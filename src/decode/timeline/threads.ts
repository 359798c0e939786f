/** Samples that certainly follow each other: the pieces from which runs of the counter are put together. */

import type { SampleGroups } from './groups.ts';
import { lastIdOf } from './groups.ts';

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

export type Threads = {
  /** Sorted by their first (timestamp, id). */
  readonly threads: readonly Thread[];
  /** The group that goes on where each group ends, or NONE. */
  readonly next: Uint32Array;
};

/** Links each group to the one of the following second that has the following id. */
export function findThreads(groups: SampleGroups): Threads {
  const { firstId, second } = groups;
  const count = second.length;
  const next = new Uint32Array(count).fill(NONE);
  const isHead = new Uint8Array(count).fill(1);
  // Both seconds list their groups by id, so one candidate pointer moves on through the later second.
  for (let g = 0, candidate = 0; g < count; g++) {
    const following = second[g]! + 1;
    const wanted = lastIdOf(groups, g) + 1;
    candidate = Math.max(candidate, g + 1);
    while (
      candidate < count &&
      (second[candidate]! < following || (second[candidate] === following && firstId[candidate]! < wanted))
    ) {
      candidate++;
    }
    if (candidate < count && second[candidate] === following && firstId[candidate] === wanted) {
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
      threads.push({
        firstGroup: g,
        headId: firstId[g]!,
        headSecond: second[g]!,
        tailId: lastIdOf(groups, last),
        tailSecond: second[last]!,
        before: undefined,
        after: undefined,
        sharesClock: false,
      });
    }
  }
  return { threads, next };
}
