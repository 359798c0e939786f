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

import { linkThreads } from './thread-links.ts';
import type { Groups, Thread, TimelineInput } from './threads.ts';
import { findThreads, NONE } from './threads.ts';

export type CounterRuns = {
  /** Output row r is input row order[r]: run by run, in each run by id. */
  readonly order: Uint32Array;
  /** First output row of every strand, and the number of rows. */
  readonly strandStart: Uint32Array;
  /** Run of every strand, from 0. */
  readonly strandRun: Uint32Array;
};

/** Sorts samples into runs and strands. `period`: seconds from one sample to the next, right to `maxSlope` (relative). */
export function findCounterRuns(input: TimelineInput, period: number, maxSlope: number): CounterRuns {
  const { groups, threads } = findThreads(input);
  linkThreads(threads, period, maxSlope);
  return layOut(collectRuns(threads), groups, input.id.length);
}

/**
 * First threads of the chains of each run. A chain goes on with the run before it if its ids are above that run's, over a
 * gap whose seconds do not fit its ids; otherwise the counter has restarted.
 */
function collectRuns(threads: readonly Thread[]): Thread[][] {
  const runs: Thread[][] = [];
  let lastId = -1;
  for (const head of threads) {
    if (head.before !== undefined) {
      continue;
    }
    let tail = head;
    while (tail.after !== undefined) {
      tail = tail.after;
    }
    if (runs.length === 0 || head.headId <= lastId) {
      runs.push([]);
    }
    runs.at(-1)!.push(head);
    lastId = tail.tailId;
  }
  return runs;
}

/** Runs in the order they began, in each its strands. */
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
