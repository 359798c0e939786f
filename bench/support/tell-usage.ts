/** Loaded into a process before its program (`node --import`): when it ends, what it used goes to file descriptor 3. */

import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

export type Usage = {
  /** Of all threads, user and system, seconds. */
  readonly cpu: number;
  /** Largest resident set, bytes. */
  readonly peak: number;
};

// Threads load this too; the numbers are those of the whole process.
if (isMainThread) {
  process.once('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage: Usage = { cpu: (userCPUTime + systemCPUTime) / 1e6, peak: maxRSS * 1024 };
    writeSync(3, JSON.stringify(usage));
  });
}
