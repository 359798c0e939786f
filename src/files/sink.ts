/** Files that are whole or not there: made under a temporary name, synced, then renamed. */

import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatasetError, isWithingsSignalsError, quoted, systemReason } from '../core/errors.ts';
import { BlockWriter } from './block-writer.ts';

/** Writes a small file; when this returns, it survives a power cut. `mode` is of the file. @throws DatasetError */
export async function writeFileDurably(path: string, content: string | Uint8Array, mode = 0o666): Promise<void> {
  await writeWhole(path, (file) => file.write(Buffer.from(content)), mode);
  await fsyncFolder(dirname(path));
}

/**
 * Makes `path` of what `write` writes: the bytes are on the disk before the name is there, and an error leaves nothing.
 * The name itself is on the disk only after {@link fsyncFolder}.
 *
 * @throws DatasetError when the file cannot be written; what `write` throws of this package's own errors
 */
export async function writeWhole<T>(path: string, write: (file: BlockWriter) => Promise<T>, mode = 0o666): Promise<T> {
  // Hidden, so that no walk over a data set takes it for a part of it.
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx', mode);
    const writer = new BlockWriter(file, temporary);
    let result: T;
    try {
      result = await write(writer);
      await writer.finish();
      await file.sync();
    } finally {
      await writer.close();
      await file.close();
    }
    await rename(temporary, path);
    return result;
  } catch (error) {
    // What cannot be removed for the same reason was never made; why it could not be is told below.
    await rm(temporary, { force: true }).catch(() => undefined);
    if (isWithingsSignalsError(error)) {
      throw error;
    }
    throw new DatasetError(`cannot write ${quoted(path, 400)}: ${systemReason(error)}; nothing was left there`, {
      cause: error,
    });
  }
}

/** Puts the names in a folder, after renames, on the disk. @throws DatasetError */
export async function fsyncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    throw new DatasetError(`cannot sync folder ${quoted(path, 400)}: ${systemReason(error)}`, { cause: error });
  }
}

/** All bytes of the chunks at the file's position, in order. The chunks may be reused when the promise has settled. */
export async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = chunks.filter((chunk) => chunk.byteLength > 0);
  while (rest.length > 0) {
    // One call takes at most 2 GiB on Linux, and less when it likes: what is left goes into the next.
    const { bytesWritten } = await file.writev(rest);
    rest = restOf(rest, bytesWritten);
  }
}

/** The chunks without their first `bytes`. */
export function restOf(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  let i = 0;
  for (; i < chunks.length && skip >= (chunks[i] as Uint8Array).byteLength; i++) {
    skip -= (chunks[i] as Uint8Array).byteLength;
  }
  return chunks.slice(i).map((chunk, k) => (k === 0 ? chunk.subarray(skip) : chunk));
}

const LONGEST_SEGMENT = 100;

/**
 * An identifier from outside as one name in a path: distinct identifiers give distinct names, none is special to a file
 * system (`.`, `..`, hidden, a separator) or longer than 100 characters.
 *
 * Letters and digits of ASCII, `_`, `-` and inner dots stay; all else becomes `%XX` of its UTF-8 bytes. `null` (not known)
 * is `unknown`, so that very word is escaped. Long identifiers are cut and end in `~` and half their SHA-256.
 */
export function pathSegment(id: string | null): string {
  if (id === null) {
    return 'unknown';
  }
  if (id === 'unknown') {
    return '%75nknown';
  }
  if (id === '') {
    return '%';
  }
  const escaped = id.replace(/[^A-Za-z0-9_.-]|^\.|\.$/gu, percentEscape);
  if (escaped.length <= LONGEST_SEGMENT) {
    return escaped;
  }
  const hash = createHash('sha256').update(escaped).digest('hex').slice(0, 32);
  return `${escaped.slice(0, LONGEST_SEGMENT - 33)}~${hash}`;
}

function percentEscape(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  // Half a surrogate pair has no UTF-8.
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
    return `%u${codePoint.toString(16).toUpperCase()}`;
  }
  return Buffer.from(character, 'utf8').toString('hex').toUpperCase().replace(/../g, '%$&');
}
