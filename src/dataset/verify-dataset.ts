/** Whether a data set is what was written: every file against its digest, and what its files say of one another. */

import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '../core/errors.ts';
import { checkFile } from '../files/check-file.ts';
import { holderOf } from '../files/lock.ts';
import { catalogProblems, rowsProblem, strayFiles } from './consistency.ts';
import { expectManifest } from './expect-manifest.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { readManifest } from './manifest-file.ts';
import type { DatasetProblem } from './problem.ts';
import { lookForUnfinished } from './unfinished.ts';

export interface VerifyDatasetOptions {
  /** @default never */
  readonly signal?: AbortSignal;
  /** Is told of bytes read and to be read. */
  readonly onProgress?: (done: number, total: number) => void;
}

export type VerifyDatasetReport = {
  /** Folder of the data set, as given. */
  readonly path: string;
  /** That the manifest names. */
  readonly files: number;
  readonly bytes: number;
  /** None: all is as it was written. */
  readonly problems: readonly DatasetProblem[];
  /** What an interrupted run left and the next one removes, one line each: it costs no data. */
  readonly notes: readonly string[];
};

/**
 * Reads every file of a data set and tells what is wrong with it; changes nothing. A conversion may be at work meanwhile: what
 * it changes is looked at again, so that it is no false alarm.
 *
 * @throws DatasetError when the folder holds no data set, its manifest is damaged, or a file cannot be read
 * @throws AbortedError when the signal fires
 */
export async function verifyDataset(folder: string, options: VerifyDatasetOptions = {}): Promise<VerifyDatasetReport> {
  const sound = new Map<string, string>();
  for (;;) {
    const manifest = await expectManifest(folder, 'give the --out of a conversion');
    const report = await look(folder, manifest, sound, options);
    if (report.problems.length === 0 || !(await hasChanged(folder, manifest, options.signal))) return report;
  }
}

/** @param sound files that were found to be what they should be, with their digests */
async function look(
  folder: string,
  manifest: Manifest,
  sound: Map<string, string>,
  { signal, onProgress }: VerifyDatasetOptions,
): Promise<VerifyDatasetReport> {
  const { files } = manifest;
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { problems: unfinished, notes, moving } = await lookForUnfinished(folder);
  const problems: DatasetProblem[] = [...unfinished];
  let done = 0;
  for (const file of files) {
    throwIfAborted(signal);
    if (sound.get(file.path) !== file.sha256) {
      const found = await problemOf(folder, file, signal);
      if (found === null) sound.set(file.path, file.sha256);
      // What is on its way to its place is told as that.
      else if (!moving.has(file.path)) problems.push(found);
    }
    done += file.bytes;
    onProgress?.(done, total);
  }
  problems.push(...(await catalogProblems(folder, manifest)));
  for (const path of await strayFiles(folder, manifest)) {
    if (!moving.has(path)) problems.push(stray(path));
  }
  return { path: folder, files: files.length, bytes: total, problems, notes };
}

async function problemOf(
  folder: string,
  file: ManifestFile,
  signal: AbortSignal | undefined,
): Promise<DatasetProblem | null> {
  const { path, bytes, sha256 } = file;
  const state = await checkFile({ path: `${folder}/${path}`, bytes, sha256 }, { signal });
  if ('version' in state) return rowsProblem(folder, file);
  const what = state.damage === 'missing' ? 'missing' : 'damaged';
  return { what, path, reason: state.damage, remedy: remedyOf(file) };
}

function remedyOf({ path, partition }: ManifestFile): string {
  if (partition !== undefined) return 'give convert again all inputs that it was made of';
  return path.startsWith('wav/')
    ? 'delete it and run convert again with any input: it is written again from its part'
    : 'give convert again all inputs of the data set, or bring back a copy of it';
}

function stray(path: string): DatasetProblem {
  const reason = 'not named by the manifest, but readers of the whole folder take it';
  return { what: 'stray', path, reason, remedy: 'move it out of the data set' };
}

/** How long a change that is being carried out is waited for, and the pause between two looks, ms. */
const WAIT_MS = 60_000;
const LOOK_MS = 20;

/** Whether another run has changed the data set since this manifest was read; a change under way is waited for. */
async function hasChanged(folder: string, before: Manifest, signal: AbortSignal | undefined): Promise<boolean> {
  const deadline = performance.now() + WAIT_MS;
  while ((await isChanging(folder)) && performance.now() < deadline) {
    throwIfAborted(signal);
    await sleep(LOOK_MS);
  }
  return JSON.stringify(await readManifest(folder)) !== JSON.stringify(before);
}

async function isChanging(folder: string): Promise<boolean> {
  const { moving } = await lookForUnfinished(folder);
  if (moving.size === 0) return false;
  return holderOf(folder).then(
    (holder) => holder !== null,
    () => false,
  );
}
