/**
 * LZ4 frames: bytes that repeat within 64 KiB said once. Fast, and read by every Arrow reader.
 *
 * Formats: lz4_Frame_format.md 1.6.3 and lz4_Block_format.md of the LZ4 project. A frame, all numbers little-endian:
 *
 * | bytes | holds                                                                                      |
 * |-------|--------------------------------------------------------------------------------------------|
 * |     4 | 0x184D2204                                                                                 |
 * |     1 | version 1, blocks independent, content size given: 0x68                                    |
 * |     1 | blocks of at most 4 MiB: 0x70                                                              |
 * |     8 | content size                                                                               |
 * |     1 | second byte of the xxHash32 of the ten bytes before                                        |
 * |  4, n | blocks: size (top bit set: not compressed), then that many bytes; at the end four zeros    |
 */

const MAGIC = 0x184d2204;
const FLAGS = 0x68;
const BLOCK_4_MIB = 0x70;
const HEADER_BYTES = 15;
const MAX_BLOCK_BYTES = 4 << 20;
const UNCOMPRESSED = 0x80000000;

/** The shortest match there is. */
const MIN_MATCH = 4;
/** The last match begins this many bytes before the end of its block, and ends so many before it. */
const LAST_MATCH_START = 12;
const LAST_LITERALS = 5;
const MAX_OFFSET = 65_535;

/** Positions by the hash of four bytes. */
const HASH_BITS = 14;
const heads = new Int32Array(1 << HASH_BITS);

/** One frame of `bytes`. */
export function encodeLz4Frame(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES + worstSize(bytes.length) + 4);
  const view = new DataView(frame.buffer);
  view.setUint32(0, MAGIC, true);
  frame[4] = FLAGS;
  frame[5] = BLOCK_4_MIB;
  view.setBigUint64(6, BigInt(bytes.length), true);
  frame[14] = headerCheck(frame.subarray(4, 14));
  let at = HEADER_BYTES;
  for (let from = 0; from < bytes.length; from += MAX_BLOCK_BYTES) {
    const block = bytes.subarray(from, from + MAX_BLOCK_BYTES);
    const size = encodeBlock(block, frame, at + 4) - at - 4;
    if (size < block.length) {
      view.setUint32(at, size, true);
      at += 4 + size;
    } else {
      view.setUint32(at, UNCOMPRESSED + block.length, true);
      frame.set(block, at + 4);
      at += 4 + block.length;
    }
  }
  view.setUint32(at, 0, true);
  return frame.slice(0, at + 4);
}

/** Every block at its worst: a length byte for each 255 literals. */
function worstSize(length: number): number {
  return length + Math.ceil(length / 255) + 24 * Math.ceil(length / MAX_BLOCK_BYTES);
}

/** Writes the block's sequences to `out` from `at` on; gives where they end. */
function encodeBlock(block: Uint8Array, out: Uint8Array, at: number): number {
  heads.fill(-1);
  const lastStart = block.length - LAST_MATCH_START;
  let anchor = 0;
  // The longer nothing repeats, the longer the steps: noise is passed over quickly.
  for (let here = 0, misses = 0; here <= lastStart; ) {
    const four = fourBytes(block, here);
    const slot = Math.imul(four, 0x9e3779b1) >>> (32 - HASH_BITS);
    const there = heads[slot] as number;
    heads[slot] = here;
    if (there < 0 || here - there > MAX_OFFSET || fourBytes(block, there) !== four) {
      here += 1 + (misses++ >>> 6);
      continue;
    }
    let back = 0;
    while (here - back > anchor && there - back > 0 && block[here - back - 1] === block[there - back - 1]) back++;
    const end = matchEnd(block, there + MIN_MATCH, here + MIN_MATCH);
    at = putSequence(block.subarray(anchor, here - back), here - there, end - here + back, out, at);
    here = end;
    anchor = end;
    misses = 0;
  }
  return putSequence(block.subarray(anchor), 0, 0, out, at);
}

function fourBytes(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

function matchEnd(block: Uint8Array, there: number, here: number): number {
  const limit = block.length - LAST_LITERALS;
  while (here < limit && block[here] === block[there]) {
    here++;
    there++;
  }
  return here;
}

/** Literals and the match after them; an offset of 0: there is none, the block ends. */
function putSequence(literals: Uint8Array, offset: number, match: number, out: Uint8Array, at: number): number {
  const matchCode = offset === 0 ? 0 : match - MIN_MATCH;
  out[at++] = (Math.min(literals.length, 15) << 4) | Math.min(matchCode, 15);
  at = putLength(literals.length, out, at);
  if (literals.length > 64) {
    out.set(literals, at);
    at += literals.length;
  } else {
    for (let i = 0; i < literals.length; i++) out[at++] = literals[i] as number;
  }
  if (offset === 0) return at;
  out[at++] = offset & 0xff;
  out[at++] = offset >>> 8;
  return putLength(matchCode, out, at);
}

/** What of a length does not fit its four bits. */
function putLength(length: number, out: Uint8Array, at: number): number {
  if (length < 15) return at;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) out[at++] = 255;
  out[at++] = rest;
  return at;
}

