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

import { newUint32s } from '../core/arena.ts';
import type { SampleGroups } from './groups.ts';
import { linkThreads } from './thread-links.ts';
import type { Thread, Threads } from './threads.ts';
import { findThreads, NONE } from './threads.ts';

export type CounterRuns = {
  /** The groups in the order of the output: run by run, in each run by id. */
  readonly order: Uint32Array;
  /** Place in `order` of the first group of every strand, and the number of groups. */
  readonly strandStart: Uint32Array;
  /** Run of every strand, from 0. */
  readonly strandRun: Uint32Array;
};

/** Sorts groups into runs and strands. `period`: seconds from one sample to the next, right to `maxSlope` (relative). */
export function findCounterRuns(groups: SampleGroups, period: number, maxSlope: number): CounterRuns {
  const { threads, next } = findThreads(groups);
  linkThreads(threads, period, maxSlope);
  return layOut(collectRuns(threads), next);
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
function layOut(runs: readonly (readonly Thread[])[], next: Threads['next']): CounterRuns {
  const order = newUint32s(next.length);
  const strandStart: number[] = [];
  const strandRun: number[] = [];
  let out = 0;
  for (const [run, chains] of runs.entries()) {
    for (const head of chains) {
      for (let thread: Thread | undefined = head; thread !== undefined; thread = thread.after) {
        if (!thread.sharesClock) {
          strandStart.push(out);
          strandRun.push(run);
        }
        out = layThread(order, out, thread, next);
      }
    }
  }
  strandStart.push(next.length);
  return { order, strandStart: Uint32Array.from(strandStart), strandRun: Uint32Array.from(strandRun) };
}

/** Puts the groups of a thread at place `out` on; gives the place behind them. */
function layThread(order: Uint32Array, out: number, { firstGroup }: Thread, next: Threads['next']): number {
  for (let g = firstGroup; g !== NONE; g = next[g]!) {
    order[out++] = g;
  }
  return out;
}
