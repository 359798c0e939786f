/** The manifest of what is to be a data set; of anything else, what it is. */

import { stat } from 'node:fs/promises';
import { isArchive } from '../archive/marker.ts';
import { DatasetError, errorCode, quoted, systemReason } from '../core/errors.ts';
import type { Manifest } from './manifest.ts';
import { readManifest } from './manifest-file.ts';

/**
 * @param remedy where a folder is neither a data set nor an archive
 * @throws DatasetError when `path` is no data set, or its manifest is damaged; ArchiveError when it is an archive of a newer format
 */
export async function expectManifest(path: string, remedy: string): Promise<Manifest> {
  if (!(await isFolder(path))) {
    throw new DatasetError(
      `${quoted(path, 400)}: got a file, expected the folder of a data set; withings-signals inspect tells of single files`,
    );
  }
  const manifest = await readManifest(path);
  if (manifest !== null) return manifest;
  if (await isArchive(path)) {
    throw new DatasetError(
      `${quoted(path, 400)}: got an archive, expected a data set made by convert; check it with withings-signals archive verify, or convert it`,
    );
  }
  throw new DatasetError(
    `${quoted(path, 400)}: holds no manifest.json, expected a data set made by convert; ${remedy}`,
  );
}

/** @throws DatasetError when nothing is there */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const isNothing = ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
    const why = isNothing ? 'there is no such file or folder' : systemReason(error);
    throw new DatasetError(`${quoted(path, 400)}: ${why}; check the path`, { cause: error });
  }
}
