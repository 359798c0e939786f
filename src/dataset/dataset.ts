/**
 * A data set on disk, changed as a whole or not at all.
 *
 * New files are made under `.staging/`. When all are there and on the disk, a list of what goes where is written; from
 * then on the change is decided, and a run that dies while moving them is finished by the next one. Before that, a run
 * that dies has changed nothing.
 */

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../core/errors.ts';
import { lockFolder } from '../files/lock.ts';
import { removeFolders } from '../files/make-folder.ts';
import { SIGNAL_KINDS } from '../signals/signal.ts';
import { EMPTY_CATALOG } from './catalog.ts';
import { CATALOG, type ReadCatalog, readCatalog } from './catalog-file.ts';
import type { Manifest } from './manifest.ts';
import { readManifest } from './manifest-file.ts';
import { finishMoves, STAGING, writeMoves } from './moves.ts';
import { makeOut } from './out-folder.ts';

export interface Dataset {
  /** `null`: new. */
  readonly manifest: Manifest | null;
  readonly catalog: ReadCatalog;
  /** Where a file of the data set is. */
  pathOf(file: string): string;
  /** A place to make a file in; gone when the data set is closed. */
  scratch(name: string): string;
  /** Moves scratch files to the places they are named after, in order: the manifest last. Then removes those that are stale. */
  commit(files: readonly string[], stale: readonly string[]): Promise<void>;
  /** Removes the scratch files and releases the data set. */
  close(): Promise<void>;
}

/**
 * Opens the data set in `folder` for change, or makes a new one; finishes what an interrupted run had decided.
 *
 * @throws DatasetError when it is in use, of another version, or the folder holds something else.
 */
export async function openDataset(folder: string): Promise<Dataset> {
  const made = await makeOut(folder);
  const release = await lockFolder(folder);
  const staging = join(folder, STAGING);
  // A change that is decided and could not be finished is left to the next run.
  let isDecided = false;
  try {
    await finishMoves(folder);
    const manifest = await readManifest(folder);
    if (manifest === null) await refuseForeign(folder);
    const catalog = manifest === null ? { catalog: EMPTY_CATALOG } : await catalogOf(folder, manifest);
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging);
    return {
      manifest,
      catalog,
      pathOf: (file) => join(folder, file),
      scratch: (name) => join(staging, name),
      commit: async (files, stale) => {
        await writeMoves(folder, { files, stale });
        isDecided = true;
        await finishMoves(folder);
        isDecided = false;
      },
      close: async () => {
        if (!isDecided) await rm(staging, { recursive: true, force: true });
        await release();
        // A new folder that nothing came to stays as it was before: not there.
        await removeFolders(made);
      },
    };
  } catch (error) {
    await release();
    await removeFolders(made);
    throw error;
  }
}

async function refuseForeign(folder: string): Promise<void> {
  const names = await readdir(folder);
  const clash = names.find((name) => name === 'wav' || SIGNAL_KINDS.some((kind) => kind === name));
  if (clash !== undefined) {
    throw new DatasetError(
      `${folder}: holds ${clash} but no manifest.json, so what is in it is unknown; choose another --out`,
    );
  }
}

function catalogOf(folder: string, { files }: Manifest): Promise<ReadCatalog> {
  return readCatalog(
    folder,
    files.find(({ path }) => path === CATALOG),
  );
}
