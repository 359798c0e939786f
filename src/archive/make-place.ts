/** The folder of an archive: what can be none is a wrong argument, and no fault of a disk. */

import { ArgumentError, quoted, systemReason } from '../core/errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import { placeRefusal, type Wanted } from '../files/place.ts';
import { cannot, isOfDisk } from './system-error.ts';

const ARCHIVE: Wanted = {
  kind: 'folder',
  of: 'the archive',
  example: '--archive archive',
  notStandardOutput: 'an archive is many files and cannot go to standard output',
};

/** @throws ArgumentError when no archive can be made there; ArchiveError when room or rights are missing */
export async function makePlace(folder: string): Promise<void> {
  const refusal = placeRefusal(folder, ARCHIVE);
  if (refusal !== null) throw new ArgumentError(`archive: got ${quoted(folder, 400)}, ${refusal}`);
  try {
    await makeFolder(folder);
  } catch (error) {
    if (isOfDisk(error)) throw cannot('write', folder, error);
    throw new ArgumentError(
      `archive: got ${quoted(folder, 400)}, expected a folder that can be made and written: ${systemReason(error)}; give another --archive`,
      { cause: error },
    );
  }
}
