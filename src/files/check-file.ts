/** Whether a file of a data set is still what was written. */

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { DatasetError, errorCode, isWithingsSignalsError, messageOf, quoted, throwIfAborted } from '../core/errors.ts';
import { versionOf } from './version.ts';

export type FileToCheck = { readonly path: string; readonly bytes: number; readonly sha256: string };

/** Sound as long as its version is that one (`versionOf`); or what is wrong with it. */
export type FileState = { readonly version: bigint } | { readonly damage: string };

export interface CheckOptions {
  readonly signal?: AbortSignal | undefined;
  /** Is told the bytes of each piece. */
  readonly onBytes?: (bytes: number) => void;
}

const READ_BYTES = 1 << 20;

/** @throws DatasetError when it is there and cannot be read */
export async function checkFile(expected: FileToCheck, options: CheckOptions = {}): Promise<FileState> {
  const { path } = expected;
  try {
    const file = await open(path, 'r');
    try {
      return await checkOpen(file, expected, options);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isWithingsSignalsError(error)) throw error;
    // A folder of its name is no file of that name.
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { damage: 'missing' };
    if (code === 'EISDIR') return { damage: 'got a folder, expected a file' };
    throw new DatasetError(`cannot read ${quoted(path, 400)}: ${messageOf(error)}`, { cause: error });
  }
}

async function checkOpen(
  file: FileHandle,
  { bytes, sha256 }: FileToCheck,
  { signal, onBytes }: CheckOptions,
): Promise<FileState> {
  const version = versionOf(file.fd);
  const { size } = await file.stat();
  if (size !== bytes) return { damage: `got ${size} bytes, expected ${bytes}` };
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, Math.max(1, bytes)));
  for (;;) {
    throwIfAborted(signal);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    onBytes?.(bytesRead);
  }
  const got = hash.digest('hex');
  if (got !== sha256) return { damage: `got SHA-256 ${got}, expected ${sha256}` };
  if (version === undefined || versionOf(file.fd) !== version) return { damage: 'changed while it was read' };
  return { version };
}
