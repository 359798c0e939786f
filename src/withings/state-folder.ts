/** Folders for what is kept between runs; all that fails there is a {@link StateError}. */

import { DatasetError, isWithingsSignalsError, quoted, StateError, systemReason } from '../core/errors.ts';
import { makeFolder } from '../files/make-folder.ts';

/** Makes the folder for the owner alone; one that is there stays as it is. @throws StateError */
export async function makeStateFolder(folder: string): Promise<void> {
  await inState(folder, () => makeFolder(folder, 0o700));
}

/** What `work` answers. @throws StateError for what the system, a lock or a write refused; others of this package pass. */
export async function inState<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DatasetError) throw new StateError(error.message, { cause: error });
    if (isWithingsSignalsError(error)) throw error;
    throw new StateError(
      `cannot use ${quoted(path, 400)}: ${systemReason(error)}; free it or give another folder for tokens and quota`,
      { cause: error },
    );
  }
}
