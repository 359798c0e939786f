/**
 * One at a time over all processes of a machine: a lock file that says who holds it.
 *
 * A lock whose process is gone (killed, crashed) is taken over at once, so that the next run can finish the work. The text
 * of every lock is another one, and a dead process's lock is removed only by the holder of a second lock that is named
 * after that text: so no two ever remove it, and none removes the lock of a successor.
 */

import { createHash, randomUUID } from 'node:crypto';
import { link, lstat, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatasetError, errorCode, quoted, systemReason, throwIfAborted } from '../core/errors.ts';
import { isRunning, ownStart } from './running.ts';

export interface LockOptions {
  /** What the lock guards, for messages. @default 'the data set' */
  readonly what?: string;
  /** How long to wait for another holder that is alive, ms. @default 0 */
  readonly waitMs?: number;
  /** Ends the waiting. @default none */
  readonly signal?: AbortSignal | undefined;
}

/** The longest pause between two looks at a lock that another holds, ms. */
export const LONGEST_LOOK_MS = 25;

type Holder = {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  /** See `ownStart`; absent in locks of earlier versions. */
  readonly started?: string | null;
  readonly id?: string;
};

/** Ids of the locks this thread holds or is about to. */
const ownIds = new Set<string>();

/** {@link lockFile} of the folder's `.lock`; what dead processes left of their locks there is removed. */
export async function lockFolder(folder: string, options?: LockOptions): Promise<() => Promise<void>> {
  const path = join(folder, '.lock');
  const release = await lockFile(path, options);
  try {
    await removeLitter(path);
    return release;
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * Resolves to the function that releases the lock.
 *
 * @throws DatasetError when a live process, one of another machine, or this process still holds it after `waitMs`.
 * @throws AbortedError when `signal` fires first.
 */
export async function lockFile(
  path: string,
  { what = 'the data set', waitMs = 0, signal }: LockOptions = {},
): Promise<() => Promise<void>> {
  const deadline = performance.now() + waitMs;
  const id = randomUUID();
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    started: await ownStart(),
    id,
  };
  const text = JSON.stringify(own);
  ownIds.add(id);
  try {
    for (let pause = 2; ; pause = Math.min(2 * pause, LONGEST_LOOK_MS)) {
      throwIfAborted(signal);
      const other = await claim(path, text, what);
      if (other === null) break;
      const left = deadline - performance.now();
      if (left <= 0) throw inUse(path, what, other);
      // Drawn by lot, so that waiters do not look in step; an abort is seen at the top.
      const drawn = pause * (0.5 + Math.random() / 2);
      await sleep(Math.min(left, drawn), undefined, signal && { signal }).catch(() => undefined);
    }
  } catch (error) {
    ownIds.delete(id);
    throw error;
  }
  return async () => {
    ownIds.delete(id);
    // Not that of another, should ours have been deleted by hand.
    if ((await readIfThere(path)) === text) await unlink(path);
  };
}

/** Who holds the folder's `.lock` and is alive, in words; `null`: nobody. @throws DatasetError when it is no lock */
export async function holderOf(folder: string): Promise<string | null> {
  const path = join(folder, '.lock');
  const text = await readIfThere(path);
  if (text === null) return null;
  const holder = parseHolder(path, text, 'the data set');
  return (await isAlive(holder)) ? nameOf(holder) : null;
}

/** `null`: the lock is ours now; else who holds it. */
async function claim(path: string, text: string, what: string): Promise<string | null> {
  for (;;) {
    const found = await readIfThere(path);
    if (found === null) {
      if (await createWhole(path, text)) return null;
      await refuseLink(path);
      continue;
    }
    const holder = parseHolder(path, found, what);
    if (await isAlive(holder)) return nameOf(holder);
    const remover = await removeDead(path, found, text, what);
    if (remover !== null) return remover;
  }
}

/** @throws DatasetError when a link is there: one to nothing can be neither read nor made, for ever */
async function refuseLink(path: string): Promise<void> {
  const there = await lstat(path).catch(() => null);
  if (there?.isSymbolicLink() !== true) return;
  throw new DatasetError(`${path}: got a link, expected a file of this program; delete it`);
}

/** The lock with its text in one step, so that no reader meets an empty one; `false`: there is one already. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${process.pid}-${randomUUID()}`;
  await writeFile(draft, text);
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

/** Removes the lock of a process that is gone; else tells who is about to. */
async function removeDead(path: string, dead: string, text: string, what: string): Promise<string | null> {
  const right = `${path}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`;
  const other = await claim(right, text, what);
  if (other !== null) return other;
  try {
    if ((await readIfThere(path)) === dead) {
      await removeLitter(path);
      await unlink(path);
    }
  } finally {
    // The holder of the lock may have taken it for litter of the one before.
    await rm(right, { force: true });
  }
  return null;
}

/** What is beside a lock: rights to remove it, or to remove such a right, and drafts of any of them. */
const BESIDE = /^(?:\.[\da-f]{16})*(?:\.(\d+)-[\da-f-]{36})?$/;

/**
 * Drafts and rights that processes left which died before they could remove them. For the holder of the lock: a right is to
 * a text that the lock has no more, so that nobody who still takes one removes anything by it.
 */
async function removeLitter(path: string): Promise<void> {
  const lock = basename(path);
  for (const name of await readdir(dirname(path))) {
    const beside = name !== lock && name.startsWith(lock) ? BESIDE.exec(name.slice(lock.length)) : null;
    if (beside === null) continue;
    const litter = join(dirname(path), name);
    const pid = beside[1];
    const isDead = pid === undefined ? await isOfDead(litter) : !(await isRunning(Number(pid), null));
    if (isDead) await rm(litter, { force: true });
  }
}

async function isOfDead(lock: string): Promise<boolean> {
  const text = await readIfThere(lock);
  const holder = text === null ? null : holderIn(text);
  return holder !== null && !(await isAlive(holder));
}

async function isAlive({ pid, host, started = null, id = '' }: Holder): Promise<boolean> {
  if (host !== hostname()) return true;
  // Where starts are not told, what names us and is not ours is of an earlier process with our number.
  if (pid === process.pid && started === null) return ownIds.has(id);
  return isRunning(pid, started);
}

function nameOf({ pid, host }: Holder): string {
  return pid === process.pid ? 'this process' : `process ${pid} on ${quoted(host)}`;
}

function parseHolder(path: string, text: string, what: string): Holder {
  const holder = holderIn(text);
  if (holder !== null) return holder;
  throw new DatasetError(
    `${path}: got ${quoted(text, 40)}, expected what process holds ${what}; delete it if none uses ${what}`,
  );
}

/** `null`: it is not the text of a lock. */
function holderIn(text: string): Holder | null {
  let value: Partial<Record<keyof Holder, unknown>> | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { pid, host, started = null, id = '' } = value;
  const isHolder =
    Number.isSafeInteger(pid) &&
    (pid as number) > 0 &&
    typeof host === 'string' &&
    (started === null || typeof started === 'string') &&
    typeof id === 'string';
  return isHolder ? (value as Holder) : null;
}

function inUse(path: string, what: string, who: string): DatasetError {
  return new DatasetError(
    `${path}: ${what} is in use by ${who}; wait for it, or delete the file if that process is gone`,
  );
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new DatasetError(`${path}: cannot read who holds it: ${systemReason(error)}; delete it if nobody does`, {
      cause: error,
    });
  }
}
