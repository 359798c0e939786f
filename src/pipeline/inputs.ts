/** What the caller named, as a list of files: folders walked in name order, archives page by page, standard input spooled. */

import { createWriteStream, statSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isArchive } from '../archive/marker.ts';
import { systemReason } from '../core/errors.ts';
import type { SignalKind } from '../core/signal.ts';
import type { InputFile } from '../process/input-stream.ts';

/** Files taken from a folder; a file named by the caller is taken whatever it is called. */
const TAKEN_FROM_FOLDERS = /(?:\.(?:json|ndjson|jsonl)|^signal\.csv)(?:\.gz)?$/i;

export type ListedFile = InputFile & { readonly bytes: number };

export type InputList = {
  /** In name order; a file that was named twice is there once, under the smaller name. */
  readonly files: readonly ListedFile[];
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
};

export interface ListOptions {
  /** Folder of the data set: passed over when it lies below an input folder. */
  readonly out: string;
  /** Where standard input is kept while it is converted. */
  readonly spool: string;
  readonly stdin: Readable;
  /** Of the pages of an archive, only those that may hold these are listed. */
  readonly kinds: readonly SignalKind[];
}

/** Names are told from the given file or folder on: `ecg/1.json` for a file below a folder `ecg`. */
export async function listInputs(inputs: readonly string[], options: ListOptions): Promise<InputList> {
  const byPath = new Map<string, ListedFile>();
  const failures: { name: string; reason: string }[] = [];
  const out = await realpath(options.out);

  async function add(path: string, name: string, parents: readonly string[]): Promise<void> {
    try {
      await addReal(await realpath(path), name, parents);
    } catch (error) {
      failures.push({ name, reason: `cannot be read: ${systemReason(error)}` });
    }
  }
  /** @param real a path without links */
  async function addReal(real: string, name: string, parents: readonly string[]): Promise<void> {
    try {
      // At once: a promise for each of many thousand files would cost more than all that is asked of the system.
      const about = statSync(real);
      if (about.isDirectory()) {
        if (real === out || parents.includes(real)) return;
        if (await isArchive(real)) await addPages(real);
        else await walk(real, name, [...parents, real]);
      } else if (parents.length === 0 || TAKEN_FROM_FOLDERS.test(basename(name))) {
        if (!about.isFile())
          failures.push({ name, reason: 'got neither a file nor a folder; name the file that holds the answer' });
        else if (name < (byPath.get(real)?.name ?? '\uffff')) byPath.set(real, { name, path: real, bytes: about.size });
      }
    } catch (error) {
      failures.push({ name, reason: `cannot be read: ${systemReason(error)}` });
    }
  }
  async function walk(folder: string, name: string, parents: readonly string[]): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      // What is no link in a folder without links needs no look along its path.
      const adding = entry.isSymbolicLink() ? add : addReal;
      await adding(join(folder, entry.name), `${name}/${entry.name}`, parents);
    }
  }

  async function addPages(folder: string): Promise<void> {
    // Loaded where there is an archive: it is a third of what a conversion loads at its start.
    const { listArchive } = await import('./archive-inputs.ts');
    const list = await listArchive(folder, options.kinds);
    for (const page of list.files) byPath.set(`${page.path}:${page.range?.offset} ${page.name}`, page);
    failures.push(...list.failures);
  }

  for (const input of inputs) {
    if (input === '-') {
      await pipeline(options.stdin, createWriteStream(options.spool, { mode: 0o600 }));
      byPath.set(options.spool, { name: '-', path: options.spool, bytes: (await stat(options.spool)).size });
    } else {
      await add(input, basename(resolve(input)), []);
    }
  }
  const files = [...byPath.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files, failures };
}
