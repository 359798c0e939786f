/** All inputs through the pool, a bounded number at a time; small ones together, so that hand-off is noise. */

import { InputError, throwIfAborted } from '../core/errors.ts';
import type { Dataset } from '../dataset/dataset.ts';
import { failedInput, type InputReport } from '../ingest/input-report.ts';
import type { InputFile } from '../ingest/input-stream.ts';
import type { Plan } from '../plan/plan.ts';
import { isTaskFailure, type TaskPool } from '../pool/pool.ts';
import { decodeLarge, isLarge } from './decode-large.ts';
import type { InputList, ListedFile } from './inputs/found-inputs.ts';
import { type Gathered, ReportGatherer } from './plan/gather-reports.ts';

/**
 * A task ends when its samples can be read from the stage, which costs a few milliseconds of waiting: so it is long. It
 * is short where there is little in all, so that no worker waits long for the last one.
 */
const BATCH_BYTES = { least: 4 << 20, most: 64 << 20 };
const BATCHES_PER_WORKER = 16;
const BATCH_FILES = 1024;

export interface DecodeAllOptions {
  readonly strict?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { phase: 'decode'; done: number; total: number }) => void;
}

/**
 * What came of all inputs.
 *
 * @throws InputError with `strict` at the first rejection; AbortedError; DatasetError when the stage cannot be written.
 */
export async function decodeAll(
  list: InputList,
  plan: Plan,
  dataset: Dataset,
  pool: TaskPool,
  { strict = false, signal, onProgress }: DecodeAllOptions,
): Promise<Gathered> {
  const known = dataset.manifest?.inputs.flatMap(({ sha256 }) => sha256 ?? []);
  const reports = new ReportGatherer(new Set(known));
  const total = bytesOf(list.files);
  const stop = new AbortController();
  const anySignal = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  let tasks = 0;
  let done = 0;

  const scratch = (): string => dataset.scratch(`decoded-${tasks++}`);

  async function decode(batch: readonly ListedFile[]): Promise<void> {
    const [first, ...others] = batch;
    const only = others.length === 0 ? first : undefined;
    if (only !== undefined && isLarge(only, pool) && (await decodedInParts(only))) return;
    try {
      const inputs: readonly InputFile[] = batch;
      take(await pool.run('decode', { inputs, plan, stageFile: scratch() }, { signal: anySignal }));
      tell(bytesOf(batch));
    } catch (error) {
      if (!isTaskFailure(error)) throw error;
      if (only === undefined) {
        for (const file of batch) await decode([file]);
      } else {
        take([failedInput(only, error)]);
        tell(only.bytes);
      }
    }
  }
  async function decodedInParts(file: ListedFile): Promise<boolean> {
    let told = 0;
    const report = await decodeLarge(file, plan, pool, scratch, { signal: anySignal }, (bytes) => {
      told += bytes;
      tell(bytes);
    });
    if (report !== null) take([report]);
    tell((report === null ? 0 : file.bytes) - told);
    return report !== null;
  }
  function take(arrived: readonly InputReport[]): void {
    // Emptied: promises of tasks that are done hold what they brought until the whole heap is collected.
    for (const report of (arrived as InputReport[]).splice(0)) {
      reports.add(report);
      const [rejection] = report.rejections;
      if (strict && rejection !== undefined) throw new InputError(`${report.name}: ${rejection.reason}`);
    }
  }
  function tell(bytes: number): void {
    done += bytes;
    onProgress?.({ phase: 'decode', done, total });
  }

  take(list.failures.map(({ name, reason }) => failedInput({ name, path: '' }, new InputError(reason))));
  await forEachBatch(pool, batchesOf(list.files, batchBytes(total, pool)), decode, stop);
  throwIfAborted(signal);
  return reports.finish();
}

/**
 * Starts work whenever the pool has room for its task; the first failure stops the rest and is thrown when all have ended.
 * Work that is not yet, or no longer, in the pool counts, too: by the thousand it would hold as many files open.
 */
export async function forEachBatch<T>(
  pool: TaskPool,
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
  stop: AbortController,
): Promise<void> {
  const most = Math.max(1, 2 * pool.workers);
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for (const item of items) {
    while (running.size >= most) await Promise.race(running);
    await pool.ready();
    if (stop.signal.aborted) break;
    const task = work(item)
      .catch((error: unknown) => {
        failures.push(error);
        stop.abort();
      })
      .finally(() => running.delete(task));
    running.add(task);
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
}

function bytesOf(files: readonly ListedFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0);
}

function batchBytes(total: number, { workers }: TaskPool): number {
  const { least, most } = BATCH_BYTES;
  return Math.min(most, Math.max(least, total / (BATCHES_PER_WORKER * Math.max(1, workers))));
}

function* batchesOf(files: readonly ListedFile[], most: number): Generator<readonly ListedFile[]> {
  let batch: ListedFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length === BATCH_FILES || (batch.length > 0 && bytes + file.bytes > most)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.bytes;
  }
  if (batch.length > 0) yield batch;
}
