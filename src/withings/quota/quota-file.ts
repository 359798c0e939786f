/** The window that all processes of a machine share: a file, changed under a lock, before what it counts goes out. */

import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { errorCode } from '../../core/errors.ts';
import { lockFile } from '../../files/lock.ts';
import { inState } from '../state-folder.ts';
import { NOTHING_YET, type QuotaLimits, type QuotaState, QuotaWindow } from './quota-window.ts';

export interface QuotaFileOptions {
  readonly path: string;
  readonly limits: QuotaLimits;
  /** A write that took longer is made again with the time it is then, ms. */
  readonly latestMs: number;
  /** Ms of a clock that all processes share. */
  readonly now: () => number;
  /** Ends the waiting for the lock. */
  readonly signal: AbortSignal;
}

const quotaState = z.object({
  version: z.literal(1),
  slots: z.array(z.number()),
  keys: z.array(z.tuple([z.string(), z.number()])),
  holds: z.array(z.tuple([z.string().nullable(), z.number(), z.number()])),
});

/** Others hold it for the time of a small write, ms. */
const LOCK_WAIT_MS = 60_000;

/**
 * Lets `change` change the window; when this returns, it is in the file, as of a moment ago. `change` may be called
 * several times, always on what was there before.
 *
 * @throws StateError, AbortedError
 */
export async function changeQuotaFile<T>(
  { path, limits, latestMs, now, signal }: QuotaFileOptions,
  change: (window: QuotaWindow, now: number) => T,
): Promise<T> {
  return inState(path, async () => {
    const release = await lockFile(`${path}.lock`, { what: 'the budget of requests', waitMs: LOCK_WAIT_MS, signal });
    try {
      const before = await readState(path, limits, now());
      for (;;) {
        const time = now();
        const window = new QuotaWindow(limits, before, time);
        const result = change(window, time);
        await replaceFile(path, JSON.stringify({ version: 1, ...window.state(time) }));
        // A request that goes long after the time it is counted at would come too close to those after it.
        if (now() - time <= latestMs) return result;
      }
    } finally {
      await release();
    }
  });
}

/** What cannot be read (a power cut) counts as a full window, so that the budget holds whatever went before. */
async function readState(path: string, { requests }: QuotaLimits, now: number): Promise<QuotaState> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return NOTHING_YET;
    throw error;
  }
  try {
    return quotaState.parse(JSON.parse(text));
  } catch {
    return { ...NOTHING_YET, slots: Array.from({ length: requests }, () => now) };
  }
}

/** Whole for all that read it, and there should this process be killed; not synced, for a power cut ends all requests. */
async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
