/**
 * A data set on disk, changed as a whole or not at all.
 *
 * New files are made under `.staging/`. When all are there and on the disk, a list of what goes where is written; from
 * then on the change is decided, and a run that dies while moving them is finished by the next one. Before that, a run
 * that dies has changed nothing.
 */

import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatasetError, errorCode, messageOf } from '../core/errors.ts';
import { SIGNAL_KINDS } from '../core/signal.ts';
import { lockFolder } from '../files/lock.ts';
import { fsyncFolder, writeFileDurably } from '../files/sink.ts';
import { type Catalog, EMPTY_CATALOG } from './catalog.ts';
import { type Manifest, readManifest } from './manifest.ts';

const STAGING = '.staging';
const MOVES = 'moves.json';
const CATALOG = 'catalog.json';

export interface Dataset {
  /** `null`: new. */
  readonly manifest: Manifest | null;
  readonly catalog: Catalog;
  /** Where a file of the data set is. */
  pathOf(file: string): string;
  /** A place to make a file in; gone when the data set is closed. */
  scratch(name: string): string;
  /** Moves scratch files to the places they are named after, in order: the manifest last. */
  commit(files: readonly string[]): Promise<void>;
  /** Removes the scratch files and releases the data set. */
  close(): Promise<void>;
}

/**
 * Opens the data set in `folder` for change, or makes a new one; finishes what an interrupted run had decided.
 *
 * @throws DatasetError when it is in use, of another version, or the folder holds something else.
 */
export async function openDataset(folder: string): Promise<Dataset> {
  const created = await makeFolder(folder);
  const release = await lockFolder(folder);
  const staging = join(folder, STAGING);
  try {
    await finishMoves(folder);
    await rm(staging, { recursive: true, force: true });
    const manifest = await readManifest(folder);
    if (manifest === null) await refuseForeign(folder);
    const catalog = manifest === null ? EMPTY_CATALOG : await readCatalog(join(folder, CATALOG));
    await mkdir(staging);
    return {
      manifest,
      catalog,
      pathOf: (file) => join(folder, file),
      scratch: (name) => join(staging, name),
      commit: async (files) => {
        await writeFileDurably(join(staging, MOVES), JSON.stringify(files));
        await finishMoves(folder);
      },
      close: async () => {
        await rm(staging, { recursive: true, force: true });
        await release();
        // A new folder that nothing came to stays as it was before: not there.
        if (created && (await readdir(folder)).length === 0) await rm(folder, { recursive: true });
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function makeFolder(folder: string): Promise<boolean> {
  try {
    return (await mkdir(folder, { recursive: true })) !== undefined;
  } catch (error) {
    throw new DatasetError(`cannot make the folder of the data set: ${messageOf(error)}`, { cause: error });
  }
}

/** Moves what a decided change still has in its staging folder; files moved already are passed over. */
async function finishMoves(folder: string): Promise<void> {
  const staging = join(folder, STAGING);
  const decided = join(staging, MOVES);
  let files: readonly string[];
  try {
    files = JSON.parse(await readFile(decided, 'utf8')) as readonly string[];
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw new DatasetError(`${decided}: ${messageOf(error)}`, { cause: error });
  }
  const folders = new Set<string>();
  for (const file of files) {
    const target = join(folder, file);
    await mkdir(dirname(target), { recursive: true });
    try {
      await rename(join(staging, file), target);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      await stat(target);
    }
    for (let changed = dirname(file); !folders.has(changed); changed = dirname(changed)) folders.add(changed);
  }
  for (const changed of folders) await fsyncFolder(join(folder, changed));
  await rm(decided);
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

async function readCatalog(path: string): Promise<Catalog> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Catalog;
  } catch (error) {
    throw new DatasetError(`${path}: ${messageOf(error)}; convert again into another --out`, { cause: error });
  }
}
