/** What runs left in a data set's folder that were interrupted, or have that run at work now. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isWithingsSignalsError } from '../core/errors.ts';
import { holderOf } from '../files/lock.ts';
import { readMoves, STAGING } from './moves.ts';
import type { DatasetProblem } from './problem.ts';

export type Unfinished = {
  readonly problems: readonly DatasetProblem[];
  /** One line each. */
  readonly notes: readonly string[];
  /** Paths of files that a change which is decided brings to their places, or removes. */
  readonly moving: ReadonlySet<string>;
};

const MOVES = `${STAGING}/moves.json`;

export async function lookForUnfinished(folder: string): Promise<Unfinished> {
  const problems: DatasetProblem[] = [];
  const notes: string[] = [];
  let moving: readonly string[] = [];
  const holder = await told(
    () => holderOf(folder),
    (reason) => {
      problems.push({ what: 'damaged', path: '.lock', reason, remedy: 'delete it if no convert is at work here' });
    },
  );
  const moves = await told(
    () => readMoves(folder),
    (reason) => {
      problems.push({
        what: 'damaged',
        path: MOVES,
        reason,
        remedy: 'delete .staging and give convert its inputs again',
      });
    },
  );
  if (moves !== null) {
    moving = [...moves.files, ...moves.stale];
    const reason = `${moving.length} files were to be moved to their places or removed by ${holder ?? 'a run that was interrupted'}`;
    problems.push({ what: 'unfinished', path: MOVES, reason, remedy: 'run convert again: it finishes that first' });
  } else if (holder === null && (await isThere(join(folder, STAGING)))) {
    notes.push(
      `${STAGING}: left by a run that was interrupted before it changed anything; the next convert removes it`,
    );
  }
  return { problems, notes, moving: new Set(moving) };
}

/** The result; `null` where it is an error of our own, which `tell` gets without the path in front and the remedy behind. */
async function told<T>(look: () => Promise<T>, tell: (reason: string) => void): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (!isWithingsSignalsError(error)) throw error;
    tell(error.message.slice(error.message.indexOf(': ') + 2).split('; ')[0] ?? '');
    return null;
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
