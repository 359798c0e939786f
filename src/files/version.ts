/** Whether a file is still what it was. */

import { fstatSync, statSync } from 'node:fs';

/**
 * Another value after every change of the file, and of its names and rights.
 *
 * @param file a descriptor or a path
 * @returns `undefined`: there is no file of that name
 */
export function versionOf(file: number | string): bigint | undefined {
  const about =
    typeof file === 'number'
      ? fstatSync(file, { bigint: true })
      : statSync(file, { bigint: true, throwIfNoEntry: false });
  return about?.ctimeNs;
}
