/** Makes rounds, four side by side; says one dot for each. See `index.ts`. */

import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTaskPool } from '../../src/pool/pool.ts';
import { createRandom } from '../../src/simulator/random.ts';

/** Longer than threads take to load beside four others. */
const LONGEST_MILLISECONDS = 600;

const [count = 0, seed = 0] = process.argv.slice(2).map(Number);
const random = createRandom(seed);
/** Drawn from by all. */
const rounds = new Array<undefined>(count).keys();

async function makeRounds(): Promise<void> {
  for (const _ of rounds) {
    const pool = openTaskPool({ workers: 1 + Math.floor(random.uniform() * 3) });
    const controller = new AbortController();
    const isAborted = random.uniform() < 0.5;
    const task = (): Promise<unknown> => pool.run('kernels', null, { signal: controller.signal });
    const tasks = Array.from({ length: Math.floor(random.uniform() * 4) }, task);
    const settled = Promise.allSettled(tasks);
    await sleep(random.uniform() * LONGEST_MILLISECONDS);
    if (isAborted) controller.abort();
    await settled;
    await pool.close();
    writeSync(1, '.');
  }
}

await Promise.all(Array.from({ length: 4 }, makeRounds));
