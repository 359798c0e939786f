/** One large input on all threads: its parts and its digest side by side, then joined. */

import { InputError } from '../core/errors.ts';
import { versionOf } from '../files/version.ts';
import type { InputReport } from '../ingest/input-report.ts';
import type { Plan } from '../plan/plan.ts';
import { isTaskFailure, type TaskOptions, type TaskPool } from '../pool/pool.ts';
import type { ListedFile } from './inputs/found-inputs.ts';

/** An input is worth cutting where its parts are; a part takes some 20 ms. */
const LARGE_BYTES = 32 << 20;
const PART_BYTES = 16 << 20;

/** What stands before the first part and behind the last is decoded by one thread: little, but more than a frame. */
const HEAD_BYTES = 64 << 10;
const TAIL_BYTES = 256 << 10;

export function isLarge({ bytes, range, sha256 }: ListedFile, pool: TaskPool): boolean {
  return pool.workers > 1 && bytes >= LARGE_BYTES && range === undefined && sha256 === undefined;
}

/**
 * @param scratch names a new scratch file
 * @param onBytes is told the bytes of parts as they are done
 * @returns `null`: a thread died over it, or it has changed; what it is must be found out in one go
 * @throws DatasetError when the stage cannot be written
 */
export async function decodeLarge(
  file: ListedFile,
  plan: Plan,
  pool: TaskPool,
  scratch: () => string,
  options: TaskOptions,
  onBytes: (bytes: number) => void,
): Promise<InputReport | null> {
  const { bytes, ...input } = file;
  const version = versionOf(input.path);
  // First of all, because it takes longest: a digest cannot be cut.
  const digest = pool.run('digest', input, options);
  const parts = partsOf(bytes).map(async (between) => {
    const part = await orNull(pool.run('decodePart', { input, plan, stageFile: scratch(), between }, options));
    onBytes(between[1] - between[0]);
    return part;
  });
  const [whole, ...found] = await Promise.all([orNull(digest), ...parts]);
  if (whole === null) return null;
  const task = { input, digest: whole, plan, stageFile: scratch(), parts: found.filter((part) => part !== null) };
  const report = await orNull(pool.run('joinParts', task, options));
  return versionOf(input.path) === version ? report : null;
}

function partsOf(bytes: number): readonly (readonly [number, number])[] {
  const parts: [number, number][] = [];
  const end = bytes - TAIL_BYTES;
  for (let from = HEAD_BYTES; from < end; from += PART_BYTES) parts.push([from, Math.min(from + PART_BYTES, end)]);
  return parts;
}

async function orNull<T>(reply: Promise<T>): Promise<T | null> {
  try {
    return await reply;
  } catch (error) {
    if (isTaskFailure(error) || error instanceof InputError) return null;
    throw error;
  }
}
