/** What tells that a folder holds a data set, and which of its files are the data set's own. */

import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { SIGNAL_KINDS } from '../signals/signal.ts';

/** How the files begin that this program writes. */
const STARTS: Readonly<Record<string, RegExp>> = {
  'manifest.json': /^\{\s*"schema_version":\s*"[^"]*",\s*"package":\s*\{\s*"name":\s*"withings-signals"/,
  'catalog.json': /^\{\s*"recordings":\s*\[\s*(?:\]|\{"kind":)/,
};

const OWN_NAMES: ReadonlySet<string> = new Set([...Object.keys(STARTS), ...SIGNAL_KINDS, 'wav']);

const HEAD_BYTES = 256;

/** Also one whose other half is damaged. */
export function isDatasetFolder(folder: string, entries: readonly { readonly name: string }[]): boolean {
  return entries.some(({ name }) => STARTS[name]?.test(headOf(join(folder, name))) ?? false);
}

/** @param name of an entry of a data set's folder */
export function belongsToDataset(name: string): boolean {
  return OWN_NAMES.has(name) || name === '.staging' || name === '.lock' || name.startsWith('.lock.');
}

/** Empty where there is nothing to read: what the file is then is told when it is read. */
function headOf(path: string): string {
  const head = Buffer.alloc(HEAD_BYTES);
  try {
    const file = openSync(path, 'r');
    try {
      return head.toString('latin1', 0, readSync(file, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
