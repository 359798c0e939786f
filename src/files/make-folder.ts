import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode } from '../core/errors.ts';

/**
 * Makes a folder and those above it that are missing, one after the other: Node's recursive `mkdir` never ends where the
 * system says of a parent that it is not there, and so below `/proc`.
 *
 * @param mode of those that are made. Default: what the system gives.
 * @returns those that were made, the outermost first
 * @throws what the system refused; then none of them is left
 */
export async function makeFolder(path: string, mode?: number): Promise<readonly string[]> {
  const missing: string[] = [];
  for (let folder = resolve(path); !(await isFolder(folder)); folder = dirname(folder)) {
    if (folder === dirname(folder)) break;
    missing.unshift(folder);
  }
  const made: string[] = [];
  try {
    for (const folder of missing) {
      if (await makeOne(folder, mode)) made.push(folder);
    }
  } catch (error) {
    await removeFolders(made);
    throw error;
  }
  return made;
}

/** Takes away what {@link makeFolder} made, as far as nothing has come into it. */
export async function removeFolders(made: readonly string[]): Promise<void> {
  for (const folder of made.toReversed()) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) return;
      throw error;
    }
  }
}

/** `false`: another process was faster. */
async function makeOne(folder: string, mode: number | undefined): Promise<boolean> {
  try {
    await mkdir(folder, mode === undefined ? {} : { mode });
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    if (!(await isFolder(folder))) throw new Error(`${folder} is a link that leads nowhere`, { cause: error });
    return false;
  }
}

/** `false`: there is nothing of that name. */
async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  throw new Error(`${path} is a file`);
}
