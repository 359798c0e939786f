/** The files of a data set as they are: what is read of one, or kept without a look, is what the manifest says of it. */

import { statSync } from 'node:fs';
import type { FileState } from '../files/check-file.ts';
import type { TaskPool } from '../pool/pool.ts';
import { CATALOG } from './catalog-file.ts';
import type { Dataset } from './dataset.ts';
import type { ManifestFile } from './manifest.ts';
import { MANIFEST } from './manifest-file.ts';

export interface PresentFiles {
  /** What the manifest says of a file; `undefined`: it names none of that path. */
  fileOf(path: string): ManifestFile | undefined;
  /** Reads all of it, once a run. @throws DatasetError when it cannot be read */
  stateOf(file: ManifestFile): Promise<FileState>;
  /**
   * What is wrong, by path, with files that can be told without reading them all: those that are missing, of another size, or
   * changed after the manifest was written.
   *
   * @throws DatasetError when one cannot be read
   */
  findDamaged(): Promise<ReadonlyMap<string, string>>;
  /** What is wrong, by path, with those of these files that the manifest names. */
  damagedOf(paths: Iterable<string>): Promise<ReadonlyMap<string, string>>;
}

/** Hashed at a time: enough for all threads. */
const AT_A_TIME = 64;

export function openPresentFiles(dataset: Dataset, pool: TaskPool, signal?: AbortSignal): PresentFiles {
  const byPath = new Map(dataset.manifest?.files.map((file) => [file.path, file]));
  const states = new Map<string, Promise<FileState>>();

  function stateOf({ path, bytes, sha256 }: ManifestFile): Promise<FileState> {
    let state = states.get(path);
    if (state === undefined) {
      state = pool.run('checkFile', { path: dataset.pathOf(path), bytes, sha256 }, { signal });
      states.set(path, state);
    }
    return state;
  }

  async function damagedAmong(files: readonly ManifestFile[]): Promise<ReadonlyMap<string, string>> {
    const damaged = new Map<string, string>();
    for (let at = 0; at < files.length; at += AT_A_TIME) {
      const some = files.slice(at, at + AT_A_TIME);
      const found = await Promise.all(some.map(stateOf));
      for (const [i, { path }] of some.entries()) {
        const state = found[i];
        if (state !== undefined && 'damage' in state) damaged.set(path, state.damage);
      }
    }
    return damaged;
  }

  return {
    fileOf: (path) => byPath.get(path),
    stateOf,
    findDamaged() {
      // The catalog was looked at when the data set was opened.
      const files = [...byPath.values()].filter(({ path }) => path !== CATALOG);
      return damagedAmong(files.filter((file) => isSuspect(dataset.pathOf(file.path), file, dataset.pathOf(MANIFEST))));
    },
    damagedOf: (paths) => damagedAmong([...new Set(paths)].flatMap((path) => byPath.get(path) ?? [])),
  };
}

/** The manifest comes to its place last of all: what has been touched after it was not touched by this program. */
function isSuspect(path: string, { bytes }: ManifestFile, manifestPath: string): boolean {
  const [about, last] = [path, manifestPath].map((one) => statSync(one, { bigint: true, throwIfNoEntry: false }));
  if (about === undefined || last === undefined) return true;
  return !about.isFile() || about.size !== BigInt(bytes) || about.ctimeNs > last.ctimeNs;
}
