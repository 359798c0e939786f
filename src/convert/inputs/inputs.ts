/** What the caller named, as a list of files: folders walked, archives page by page, standard input spooled. */

import { createWriteStream, type Stats, statSync } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ArgumentError, errorCode, quoted, systemReason, throwIfAborted } from '../../core/errors.ts';
import { InputNames, STANDARD_INPUT } from '../../dataset/input-names.ts';
import type { SignalKind } from '../../signals/signal.ts';
import { FoundInputs, type InputList } from './found-inputs.ts';
import { addFile, type FolderStart, walkFolders } from './walk-folders.ts';
import { isZip } from './zip-start.ts';

export interface ListOptions {
  /** Folder that names are told from, see {@link InputNames}. */
  readonly base: string;
  /** Folder of the data set: its own files are no inputs. */
  readonly out: string;
  /** Where standard input is kept while it is converted. */
  readonly spool: string;
  readonly stdin: Readable;
  /** Of the pages of an archive, only those that may hold these are listed. */
  readonly kinds: readonly SignalKind[];
  readonly signal: AbortSignal | undefined;
}

/** @throws ArgumentError when `base` is no folder, AbortedError when the signal fires */
export async function listInputs(inputs: readonly string[], options: ListOptions): Promise<InputList> {
  const { base, signal } = options;
  requireFolder(base);
  const names = new InputNames(base);
  const found = new FoundInputs();
  const folders: FolderStart[] = [];
  for (const input of new Set(inputs)) {
    throwIfAborted(signal);
    if (input === STANDARD_INPUT) await addStandardInput(found, options);
    else await addNamed(resolve(input), names, found, folders, signal);
  }
  const out = await realpath(options.out);
  const addArchive = (folder: string): Promise<void> => addPages(folder, names, found, options);
  const addZip = (name: string, real: string): Promise<void> => addZipInFolder(name, real, found, signal);
  await walkFolders(folders, { names, found, out, addArchive, addZip, signal });
  return found.finish();
}

/** A wrong base would only show in the names. */
function requireFolder(base: string): void {
  if (statSync(base, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new ArgumentError(`base: got ${quoted(base, 400)}, expected a folder that names of inputs are told from`);
}

async function addStandardInput(found: FoundInputs, { spool, stdin, signal }: ListOptions): Promise<void> {
  try {
    await pipeline(stdin, createWriteStream(spool, { mode: 0o600 }), signal === undefined ? {} : { signal });
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
  await addContent(STANDARD_INPUT, spool, await stat(spool), found, signal);
}

async function addNamed(
  path: string,
  names: InputNames,
  found: FoundInputs,
  folders: FolderStart[],
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    const real = await realpath(path);
    const about = statSync(real);
    if (about.isDirectory()) folders.push({ path, real, isLink: (await lstat(path)).isSymbolicLink() });
    else await addContent(names.of(path), real, about, found, signal);
  } catch (error) {
    throwIfAborted(signal);
    // The system gives names as text, with a sign in place of what is no UTF-8: such a file is not found by it.
    const isGuess = errorCode(error) === 'ENOENT' && path.includes('\ufffd');
    const remedy = isGuess ? '; if its name is no valid UTF-8, rename it' : '';
    found.fail(names.of(path), `cannot be read: ${systemReason(error)}${remedy}`);
  }
}

/** What a file that was named is, a zip or not, is told by its content. @param about of `real` */
async function addContent(
  name: string,
  real: string,
  about: Stats,
  found: FoundInputs,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!about.isFile() || !isZip(real)) addFile(found, name, real, about);
  else await (await import('./zip-inputs.ts')).addZip(name, real, { found, isNamed: true, signal });
}

/** One that holds an account export, or is damaged so that nobody can tell; others are passed over. */
async function addZipInFolder(
  name: string,
  real: string,
  found: FoundInputs,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    if (statSync(real).isFile() && isZip(real)) {
      await (await import('./zip-inputs.ts')).addZip(name, real, { found, isNamed: false, signal });
    } else found.passOver(real, { name, what: 'file' });
  } catch (error) {
    throwIfAborted(signal);
    found.fail(name, `cannot be read: ${systemReason(error)}`);
  }
}

async function addPages(
  folder: string,
  names: InputNames,
  found: FoundInputs,
  { kinds, signal }: ListOptions,
): Promise<void> {
  // Loaded where there is an archive: it is a third of what a conversion loads at its start.
  const { listArchive } = await import('./archive-inputs.ts');
  const { pages, damaged } = await listArchive(folder, kinds, signal);
  for (const page of pages) found.add(page);
  for (const { file, reason } of damaged) found.fail(names.of(resolve(file)), reason);
}
