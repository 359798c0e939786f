/**
 * What inputs are called in reports, in the manifest and in rows: each by a name of its own, the same in every run.
 *
 * | input | name |
 * |---|---|
 * | file below the base folder | its path from there, `/` between names; links are not resolved |
 * | any other file | its absolute path |
 * | standard input | `-` |
 * | entry of a zip | name of the zip, `/`, its name in there |
 * | page of an archive | `archive:` and what was asked for, without the archive's own name |
 *
 * A file of the base folder whose name would read as standard input or a page has `./` in front. A backslash in a name is written
 * `\\`, a control character `\u000a`, a byte that is no UTF-8 `\xE9`; where a name ends in `#` and digits, as the further
 * documents of an input do, the `#` is `\#`. So no two files have one name, and no name is more than a line.
 */

import { isUtf8 } from 'node:buffer';
import { resolve, sep } from 'node:path';
import { escapeControls } from '../core/errors.ts';

export const STANDARD_INPUT = '-';

const PAGE_PREFIX = 'archive:';

export class InputNames {
  readonly #base: string;
  readonly #prefix: string;

  /** @param base folder that names are told from */
  constructor(base: string) {
    this.#base = resolve(base);
    this.#prefix = this.#base.endsWith(sep) ? this.#base : `${this.#base}${sep}`;
  }

  /** @param path absolute and without `.` and `..`, as `resolve` makes it */
  of(path: string): string {
    if (path === this.#base) return '.';
    if (!path.startsWith(this.#prefix)) return written(path);
    const name = written(path.slice(this.#prefix.length));
    return isStandardInput(name) || name.startsWith(PAGE_PREFIX) ? `./${name}` : name;
  }

  /** Of a file whose name is no UTF-8. @param folder that it lies in, as for `of` */
  ofBytes(folder: string, name: Uint8Array): string {
    const above = this.of(folder);
    const last = [...splitUtf8(name)].join('');
    return above === '.' ? last : `${above.endsWith('/') ? above : `${above}/`}${last}`;
  }
}

/** Standard input, or what is in the zip that came there: another input in each run. */
export function isStandardInput(name: string): boolean {
  return name === STANDARD_INPUT || name.startsWith(`${STANDARD_INPUT}/`);
}

/** @param zip its name @param entry what the zip calls it */
export function nameOfEntry(zip: string, entry: string): string {
  return `${zip}/${written(entry)}`;
}

/** @param name of the page in the listing of its archive, which the archive's own name begins */
export function nameOfPage(name: string): string {
  return `${PAGE_PREFIX}${name.slice(name.indexOf('/') + 1)}`;
}

/** In these signs a name is one line, and no two are equal. */
function written(path: string): string {
  const slashed = sep === '/' ? path : path.replaceAll(sep, '/');
  // Half a surrogate pair has no UTF-8: the system is asked for the file of this very name.
  const escaped = escapeControls(Buffer.from(slashed).toString().replaceAll('\\', '\\\\'));
  return escaped.replace(/#(?=\d+$)/, '\\#');
}

/** The characters of a name, bytes that are none as `\xE9`. */
function* splitUtf8(name: Uint8Array): Generator<string> {
  for (let at = 0; at < name.length; ) {
    const length = [1, 2, 3, 4].find((bytes) => at + bytes <= name.length && isUtf8(name.subarray(at, at + bytes)));
    if (length === undefined) yield `\\x${(name[at] as number).toString(16).toUpperCase().padStart(2, '0')}`;
    else yield written(Buffer.from(name.subarray(at, at + length)).toString());
    at += length ?? 1;
  }
}
