import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../core/errors.ts';

/** Whether a writer is at work, or was killed: one that ended in order leaves no lock, and no torn end either. */
export async function isLocked(folder: string): Promise<boolean> {
  try {
    await stat(join(folder, '.lock'));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
