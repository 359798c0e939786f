/**
 * One record: a frame, a header that says what it is, the bytes of a page.
 *
 * | offset | bytes | field (integers are little-endian and unsigned) |
 * |---|---|---|
 * | 0 | 4 | magic: FF 57 53 52 |
 * | 4 | 4 | H, bytes of the header |
 * | 8 | 4 | P, bytes of the payload |
 * | 12 | 4 | synced: the bytes of this segment before it were on the disk when the record was written |
 * | 16 | 4 | CRC-32 of the payload |
 * | 20 | 4 | CRC-32 of bytes 0 to 19 and the header |
 * | 24 | H | header: MessagePack, see `RecordHeader`; nil is a seal |
 * | 24 + H | P | payload: the page, as the header's `encoding` says |
 */

import { crc32 } from 'node:zlib';
import { Packr } from 'msgpackr';
import {
  type NoteContent,
  PAGE_KINDS,
  type PageAbout,
  type PageEncoding,
  type PageKind,
  type PageRequest,
} from './page.ts';

/** A page and its note are in one record: both are there, or none. */
export type RecordHeader = {
  readonly userId: string;
  readonly kind: PageKind;
  readonly page: RecordedPage | null;
  readonly note: NoteContent | null;
};

export type RecordedPage = {
  readonly request: PageRequest;
  readonly receivedAt: number;
  readonly about: PageAbout;
  /** Of the decoded content, 32 bytes. */
  readonly sha256: Uint8Array;
  /** `null`: no payload here, another record holds this content. */
  readonly encoding: PageEncoding | null;
  /** Places where a secret was replaced before it was kept; absent: none. */
  readonly replaced?: number;
};

export const RECORD_MAGIC: Uint8Array = Uint8Array.of(0xff, 0x57, 0x53, 0x52);
export const FRAME_BYTES = 24;

/** A header has some 300 bytes. */
const MAX_HEADER_BYTES = 2 ** 20;

export type Frame = {
  readonly headerBytes: number;
  readonly payloadBytes: number;
  readonly synced: number;
  readonly payloadCrc: number;
  readonly headCrc: number;
};

// Plain maps in the order of their keys: any MessagePack reader can read them, equal headers have equal bytes.
const packr = new Packr({ useRecords: false, variableMapSize: true, copyBuffers: true });

/** Frame and header of a record; its payload is written behind. `null` is a seal: it only carries `synced`. */
export function encodeHead(header: RecordHeader | null, payload: Uint8Array, synced: number): Buffer {
  const packed = packr.pack(header);
  const head = Buffer.allocUnsafe(FRAME_BYTES + packed.length);
  head.set(RECORD_MAGIC, 0);
  head.writeUInt32LE(packed.length, 4);
  head.writeUInt32LE(payload.byteLength, 8);
  head.writeUInt32LE(synced, 12);
  head.writeUInt32LE(crc32(payload), 16);
  head.set(packed, FRAME_BYTES);
  head.writeUInt32LE(headCrcOf(head), 20);
  return head;
}

/** `null`: no frame begins here. @param bytes at least `FRAME_BYTES` */
export function decodeFrame(bytes: Buffer): Frame | null {
  if (RECORD_MAGIC.some((byte, i) => bytes[i] !== byte)) return null;
  const frame: Frame = {
    headerBytes: bytes.readUInt32LE(4),
    payloadBytes: bytes.readUInt32LE(8),
    synced: bytes.readUInt32LE(12),
    payloadCrc: bytes.readUInt32LE(16),
    headCrc: bytes.readUInt32LE(20),
  };
  return frame.headerBytes <= MAX_HEADER_BYTES ? frame : null;
}

/** @param head frame and header, nothing behind */
export function headCrcOf(head: Buffer): number {
  return crc32(head.subarray(FRAME_BYTES), crc32(head.subarray(0, 20)));
}

/** `undefined`: the bytes are not those of a header. */
export function decodeHeader(packed: Uint8Array): RecordHeader | null | undefined {
  let value: unknown;
  try {
    value = packr.unpack(packed);
  } catch {
    // The checksum was right: not damage, but nothing that this format knows.
    return undefined;
  }
  return value === null || isHeader(value) ? value : undefined;
}

function isHeader(value: unknown): value is RecordHeader {
  if (typeof value !== 'object' || value === null) return false;
  const { userId, kind, page, note } = value as Partial<RecordHeader>;
  if (typeof userId !== 'string' || !PAGE_KINDS.some((word) => word === kind)) return false;
  if (note !== null && typeof note?.what !== 'string') return false;
  if (page === null) return true;
  return page?.sha256 instanceof Uint8Array && page.sha256.length === 32 && typeof page.request?.endpoint === 'string';
}
