/**
 * One conversion at a time in a data set: a lock file that says who holds it.
 *
 * A lock whose process is gone (killed, crashed) is taken over at once, so that the next run can finish the work.
 */

import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatasetError, errorCode, quoted } from '../core/errors.ts';

type Holder = { readonly pid: number; readonly host: string; readonly since: string };

/** Locks of this process: a lock file that names us and is not here is of an earlier process with our number. */
const held = new Set<string>();

/**
 * Resolves to the function that releases the lock.
 *
 * @throws DatasetError when another live process, one of another machine, or this process holds it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, '.lock');
  if (held.has(path)) throw inUse(path, 'this process');
  held.add(path);
  try {
    while (!(await createWhole(path))) await takeFromTheDead(path);
  } catch (error) {
    held.delete(path);
    throw error;
  }
  return async () => {
    held.delete(path);
    await unlink(path);
  };
}

/** The lock with its text in one step, so that no reader meets an empty one; `false`: there is one already. */
async function createWhole(path: string): Promise<boolean> {
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, JSON.stringify(holder));
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

/** Removes the lock of a process that is gone; of two that try at once only one gets to rename it. */
async function takeFromTheDead(path: string): Promise<void> {
  try {
    const text = await readFile(path, 'utf8');
    const holder = parseHolder(path, text);
    if (holder.host !== hostname() || isAlive(holder.pid)) {
      throw inUse(path, `process ${holder.pid} on ${quoted(holder.host)}`);
    }
    const aside = `${path}.${process.pid}.old`;
    await rename(path, aside);
    // Another run may have taken the lock between our look and our rename: then it gets it back.
    if ((await readFile(aside, 'utf8')) !== text) await link(aside, path);
    await unlink(aside);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function parseHolder(path: string, text: string): Holder {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'pid' in value && 'host' in value) {
      if (typeof value.pid === 'number' && typeof value.host === 'string') return value as Holder;
    }
  } catch (error) {
    throw new DatasetError(`${path}: not a lock file of this program; delete it if nothing uses the data set`, {
      cause: error,
    });
  }
  throw inUse(path, 'an unknown process');
}

function inUse(path: string, who: string): DatasetError {
  return new DatasetError(
    `${path}: the data set is in use by ${who}; wait for it, or delete the file if that process is gone`,
  );
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
