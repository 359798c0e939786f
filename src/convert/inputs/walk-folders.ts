/** Folders to the inputs below them: each folder once, whatever links lead to it. */

import { isUtf8 } from 'node:buffer';
import { constants, type Dirent, type Stats, statSync } from 'node:fs';
import { access, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isArchive } from '../../archive/marker.ts';
import { systemReason, throwIfAborted } from '../../core/errors.ts';
import type { InputNames } from '../../dataset/input-names.ts';
import { belongsToDataset, isDatasetFolder } from '../../dataset/marks.ts';
import type { FoundInputs } from './found-inputs.ts';
import { isTakenFromFolders } from './taken-names.ts';

const ZIP_NAME = /\.zip$/i;

/** What stands in a text for bytes that are no UTF-8. */
const REPLACED = '\ufffd';

/** Looked at before an interruption is heeded: some 10 ms. */
const TURN_ENTRIES = 1024;

/** A folder as it was named or reached, and where it really is. */
export type FolderStart = { readonly path: string; readonly real: string; readonly isLink: boolean };

export interface WalkOptions {
  readonly names: InputNames;
  readonly found: FoundInputs;
  /** Folder of the data set that is made, without links: nothing is told of it. */
  readonly out: string;
  /** Takes a file whose name ends in `.zip`. */
  readonly addZip: (name: string, real: string) => Promise<void>;
  /** Takes an archive, which is not walked. */
  readonly addArchive: (folder: string) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/**
 * A folder that several ways lead to is walked on the one with the fewest links, of those the smallest by name: so what
 * its files are called depends on what there is, not on the order in which it was named, and links in a ring end.
 *
 * @throws AbortedError when the signal fires
 */
export async function walkFolders(starts: readonly FolderStart[], options: WalkOptions): Promise<void> {
  const walk = new Walk(options);
  await walk.all(starts.filter(({ isLink }) => !isLink));
  let linked = [...starts.filter(({ isLink }) => isLink), ...walk.takeLinked()];
  for (; linked.length > 0; linked = walk.takeLinked()) await walk.all(linked);
}

class Walk {
  readonly #options: WalkOptions;
  readonly #walked = new Set<string>();
  readonly #linked: FolderStart[] = [];
  #entries = 0;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** What links led to on the way so far. */
  takeLinked(): FolderStart[] {
    return this.#linked.splice(0);
  }

  async all(starts: readonly FolderStart[]): Promise<void> {
    for (const { path, real } of starts.toSorted((a, b) => (a.path < b.path ? -1 : 1))) await this.#folder(path, real);
  }

  async #folder(path: string, real: string): Promise<void> {
    const { names, found, addArchive, signal } = this.#options;
    if (this.#walked.has(real)) return;
    this.#walked.add(real);
    throwIfAborted(signal);
    try {
      await access(real, constants.R_OK | constants.X_OK);
      if (await isArchive(real)) await addArchive(real);
      else await this.#content(path, real);
    } catch (error) {
      throwIfAborted(signal);
      found.fail(names.of(path), `cannot be read: ${systemReason(error)}`);
    }
  }

  async #content(path: string, real: string): Promise<void> {
    const { names, found, out, signal } = this.#options;
    const entries = await this.#entriesOf(path, real);
    const isDataset = real === out || isDatasetFolder(real, entries);
    if (isDataset && real !== out) found.passOver(real, { name: names.of(path), what: 'data set' });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (++this.#entries % TURN_ENTRIES === 0) {
        await setImmediate();
        throwIfAborted(signal);
      }
      if (isDataset && belongsToDataset(entry.name)) continue;
      await this.#entry(entry, join(path, entry.name), join(real, entry.name));
    }
  }

  /** But for names that are no UTF-8: what they name cannot be asked for by text. */
  async #entriesOf(path: string, real: string): Promise<Dirent[]> {
    const entries = await readdir(real, { withFileTypes: true });
    if (!entries.some(({ name }) => name.includes(REPLACED))) return entries;
    const { names, found } = this.#options;
    const sound = new Set<string>();
    for (const entry of await readdir(real, { withFileTypes: true, encoding: 'buffer' })) {
      if (isUtf8(entry.name)) {
        sound.add(entry.name.toString());
        continue;
      }
      const name = names.ofBytes(path, entry.name);
      const isTaken = entry.isDirectory() || isTakenFromFolders(entry.name.toString('latin1'));
      if (isTaken) found.fail(name, 'its name is no valid UTF-8; rename it');
      else found.passOver(name, { name, what: 'file' });
    }
    return entries.filter(({ name }) => sound.has(name));
  }

  async #entry(entry: Dirent, path: string, real: string): Promise<void> {
    const { names, found } = this.#options;
    if (entry.name.startsWith('.')) found.passOver(real, { name: names.of(path), what: 'hidden' });
    else if (entry.isDirectory()) await this.#folder(path, real);
    else if (entry.isSymbolicLink()) await this.#link(entry.name, path);
    else await this.#file(entry.name, path, real);
  }

  async #link(name: string, path: string): Promise<void> {
    const { names, found } = this.#options;
    let real: string;
    try {
      real = await realpath(path);
      if (statSync(real).isDirectory()) {
        this.#linked.push({ path, real, isLink: true });
        return;
      }
    } catch (error) {
      // A link to nothing is no loss where what it is called would not have been taken.
      if (isTakenFromFolders(name)) found.fail(names.of(path), `cannot be read: ${systemReason(error)}`);
      else found.passOver(path, { name: names.of(path), what: 'file' });
      return;
    }
    await this.#file(name, path, real);
  }

  async #file(entryName: string, path: string, real: string): Promise<void> {
    const { names, found, addZip } = this.#options;
    const name = names.of(path);
    if (ZIP_NAME.test(entryName)) {
      await addZip(name, real);
      return;
    }
    if (!isTakenFromFolders(entryName)) {
      found.passOver(real, { name, what: 'file' });
      return;
    }
    try {
      // At once: a promise for each of many thousand files would cost more than all that is asked of the system.
      addFile(found, name, real, statSync(real));
    } catch (error) {
      found.fail(name, `cannot be read: ${systemReason(error)}`);
    }
  }
}

/** @param about of `real`, a path without links */
export function addFile(found: FoundInputs, name: string, real: string, about: Stats): void {
  if (about.isFile()) found.add({ name, path: real, bytes: about.size });
  else found.fail(name, 'got neither a file nor a folder; name the file that holds the answer');
}
