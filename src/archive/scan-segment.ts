/** The records of one segment in order, payloads passed over; what is no record is told and stepped over. */

import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { readFully } from './read-fully.ts';
import { decodeFrame, decodeHeader, FRAME_BYTES, headCrcOf, RECORD_MAGIC, type RecordHeader } from './record.ts';
import { SEGMENT_HEADER_BYTES, segmentHeader } from './segment.ts';

/** From `offset` to `end` in the file. */
export type ScannedRecord = {
  readonly what: 'record';
  readonly offset: number;
  readonly end: number;
  /** `null`: a seal. */
  readonly header: RecordHeader | null;
  readonly synced: number;
  readonly payload: { readonly offset: number; readonly bytes: number; readonly crc32: number };
};

/** Bytes that are no record. */
export type ScannedGap = {
  readonly what: 'gap';
  readonly offset: number;
  readonly end: number;
  readonly reason: string;
  /** Of them, how many the file does not have: it was longer. @default 0 */
  readonly beyond?: number;
};

/** Reads of this size: with pages of 15 kB a segment is read in one sweep, with pages of 1 MB most of it is not. */
const READ_BYTES = 2 ** 18;

/** A frame and the header behind it, nearly always. */
const USUAL_HEAD_BYTES = 1024;

/**
 * @param end bytes to look at: a writer may be adding to the file
 * @returns records and gaps without anything between them
 */
export async function* scanSegment(
  file: FileHandle,
  number: number,
  end: number,
): AsyncGenerator<ScannedRecord | ScannedGap> {
  if (end === 0) return;
  const window = new ReadWindow(file, end);
  let offset = SEGMENT_HEADER_BYTES;
  const header = await window.at(0, SEGMENT_HEADER_BYTES);
  if (!header.subarray(0, SEGMENT_HEADER_BYTES).equals(segmentHeader(number))) {
    offset = await nextRecord(window, Math.min(SEGMENT_HEADER_BYTES, end), end);
    yield { what: 'gap', offset: 0, end: offset, reason: `not the header of segment ${number}` };
  }
  while (offset < end) {
    const found = await recordAt(window, offset, end);
    if (typeof found !== 'string') {
      yield found;
      offset = found.end;
      continue;
    }
    const next = await nextRecord(window, offset + 1, end);
    yield { what: 'gap', offset, end: next, reason: found };
    offset = next;
  }
}

/** The record that begins at `offset`, or why there is none. */
export async function readRecordAt(file: FileHandle, offset: number, end: number): Promise<ScannedRecord | string> {
  return recordAt(new ReadWindow(file, end, USUAL_HEAD_BYTES), offset, end);
}

/** Whether the payload is what was written. */
export async function readPayload(file: FileHandle, { payload }: ScannedRecord): Promise<Buffer | null> {
  const bytes = Buffer.allocUnsafe(payload.bytes);
  const read = await readFully(file, bytes, payload.offset);
  return read === payload.bytes && crc32(bytes) === payload.crc32 ? bytes : null;
}

async function recordAt(window: ReadWindow, offset: number, end: number): Promise<ScannedRecord | string> {
  const bytes = await window.at(offset, USUAL_HEAD_BYTES);
  if (bytes.length < FRAME_BYTES) return 'ends within a frame';
  const frame = decodeFrame(bytes);
  if (frame === null) return 'not the frame of a record';
  const headBytes = FRAME_BYTES + frame.headerBytes;
  const head = (headBytes <= bytes.length ? bytes : await window.at(offset, headBytes)).subarray(0, headBytes);
  if (head.length < headBytes) return 'ends within a header';
  if (headCrcOf(head) !== frame.headCrc) return 'the checksum of the header is not that of its bytes';
  const header = decodeHeader(head.subarray(FRAME_BYTES));
  if (header === undefined) return 'a header of unknown form';
  const payload = { offset: offset + headBytes, bytes: frame.payloadBytes, crc32: frame.payloadCrc };
  if (payload.offset + payload.bytes > end) return 'ends within a page';
  return { what: 'record', offset, end: payload.offset + payload.bytes, header, synced: frame.synced, payload };
}

/** Where the next sound record begins, or `end`. */
async function nextRecord(window: ReadWindow, from: number, end: number): Promise<number> {
  let offset = from;
  while (offset < end) {
    const bytes = await window.at(offset, FRAME_BYTES);
    const hit = bytes.indexOf(RECORD_MAGIC);
    if (hit === -1) {
      // The magic may lie across the end of what was read.
      offset += Math.max(1, bytes.length - RECORD_MAGIC.length + 1);
    } else {
      offset += hit;
      if (typeof (await recordAt(window, offset, end)) !== 'string') return offset;
      offset += 1;
    }
  }
  return end;
}

/** The part of a file that was read last. */
class ReadWindow {
  readonly #file: FileHandle;
  readonly #end: number;
  readonly #buffer: Buffer;
  #start = 0;
  #length = 0;

  constructor(file: FileHandle, end: number, bytes = READ_BYTES) {
    this.#file = file;
    this.#end = end;
    this.#buffer = Buffer.allocUnsafe(bytes);
  }

  /** All that is at hand from `offset` on: at least `bytes` unless the end comes before. Valid until the next call. */
  async at(offset: number, bytes: number): Promise<Buffer> {
    const wanted = Math.min(bytes, this.#end - offset);
    if (wanted > this.#buffer.length) {
      const large = Buffer.allocUnsafe(wanted);
      return large.subarray(0, await readFully(this.#file, large, offset));
    }
    if (offset < this.#start || offset + wanted > this.#start + this.#length) {
      const target = this.#buffer.subarray(0, Math.min(this.#buffer.length, this.#end - offset));
      this.#start = offset;
      this.#length = await readFully(this.#file, target, offset);
    }
    return this.#buffer.subarray(offset - this.#start, this.#length);
  }
}
