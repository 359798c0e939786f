/** Containers made of named chunks, each with its length: WAV and its kin, AIFF-C and CAF. */

import { InputError, quoted } from '../../core/errors.ts';
import { type AlawData, type AlawFormat, checkedFormat, isStreamedLength } from './alaw-data.ts';
import type { ByteSource } from './byte-source.ts';
import { readWaveFormat } from './wave-format.ts';

/**
 * | container | chunks from | name | length | counts its own head | begins at multiples of | byte order | source |
 * |---|---|---|---|---|---|---|---|
 * | WAV (RIFF)     | 12 |  4 | 4 | no  | 2 | little | Multimedia Programming Interface and Data Specifications 1.0, 1991 |
 * | RIFX           | 12 |  4 | 4 | no  | 2 | big    | the same |
 * | RF64, BW64     | 12 |  4 | 4, or in `ds64` 8 | no | 2 | little | EBU Tech 3306; ITU-R BS.2088 |
 * | Wave64         | 40 | 16 | 8 | yes | 8 | little | Sony Pictures Digital, Wave64 1.0 |
 * | AIFF-C         | 12 |  4 | 4 | no  | 2 | big    | Apple, Audio Interchange File Format AIFF-C, 1991 |
 * | CAF            |  8 |  4 | 8 | no  | 1 | big    | Apple, Core Audio Format Specification 1.0 |
 */
export type ChunkLayout = {
  readonly what: string;
  readonly start: number;
  readonly nameBytes: 4 | 16;
  readonly lengthBytes: 4 | 8;
  readonly countsHead: boolean;
  readonly multiple: number;
  readonly littleEndian: boolean;
  readonly format: string;
  readonly data: string;
  readonly readFormat: (content: Uint8Array, littleEndian: boolean, what: string) => AlawFormat;
  /** Bytes of the chunk of codes before them. */
  readonly dataHead: 0 | 4 | 8;
};

const RIFF: ChunkLayout = {
  what: 'a WAV file',
  start: 12,
  nameBytes: 4,
  lengthBytes: 4,
  countsHead: false,
  multiple: 2,
  littleEndian: true,
  format: 'fmt ',
  data: 'data',
  readFormat: readWaveFormat,
  dataHead: 0,
};

export const CHUNK_LAYOUTS = {
  RIFF,
  RIFX: { ...RIFF, what: 'a RIFX file', littleEndian: false },
  RF64: { ...RIFF, what: 'an RF64 file' },
  BW64: { ...RIFF, what: 'a BW64 file' },
  W64: { ...RIFF, what: 'a Wave64 file', start: 40, nameBytes: 16, lengthBytes: 8, countsHead: true, multiple: 8 },
  AIFC: {
    ...RIFF,
    what: 'an AIFF-C file',
    littleEndian: false,
    format: 'COMM',
    data: 'SSND',
    readFormat: readCommonChunk,
    dataHead: 8,
  },
  CAF: {
    ...RIFF,
    what: 'a CAF file',
    start: 8,
    lengthBytes: 8,
    multiple: 1,
    littleEndian: false,
    format: 'desc',
    readFormat: readDescription,
    dataHead: 4,
  },
} as const satisfies Readonly<Record<string, ChunkLayout>>;

/** More of a chunk that says what the samples are is not read. */
const FORMAT_BYTES = 64;

/**
 * Passes over the chunks before the codes.
 *
 * @param source at the start of the file
 * @throws InputError when it is not 8-bit A-law, or has no codes
 */
export async function readChunkedSound(source: ByteSource, layout: ChunkLayout): Promise<AlawData> {
  const { what } = layout;
  const outer = await source.read(layout.start);
  let format: AlawFormat | null = null;
  let wideLength = Number.NaN;
  for (;;) {
    const chunk = await readHead(source, layout);
    if (chunk === null) {
      throw new InputError(`got ${what} without samples in its ${source.position} bytes; save it anew`);
    }
    if (chunk.name === layout.data) {
      if (format === null) throw new InputError(`got ${what} whose samples come before their format; save it anew`);
      const told = chunk.length === 0xffffffff && wideLength > 0 ? wideLength : chunk.length;
      return { format, ...(await extentOf(source, layout, told, outer)) };
    }
    const isRead = chunk.name === layout.format || chunk.name === 'ds64';
    const content = await source.read(isRead ? Math.min(chunk.length, FORMAT_BYTES) : 0);
    if (chunk.name === layout.format) format = layout.readFormat(content, layout.littleEndian, what);
    if (chunk.name === 'ds64' && content.length >= 16) wideLength = Number(viewOf(content).getBigUint64(8, true));
    await source.skip(paddedLength(layout, chunk.length) - content.length);
  }
}

/**
 * Passes over the chunks behind the codes.
 *
 * @param length of the codes
 * @returns whether there are further codes
 */
