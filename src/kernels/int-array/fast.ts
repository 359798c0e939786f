/**
 * Integers of a JSON array, bytes to int32: what runs.
 *
 * Signals are long stretches of tokens alike, so after one token read with care three loops try to go on: equal tokens
 * repeated (gain currents, ranges, timestamps), 5 to 8 digits of one width (counts), and 1 to 4 digits with sign (µV,
 * codes). Each takes only what it can prove from 32 bits at a time ("SIMD within a register": Lamport 1975, CACM 18(8))
 * and leaves everything else to the careful token. The width of a token is predicted to be the last one's: a data
 * dependency less.
 */

import { BAIL, END, FULL, INT_ARRAY_SLACK, type IntArrayReader, type IntArrayStatus, NEED } from './reference.ts';

/** Farthest a loop reads behind the token it starts at: sign, 8 digits, comma, space, and a word of 8 bytes. */
const LOOKAHEAD = 24;

const INT32_MAX = 2147483647;

const POWERS_OF_TEN = new Int32Array([1, 10, 100, 1000, 10000]);

/** Of 1 to 4 digits and the comma as far as it fits into a word: zeros and comma; what leaves a good byte below 0x80. */
const TAILS = new Int32Array([0, 0x2c30, 0x2c3030, 0x2c303030, 0x30303030]);
const TAIL_MARGINS = new Int32Array([0, 0x7f76, 0x7f7676, 0x7f767676, 0x76767676]);
const TAIL_TOPS = new Int32Array([0, 0x8080, 0x808080, 0x80808080, 0x80808080]);

/** A run shorter than this is cheaper to store one by one than through `fill`. */
const FILL_FROM = 48;

/** Same results as the reference, but `next` may stand behind a space more. */
export function createFastReader(inputBytes: number, values: number): IntArrayReader {
  return new FastReader(inputBytes, values);
}

class FastReader implements IntArrayReader {
  readonly input: Uint8Array;
  readonly out: Int32Array;
  next = 0;
  count = 0;
  bits = 0;
  commonBits = -1;
  lineFeed = false;
  /** Of the same bytes as `input`. */
  readonly #view: DataView;

  constructor(inputBytes: number, values: number) {
    this.input = new Uint8Array(inputBytes + INT_ARRAY_SLACK);
    this.out = new Int32Array(values);
    this.#view = new DataView(this.input.buffer);
  }

