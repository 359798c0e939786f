/** The list of what goes where, once a change of a data set is decided; what it says is done by whichever run comes next. */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatasetError, errorCode, messageOf } from '../core/errors.ts';
import { fsyncFolder, writeFileDurably } from '../files/sink.ts';
import { isObject } from './json-shape.ts';
import { MANIFEST } from './manifest-file.ts';
import { isDatasetPath } from './path.ts';

export const STAGING = '.staging';

const MOVES = 'moves.json';

/** From the data set's root. */
export type Moves = {
  /** To be moved to their places, the manifest last. */
  readonly files: readonly string[];
  /** To be removed, since the manifest no longer has them. */
  readonly stale: readonly string[];
};

/** From now on the change is decided. */
export async function writeMoves(folder: string, moves: Moves): Promise<void> {
  await writeFileDurably(join(folder, STAGING, MOVES), JSON.stringify({ ...moves, sha256: digestOf(moves) }));
}

/**
 * @returns `null`: no change is decided
 * @throws DatasetError when the list is not what was written
 */
export async function readMoves(folder: string): Promise<Moves | null> {
  const path = join(folder, STAGING, MOVES);
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
    throw new DatasetError(`${path}: ${messageOf(error)}`, { cause: error });
  }
  const moves = listedIn(content);
  if (moves === null) {
    throw new DatasetError(
      `${path}: got another text than was written, expected the list of files that an interrupted run was to move; delete ${join(folder, STAGING)} and convert its inputs again`,
    );
  }
  return moves;
}

/** Moves what a decided change still has in its staging folder; files moved already are passed over. @throws DatasetError */
export async function finishMoves(folder: string): Promise<void> {
  const moves = await readMoves(folder);
  if (moves === null) return;
  const folders = new Set<string>();
  for (const file of moves.files) await move(folder, file);
  for (const file of moves.stale) await rm(join(folder, file), { force: true });
  for (const file of [...moves.files, ...moves.stale]) {
    for (let changed = dirname(file); !folders.has(changed); changed = dirname(changed)) folders.add(changed);
  }
  for (const changed of folders) await fsyncFolder(join(folder, changed));
  await rm(join(folder, STAGING, MOVES));
}

async function move(folder: string, file: string): Promise<void> {
  const target = join(folder, file);
  const staged = join(folder, STAGING, file);
  try {
    await mkdir(dirname(target), { recursive: true });
    await rename(staged, target);
  } catch (error) {
    // Moved before, by the run that was interrupted.
    if (errorCode(error) === 'ENOENT' && (await isThere(target))) return;
    throw new DatasetError(
      `cannot move ${staged} to its place: ${messageOf(error)}; make that possible and run again, or delete ${join(folder, STAGING)} and convert the inputs again`,
      { cause: error },
    );
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** `null`: damaged. Earlier versions wrote the bare list of files. */
function listedIn(content: string): Moves | null {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return null;
  }
  const { files, stale, sha256 }: Readonly<Record<string, unknown>> = isObject(value)
    ? value
    : { files: value, stale: [] };
  if (!isPathList(files) || !isPathList(stale) || files.at(-1) !== MANIFEST) return null;
  const moves = { files, stale };
  return isObject(value) && sha256 !== digestOf(moves) ? null : moves;
}

function isPathList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isDatasetPath);
}

function digestOf({ files, stale }: Moves): string {
  return createHash('sha256')
    .update(JSON.stringify([files, stale]))
    .digest('hex');
}