/** The content of one frame that says how much it is. @throws Error when it is damaged or of another kind */
export function decodeLz4Frame(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const isKnown = frame.length >= HEADER_BYTES && view.getUint32(0, true) === MAGIC && frame[4] === FLAGS;
  if (!isKnown || headerCheck(frame.subarray(4, 14)) !== frame[14]) throw damaged('no header that is known');
  const size = Number(view.getBigUint64(6, true));
  // No byte stands for more than 255.
  if (size > 255 * frame.length) throw damaged(`${size} bytes in ${frame.length}`);
  const content = new Uint8Array(size);
  let done = 0;
  for (let at = HEADER_BYTES; ; ) {
    if (at + 4 > frame.length) throw damaged('no end');
    const head = view.getUint32(at, true);
    if (head === 0) break;
    const block = frame.subarray(at + 4, at + 4 + (head & ~UNCOMPRESSED));
    at += 4 + (head & ~UNCOMPRESSED);
    if (at > frame.length) throw damaged('a block beyond the end');
    if (head < UNCOMPRESSED) done = decodeBlock(block, content, done);
    else if (block.length > size - done) throw damaged('more than its size');
    else {
      content.set(block, done);
      done += block.length;
    }
  }
  if (done !== size) throw damaged(`${done} bytes of ${size}`);
  return content;
}

/** Writes what the block stands for to `out` from `at` on; gives where it ends. */
function decodeBlock(block: Uint8Array, out: Uint8Array, at: number): number {
  let from = 0;
  while (from < block.length) {
    const token = block[from++] as number;
    const literals = lengthAt(block, from, token >>> 4);
    from += lengthBytes(literals);
    if (literals > block.length - from || literals > out.length - at) throw damaged('literals beyond the end');
    out.set(block.subarray(from, from + literals), at);
    from += literals;
    at += literals;
    if (from === block.length) return at;
    if (from + 2 > block.length) throw damaged('an offset cut off');
    const offset = (block[from] as number) | ((block[from + 1] as number) << 8);
    from += 2;
    const matchCode = lengthAt(block, from, token & 15);
    from += lengthBytes(matchCode);
    const match = matchCode + MIN_MATCH;
    if (offset === 0 || offset > at || match > out.length - at) throw damaged('a match of what is not there');
    repeat(out, at, offset, match);
    at += match;
  }
  throw damaged('a block without its last literals');
}

/** The length whose four bits are known, and which goes on at `from` if these are all ones. */
function lengthAt(block: Uint8Array, from: number, bits: number): number {
  if (bits < 15) return bits;
  let length = bits;
  for (let more = 255; more === 255; length += more) {
    if (from >= block.length) throw damaged('a length cut off');
    more = block[from++] as number;
  }
  return length;
}

/** Bytes that a length takes beside its four bits. */
function lengthBytes(length: number): number {
  return length < 15 ? 0 : Math.floor((length - 15) / 255) + 1;
}

/** Copies `count` bytes from `offset` before `at`; they may be those it has just written. */
function repeat(out: Uint8Array, at: number, offset: number, count: number): void {
  if (offset >= count) out.copyWithin(at, at - offset, at - offset + count);
  else for (let i = at; i < at + count; i++) out[i] = out[i - offset] as number;
}

function damaged(what: string): Error {
  return new Error(`got a damaged LZ4 frame: ${what}`);
}

/** Second byte of the xxHash32 (seed 0) of ten bytes: two words and two bytes, so its short form. */
function headerCheck(bytes: Uint8Array): number {
  const [prime1, prime2, prime3, prime4, prime5] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1];
  let hash = (prime5 + bytes.length) | 0;
  for (const at of [0, 4]) {
    hash = (hash + Math.imul(fourBytes(bytes, at), prime3)) | 0;
    hash = Math.imul(rotate(hash, 17), prime4);
  }
  for (const byte of bytes.subarray(8)) hash = Math.imul(rotate((hash + Math.imul(byte, prime5)) | 0, 11), prime1);
  hash = Math.imul(hash ^ (hash >>> 15), prime2);
  hash = Math.imul(hash ^ (hash >>> 13), prime3);
  hash ^= hash >>> 16;
  return (hash >>> 8) & 0xff;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
