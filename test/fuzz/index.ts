/**
 * `npm run fuzz`: the scanner against `JSON.parse`, with each set of kernels; exit code 1 when they differ.
 *
 * | option        | meaning                                                       |
 * |---------------|---------------------------------------------------------------|
 * | `--cases <n>` | for all sets together; default 4,000,000                      |
 * | `--seed <n>`  | draws others than the last run; default 1                     |
 */

import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type FuzzResult, fuzz } from './run.ts';

const KERNEL_SETS = ['wasm', 'typescript'] as const;

type Task = { readonly cases: number; readonly seed: number };

if (isMainThread) {
  await main();
} else {
  const { cases, seed } = workerData as Task;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(fuzz(cases, seed));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { cases: { type: 'string', default: '4000000' }, seed: { type: 'string', default: '1' } },
  });
  const cases = Number(values.cases);
  const seed = Number(values.seed);
  if (!(Number.isSafeInteger(cases) && cases > 0 && Number.isSafeInteger(seed))) {
    throw new Error(`fuzz: got --cases ${values.cases} --seed ${values.seed}, expected whole numbers`);
  }
  const task: Task = { cases: Math.ceil(cases / KERNEL_SETS.length), seed };
  const results = await Promise.all(KERNEL_SETS.map((set) => fuzzWith(set, task)));
  for (const [i, { cases: done, differences }] of results.entries()) {
    for (const difference of differences.slice(0, 10)) console.error(difference);
    console.log(`${KERNEL_SETS[i]} kernels: ${done} cases, ${differences.length} differences, seed ${seed}`);
    if (differences.length > 0) process.exitCode = 1;
  }
}

/** The choice of kernels is made once a thread, by its environment. */
async function fuzzWith(set: (typeof KERNEL_SETS)[number], task: Task): Promise<FuzzResult> {
  const env = { ...process.env, WITHINGS_SIGNALS_KERNELS: set };
  const worker = new Worker(new URL(import.meta.url), { workerData: task, env });
  const [result] = (await once(worker, 'message')) as [FuzzResult];
  return result;
}