export async function hasFurtherCodes(source: ByteSource, layout: ChunkLayout, length: number): Promise<boolean> {
  await source.skip(paddedLength(layout, length) - length);
  for (let chunk; (chunk = await readHead(source, layout)) !== null; ) {
    if (chunk.name === layout.data && chunk.length > layout.dataHead) return true;
    await source.skip(paddedLength(layout, chunk.length));
  }
  return false;
}

type ChunkHead = { readonly name: string; readonly length: number };

async function readHead(source: ByteSource, layout: ChunkLayout): Promise<ChunkHead | null> {
  const { nameBytes, lengthBytes, littleEndian, countsHead } = layout;
  const head = await source.read(nameBytes + lengthBytes);
  if (head.length < nameBytes + lengthBytes) return null;
  const view = viewOf(head);
  const told =
    lengthBytes === 4 ? view.getUint32(nameBytes, littleEndian) : Number(view.getBigUint64(nameBytes, littleEndian));
  const name = Buffer.from(head.subarray(0, 4)).toString('latin1');
  return { name, length: countsHead ? Math.max(told - head.length, 0) : told };
}

/** How far the codes go, from where the source stands then. */
async function extentOf(
  source: ByteSource,
  { lengthBytes, dataHead, what }: ChunkLayout,
  told: number,
  outer: Uint8Array,
): Promise<Pick<AlawData, 'length' | 'isStreamed'>> {
  const head = await source.read(dataHead);
  // AIFF-C may begin its samples later, to align them with blocks.
  const later = dataHead === 8 && head.length === 8 ? viewOf(head).getUint32(0, false) : 0;
  await source.skip(later);
  if (lengthBytes === 8 ? told >= 2 ** 62 : isStreamedLength(told)) {
    return { length: told === 0xffffffff || lengthBytes === 8 ? Number.POSITIVE_INFINITY : told, isStreamed: true };
  }
  const length = told - dataHead - later;
  if (length > 0) return { length, isStreamed: false };
  if (lengthBytes === 4 && outer.length >= 8 && saysMore(outer, source.position) && isChunk(await source.peek(8))) {
    throw new InputError(`got ${what} with no samples`);
  }
  return { length: Number.POSITIVE_INFINITY, isStreamed: true };
}

/** The length of the whole file is one, and goes beyond the place: what follows there may be other chunks. */
function saysMore(outer: Uint8Array, place: number): boolean {
  const whole = viewOf(outer).getUint32(4, outer[3] !== 0x58);
  return !isStreamedLength(whole) && whole + 8 > place;
}

/** A chunk's name is four printable characters (RIFF, IFF); codes that read so are none of a recording's first. */
function isChunk(head: Uint8Array): boolean {
  return head.length === 8 && head.subarray(0, 4).every((byte) => byte >= 0x20 && byte < 0x7f);
}

/** Up to where the next chunk begins. */
function paddedLength({ multiple }: ChunkLayout, length: number): number {
  return Math.ceil(length / multiple) * multiple;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * | at | bytes | holds            | at | bytes | holds                                            |
 * |----|-------|------------------|----|-------|--------------------------------------------------|
 * |  0 |     2 | channels         |  8 |    10 | sampling frequency, Hz, IEEE 754 of 80 bits      |
 * |  2 |     4 | frames           | 18 |     4 | coding: `alaw`, or `ALAW` as Silicon Graphics has it |
 * |  6 |     2 | bits of a sample |    |       |                                                  |
 */
function readCommonChunk(content: Uint8Array, _: boolean, what: string): AlawFormat {
  if (content.length < 22) throw new InputError(`got ${what} whose format is cut short; save it anew`);
  const view = viewOf(content);
  checkCoding(content.subarray(18, 22), what);
  const exponent = (view.getUint16(8, false) & 0x7fff) - 16383 - 63;
  return checkedFormat(what, Number(view.getBigUint64(10, false)) * 2 ** exponent, view.getUint16(0, false));
}

/**
 * | at | bytes | holds                              | at | bytes | holds               |
 * |----|-------|------------------------------------|----|-------|---------------------|
 * |  0 |     8 | sampling frequency, Hz, float64    | 20 |     4 | frames of a packet  |
 * |  8 |     4 | coding: `alaw`                     | 24 |     4 | channels            |
 * | 12 |     4 | flags                              | 28 |     4 | bits of a sample    |
 * | 16 |     4 | bytes of a packet                  |    |       |                     |
 */
function readDescription(content: Uint8Array, _: boolean, what: string): AlawFormat {
  if (content.length < 32) throw new InputError(`got ${what} whose format is cut short; save it anew`);
  const view = viewOf(content);
  checkCoding(content.subarray(8, 12), what);
  return checkedFormat(what, view.getFloat64(0, false), view.getUint32(24, false));
}

function checkCoding(code: Uint8Array, what: string): void {
  const name = Buffer.from(code).toString('latin1');
  if (name.toLowerCase() === 'alaw') return;
  throw new InputError(`got ${what} of coding ${quoted(name)}, expected alaw`);
}
