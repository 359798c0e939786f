/**
 * `end.json`: how many bytes of each segment were on the disk, told outside of the segments, so that one that is cut or gone is
 * missed wherever the cut falls. It is written after those bytes were synced: what it tells was promised.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { errorCode } from '../core/errors.ts';
import { writeWhole } from '../files/sink.ts';
import { cannot } from './system-error.ts';

/** By number of the segment; `null`: not told, an older version wrote it. */
export type SyncedBytes = readonly (number | null)[];

/** Sorts before the segments, so that whoever copies a growing archive file by file copies it first, and it claims no more than is there. */
export const END_NAME = 'end.json';

export const DAMAGED_END = {
  reason: 'not as it was written, so that a segment that was cut may not be missed',
  remedy: 'nothing, if the segments are as they were: the next fetch writes it anew',
} as const;

/** Offsets in a segment have 32 bits. */
const MAX_BYTES = 2 ** 32;

/**
 * @returns `null` instead of the bytes when the file is damaged; without a file nothing is told
 * @throws ArchiveError when it cannot be read
 */
export async function readSyncedBytes(folder: string): Promise<SyncedBytes | null> {
  const path = join(folder, END_NAME);
  try {
    return parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw cannot('read', path, error);
  }
}

async function writeSyncedBytes(folder: string, bytes: SyncedBytes): Promise<void> {
  const path = join(folder, END_NAME);
  try {
    const text = `${JSON.stringify({ bytes, crc32: checksum(bytes) })}\n`;
    await writeWhole(path, (file) => file.write(Buffer.from(text)));
  } catch (error) {
    throw cannot('write', path, error);
  }
}

/** What a writer tells of the segments it adds to. */
export class SegmentEnds {
  readonly #folder: string;
  #bytes: SyncedBytes;

  /** @param bytes what was told so far */
  constructor(folder: string, bytes: SyncedBytes) {
    this.#folder = folder;
    this.#bytes = bytes;
  }

  /** Segments that were told of: the number of one that none of them has. */
  get count(): number {
    return this.#bytes.length;
  }

  /** @param bytes of the segment that are on the disk @throws ArchiveError */
  async tell(segment: number, bytes: number): Promise<void> {
    if (this.#bytes[segment] === bytes) return;
    const before = Array.from({ length: segment }, (_, i) => this.#bytes[i] ?? null);
    const told = [...before, bytes];
    await writeSyncedBytes(this.#folder, told);
    this.#bytes = told;
  }
}

function parse(text: string): SyncedBytes | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // as any other damage of a file that only this program writes
  }
  if (typeof value !== 'object' || value === null || !('bytes' in value) || !('crc32' in value)) return null;
  const { bytes } = value;
  if (!Array.isArray(bytes) || !bytes.every(isLength)) return null;
  return value.crc32 === checksum(bytes) ? bytes : null;
}

function isLength(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_BYTES);
}

function checksum(bytes: SyncedBytes): number {
  return crc32(JSON.stringify(bytes));
}
