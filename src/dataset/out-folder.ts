/** The folder a data set goes into: what can be none is refused before any work is done. */

import { statSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { ArgumentError, quoted, systemReason } from '../core/errors.ts';
import { makeFolder, removeFolders } from '../files/make-folder.ts';
import { placeRefusal, type Wanted } from '../files/place.ts';

const OUT: Wanted = {
  kind: 'folder',
  of: 'the data set',
  example: '--out signals',
  notStandardOutput: 'a data set is many files and cannot go to standard output',
};

const FILE_NAME = /\.(?:edf|bdf|wav|csv|tsv|parquet|arrow|feather|json|jsonl|ndjson|svg|png|zip)(?:\.gz)?$/i;

/** Leaves everything as it is. @throws ArgumentError when no data set can be made there */
export async function requireOut(out: string): Promise<void> {
  await removeFolders(await makeOut(out));
}

/** @returns the folders that were made, see {@link removeFolders} @throws ArgumentError when no data set can be made there */
export async function makeOut(out: string): Promise<readonly string[]> {
  const refusal = refusalOf(out);
  if (refusal !== null) throw new ArgumentError(`out: got ${quoted(out, 400)}, ${refusal}`);
  try {
    const made = await makeFolder(out);
    await access(out, constants.R_OK | constants.W_OK | constants.X_OK);
    return made;
  } catch (error) {
    throw new ArgumentError(
      `out: got ${quoted(out, 400)}, expected a folder that can be made and written: ${systemReason(error)}; give another --out`,
      { cause: error },
    );
  }
}

function refusalOf(out: string): string | null {
  const refusal = placeRefusal(out, OUT);
  if (refusal !== null) return refusal;
  const name = FILE_NAME.exec(out);
  // Earlier versions made a data set in a folder of any name.
  if (name === null || statSync(out, { throwIfNoEntry: false })?.isDirectory()) return null;
  return `the name of a file, expected a folder for the data set; give one such as --out ${quoted(out.slice(0, name.index), 400)}`;
}
