/** Places on this machine that somebody names for what is to be made: what can be none is refused before any work is done. */

import { existsSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ArgumentError, errorCode, quoted, systemReason } from '../core/errors.ts';

/** Also of a slash that got lost; a single letter before the colon is a drive of Windows. */
const URL_START = /^(?:[a-z][a-z\d+.-]*:\/\/|[a-z][a-z\d+.-]+:\/)/i;

/** What a shell would have put a folder in place of, had it seen it. */
const UNEXPANDED = /^(?:~[^\\/]+(?=[\\/])|(?:~|\$\w+|\$\{\w+\}|%\w+%)(?=[\\/]|$))/;

export type Wanted = {
  readonly kind: 'file' | 'folder';
  /** `the data set`. */
  readonly of: string;
  /** The option and a good value of it: `--out signals`. */
  readonly example: string;
  /** Why it cannot go to standard output. */
  readonly notStandardOutput: string;
};

/** Why `path` names no place on this machine, from `expected` on; `null`: it may be one. */
export function placeRefusal(path: string, { kind, of, example, notStandardOutput }: Wanted): string | null {
  if (path === '') return `expected a ${kind} for ${of}; give one such as ${example}`;
  if (path === '-') return `expected a ${kind}: ${notStandardOutput}; give one such as ${example}`;
  if (URL_START.test(path)) return `expected a ${kind} of this machine; make one here and copy it there`;
  const [unexpanded = null] = UNEXPANDED.exec(path) ?? [];
  if (unexpanded === null || existsSync(unexpanded)) return null;
  return `expected a ${kind} of this machine: only a shell knows what ${unexpanded} stands for, and quotes hide it from it; give the whole path, or ./${path} if that is its name`;
}

/**
 * Whether a file can be made there, as far as its name and its folder tell.
 *
 * @param option without its dashes, for messages
 * @throws ArgumentError when none can, or something else than a file is there
 */
export async function requireFilePlace(option: string, path: string, wanted: Wanted): Promise<void> {
  const refusal = placeRefusal(path, wanted) ?? (await refusalOfFile(option, path, wanted));
  if (refusal !== null) throw new ArgumentError(`${option}: got ${quoted(path, 400)}, ${refusal}`);
}

async function refusalOfFile(option: string, path: string, { of, example }: Wanted): Promise<string | null> {
  const [name = ''] = example.split(' ').slice(1);
  const there = await lstat(path).catch(() => null);
  if (there?.isSymbolicLink()) return `a link, expected a file for ${of}; give the path that it leads to`;
  if (/[\\/]$/.test(path) || there?.isDirectory()) {
    return `a folder, expected a file for ${of}; give one such as --${option} ${quoted(join(path, name), 400)}`;
  }
  if (there !== null && !there.isFile())
    return `a device or a pipe, expected a file for ${of}; give one such as ${example}`;
  if (there !== null) return null;
  const folder = dirname(path);
  try {
    if ((await stat(folder)).isDirectory()) return null;
    return `expected a file in a folder, and ${quoted(folder, 400)} is a file; give another --${option}`;
  } catch (error) {
    const remedy = errorCode(error) === 'ENOENT' ? 'make it, or ' : '';
    return `expected a file in a folder that is there: ${quoted(folder, 400)}: ${systemReason(error)}; ${remedy}give another --${option}`;
  }
}
