/** Samples that certainly follow each other: the pieces from which runs of the counter are put together. */

import { newUint32s } from '../core/arena.ts';
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
  const next = newUint32s(groups.second.length).fill(NONE);
  const isHead = new Uint8Array(next.length).fill(1);
  linkGroups(groups, next, isHead);
  const threads: Thread[] = [];
  for (let head = isHead.indexOf(1); head >= 0; head = isHead.indexOf(1, head + 1)) {
    threads.push(threadFrom(head, lastOfThread(head, next), groups));
  }
  return { threads, next };
}

function linkGroups({ firstRow, firstId, second }: SampleGroups, next: Uint32Array, isHead: Uint8Array): void {
  const count = second.length;
  // Both seconds list their groups by id, so one candidate pointer moves on through the later second.
  for (let g = 0, candidate = 0; g < count; g++) {
    const following = second[g]! + 1;
    const wanted = firstId[g]! + firstRow[g + 1]! - firstRow[g]!;
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
}

function lastOfThread(head: number, next: Uint32Array): number {
  let last = head;
  while (next[last] !== NONE) {
    last = next[last]!;
  }
  return last;
}

function threadFrom(head: number, last: number, groups: SampleGroups): Thread {
  return {
    firstGroup: head,
    headId: groups.firstId[head]!,
    headSecond: groups.second[head]!,
    tailId: lastIdOf(groups, last),
    tailSecond: groups.second[last]!,
    before: undefined,
    after: undefined,
    sharesClock: false,
  };
}