  parse(from: number, end: number): IntArrayStatus {
    const { input, out } = this;
    const view = this.#view;
    const room = out.length;
    const safe = end - LOOKAHEAD;
    let count = 0;
    let bits = 0;
    let commonBits = -1;
    let lineFeed = false;
    let i = from;
    let status: IntArrayStatus = FULL;

    while (count < room) {
      const start = i;

      // One token with care: grammar, range, any white space.
      let byte = input[i]!;
      while (i < end && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) {
        if (byte === 0x0a) lineFeed = true;
        byte = input[++i]!;
      }
      let p = i;
      let sign = 0; // 0 or -1: (v ^ sign) - sign negates
      if (byte === 0x2d) {
        sign = -1;
        byte = input[++p]!;
      }
      const digits = p;
      let value = 0;
      let digit = byte - 0x30;
      while (digit >>> 0 <= 9) {
        value = (Math.imul(value, 10) + digit) | 0;
        digit = input[++p]! - 0x30; // the zeros behind `end` stop it
      }
      const width = p - digits;
      if (p >= end) {
        status = NEED;
        break;
      }
      if (width === 0 || (width > 1 && input[digits] === 0x30)) {
        status = BAIL;
        break;
      }
      if (width > 9 && !fitsInt32(input, digits, width, sign)) {
        status = BAIL;
        break;
      }
      byte = input[p]!;
      while (p < end && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)) {
        if (byte === 0x0a) lineFeed = true;
        byte = input[++p]!;
      }
      if (p >= end) {
        status = NEED;
        break;
      }
      if (byte !== 0x2c && byte !== 0x5d) {
        status = BAIL;
        break;
      }
      value = (value ^ sign) - sign;
      bits |= value;
      commonBits &= value;
      out[count++] = value;
      i = p + 1;
      if (byte === 0x5d) {
        status = END;
        break;
      }
      if (input[i] === 0x20) i++;
      if (i > safe) continue;

      // The bytes that follow repeat those of the token: so many times its value. Compared as float64, which is equality
      // of bits here: a token's bytes are neither all zero nor a NaN.
      if (view.getFloat64(i, true) === view.getFloat64(start, true)) {
        const period = i - start;
        const far = Math.min(safe, i + (room - count) * period);
        let same = i + 8;
        while (same <= far && view.getFloat64(same, true) === view.getFloat64(same - period, true)) same += 8;
        const repeats = Math.min(((same - i) / period) | 0, room - count);
        if (repeats > 0) {
          if (repeats >= FILL_FROM) out.fill(value, count, count + repeats);
          else for (let q = count; q < count + repeats; q++) out[q] = value;
          count += repeats;
          i += repeats * period;
          continue;
        }
      }

      if (sign === 0 && width > 4 && width <= 8) {
        // As many digits as the last token had, 5 to 8: a word of four, then a word that ends with the comma or before it.
        const low = width - 4;
        const shift = 32 - 8 * low;
        const power = POWERS_OF_TEN[low]!;
        const expected = TAILS[low]!;
        const margin = TAIL_MARGINS[low]!;
        const tops = TAIL_TOPS[low]!;
        const gap = input[i - 1] === 0x20 ? 1 : 0;
        const period = width + 1 + gap;
        while (i <= safe && count < room) {
          const head = view.getInt32(i, true) ^ 0x30303030;
          const tail = view.getInt32(i + 4, true) ^ expected;
          const odd = (((head + 0x76767676) | (head - 1) | head) & 0x80808080) | (((tail + margin) | tail) & tops);
          if (odd !== 0 || (low === 4 && input[i + 8] !== 0x2c) || (gap === 1 && input[i + period - 1] !== 0x20)) break;
          value = Math.imul(fourDigits(head), power) + fourDigits(tail << shift);
          bits |= value;
          commonBits &= value;
          out[count++] = value;
          i += period;
        }
      } else if (width <= 4) {
        // 1 to 4 digits with or without a sign.
        let shift = 32 - 8 * width;
        let mark = width === 4 ? 0 : 0x80 << (8 * width);
        let digitCount = width;
        while (i <= safe && count < room) {
          const negative = input[i] === 0x2d ? 1 : 0;
          const word = view.getInt32(i + negative, true) ^ 0x30303030;
          const stops = ((word + 0x76767676) | word) & 0x80808080;
          const firstStop = stops & -stops;
          if (firstStop !== mark) {
            digitCount = stops === 0 ? 4 : (31 - Math.clz32(firstStop)) >> 3;
            if (digitCount === 0) break;
            shift = 32 - 8 * digitCount;
            mark = firstStop;
          }
          const comma = i + negative + digitCount;
          if (input[comma] !== 0x2c || ((word & 0xff) === 0 && digitCount !== 1)) break;
          const magnitude = fourDigits(word << shift);
          value = (magnitude ^ -negative) + negative;
          bits |= value;
          commonBits &= value;
          out[count++] = value;
          i = comma + 1;
          if (input[i] === 0x20) i++;
        }
      }
    }
    this.next = i;
    this.count = count;
    this.bits = bits;
    this.commonBits = commonBits;
    this.lineFeed = lineFeed;
    return status;
  }

  plainEnd(from: number, end: number): number {
    const { input } = this;
    const view = this.#view;
    let i = from;
    // Four bytes at a time: the top bit of a byte tells that it is not plain, or that one below it is not.
    for (; i + 4 <= end; i += 4) {
      const word = view.getInt32(i, true);
      const quotes = (word ^ 0x22222222) - 0x01010101;
      const backslashes = (word ^ 0x5c5c5c5c) - 0x01010101;
      if (((quotes | backslashes | (word - 0x20202020) | word) & 0x80808080) !== 0) break;
    }
    while (i < end && isPlain(input[i]!)) i++;
    return i;
  }
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c;
}

/** Decimal value of four digits, one a byte, the first in the lowest byte; leading zero bytes count as zeros. */
function fourDigits(word: number): number {
  const pairs = (Math.imul(word, 10) + (word >>> 8)) & 0x00ff00ff;
  return Math.imul(pairs, (100 << 16) | 1) >>> 16;
}

function fitsInt32(input: Uint8Array, digits: number, width: number, sign: number): boolean {
  if (width > 10) return false;
  let magnitude = 0;
  for (let p = digits; p < digits + width; p++) magnitude = magnitude * 10 + input[p]! - 0x30;
  return magnitude <= INT32_MAX - sign;
}
