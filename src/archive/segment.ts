/**
 * One file of an archive: a header, then records.
 *
 * | offset | bytes | field (integers are little-endian and unsigned) |
 * |---|---|---|
 * | 0 | 8 | magic: FF 57 53 41 0D 0A 1A 0A; a transfer as text breaks it |
 * | 8 | 4 | version of the format |
 * | 12 | 4 | number of the segment, as in its name |
 * | 16 | | records |
 */

import { readdir } from 'node:fs/promises';

/** Of segments, records and `archive.json` together. */
export const FORMAT_VERSION = 1;

export const SEGMENT_HEADER_BYTES = 16;

const SEGMENT_MAGIC = Uint8Array.of(0xff, 0x57, 0x53, 0x41, 0x0d, 0x0a, 0x1a, 0x0a);
const SEGMENT_NAME = /^pages-(\d{5,})\.wsa$/;

export function segmentName(number: number): string {
  return `pages-${String(number).padStart(5, '0')}.wsa`;
}

export function segmentHeader(number: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.set(SEGMENT_MAGIC);
  header.writeUInt32LE(FORMAT_VERSION, 8);
  header.writeUInt32LE(number, 12);
  return header;
}

/** Numbers of the segments in a folder, ascending. */
export async function segmentNumbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
