/** What the files of a data set say of one another, where each is what was written. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isWithingsSignalsError } from '../core/errors.ts';
import { openArrowFile } from '../export/arrow-reader.ts';
import { SIGNAL_KINDS } from '../signals/signal.ts';
import { CATALOG, readCatalog } from './catalog-file.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { partPath } from './partition.ts';
import type { DatasetProblem } from './problem.ts';

const REMEDY = 'convert all inputs again into another --out';

/** A part holds as many rows as the manifest says. */
export async function rowsProblem(
  folder: string,
  { path, rows, partition }: ManifestFile,
): Promise<DatasetProblem | null> {
  if (partition === undefined || !path.endsWith('.arrow')) return null;
  try {
    const file = await openArrowFile(join(folder, path));
    await file.close();
    if (file.rows === rows) return null;
    const reason = `got ${file.rows} rows, expected ${rows} as the manifest has it`;
    return { what: 'damaged', path, reason, remedy: REMEDY };
  } catch (error) {
    if (!isWithingsSignalsError(error)) throw error;
    return { what: 'damaged', path, reason: error.message, remedy: REMEDY };
  }
}

/** The catalog names the recordings of each part, no more and no less. A catalog that is damaged is told as a file. */
export async function catalogProblems(folder: string, { files }: Manifest): Promise<readonly DatasetProblem[]> {
  const entry = files.find(({ path }) => path === CATALOG);
  if (entry === undefined) {
    return [{ what: 'missing', path: CATALOG, reason: 'the manifest names no catalog', remedy: REMEDY }];
  }
  const read = await readCatalog(folder, entry);
  if (!('catalog' in read)) return [];
  const expected = new Map<string, number>();
  for (const { kind, facts } of read.catalog.recordings) {
    const path = partPath({ kind, user: facts.userId });
    expected.set(path, (expected.get(path) ?? 0) + 1);
  }
  const parts = files.filter(({ partition }) => partition?.kind === 'ecg' || partition?.kind === 'stetho');
  const found = new Map(parts.map(({ path, rows }) => [path, rows]));
  const differing = [...new Set([...expected.keys(), ...found.keys()])].filter(
    (path) => expected.get(path) !== found.get(path),
  );
  return differing.sort().map((path) => ({
    what: 'damaged',
    path: CATALOG,
    reason: `got ${expected.get(path) ?? 0} recordings of ${path}, expected ${found.get(path) ?? 0} as the manifest has it`,
    remedy: REMEDY,
  }));
}

const FOLDERS: ReadonlySet<string> = new Set([...SIGNAL_KINDS, 'wav']);

/** Files that a reader of the whole folder would take for data, sorted; hidden ones are none. */
export async function strayFiles(folder: string, { files }: Manifest): Promise<readonly string[]> {
  const named = new Set(files.map(({ path }) => path));
  const found: string[] = [];
  async function walk(below: string, isData: boolean): Promise<void> {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) await walk(path, isData || FOLDERS.has(entry.name));
      else if (!named.has(path) && (isData || /\.(?:arrow|feather|parquet|wav)$/.test(path))) found.push(path);
    }
  }
  await walk('', false);
  return found.sort();
}
