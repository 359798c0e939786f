/**
 * Beside which threads another loads its code.
 *
 * Node.js aborts the whole process now and then when a thread is terminated that loads, or one beside which another loads.
 * So whoever terminates threads holds back what would begin to load, and waits for what has begun.
 */

/** Shared by all: how many hold back, then the ids of threads beside which one loads, 0 where none does. */
export type Loads = Int32Array<SharedArrayBuffer>;

const HOLDS = 0;

/** Nothing loads. @param threads beside each of which one may */
export function noLoads(threads = 1): Loads {
  return new Int32Array(new SharedArrayBuffer((1 + threads) * Int32Array.BYTES_PER_ELEMENT));
}

/** @returns `false`: not now, nothing may begin to load beside the thread */
export function beginLoad(loads: Loads, thread: number): boolean {
  for (let at = HOLDS + 1; at < loads.length; at++) {
    if (Atomics.compareExchange(loads, at, 0, thread) !== 0) continue;
    // Told before it is asked whether one holds back, who asks the other way about: one of the two sees the other.
    if (Atomics.load(loads, HOLDS) === 0) return true;
    endLoad(loads, thread);
    return false;
  }
  return false;
}

/** What loaded beside the thread has loaded, or never will. Nothing where that was told before. */
export function endLoad(loads: Loads, thread: number): void {
  for (let at = HOLDS + 1; at < loads.length; at++) Atomics.compareExchange(loads, at, thread, 0);
}

/** From now to {@link releaseLoads} nothing begins to load. */
export function holdLoads(loads: Loads): void {
  Atomics.add(loads, HOLDS, 1);
}

export function releaseLoads(loads: Loads): void {
  Atomics.sub(loads, HOLDS, 1);
}

/** @param threads that live: one that died has taken with it what loaded beside it */
export function loadsBeside(loads: Loads, threads: readonly number[]): boolean {
  for (let at = HOLDS + 1; at < loads.length; at++) {
    if (threads.includes(Atomics.load(loads, at))) return true;
  }
  return false;
}
