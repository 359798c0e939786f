/**
 * Integers of a JSON array, bytes to int32, and where a text of plain characters ends: the definition.
 *
 * Grammar: RFC 8259, clauses 2, 5, 6 and 7. Tokens that are no plain int32 are left to the caller.
 */

/** Zero bytes the caller keeps behind the input, so that a kernel may read ahead without asking for the end. */
export const INT_ARRAY_SLACK = 32;

/** The closing bracket was read. */
export const END = 0;
/** The input ends before the token at `next` is complete. */
export const NEED = 1;
/** `out` is full. */
export const FULL = 2;
/** At `next` stands something else than an int32 in plain digits: a fraction, an exponent, a string, an error. */
export const BAIL = 3;

export type IntArrayStatus = typeof END | typeof NEED | typeof FULL | typeof BAIL;

/** A kernel and the buffers it works on, which are its own so that they may lie in WebAssembly memory. */
export interface IntArrayReader {
  /** Where the caller puts text, with `INT_ARRAY_SLACK` bytes more than it asked for. */
  readonly input: Uint8Array;
  /** The values of the last call, from its start. */
  readonly out: Int32Array;
  /** Values of the last call. */
  readonly count: number;
  /** All values of the last call ORed: not negative when none is, and no smaller than any when none is negative. */
  readonly bits: number;
  /** All values of the last call ANDed, -1 where there are none: as `bits` when they are all the same. */
  readonly commonBits: number;
  /** The last call read one, as white space. */
  readonly lineFeed: boolean;
  /** Where to go on after the last call: a value, or white space before it. */
  readonly next: number;
  /**
   * Reads values and their commas up to the closing bracket, from where a value is expected.
   *
   * `input[end .. end + INT_ARRAY_SLACK)` must be zero.
   */
  parse(from: number, end: number): IntArrayStatus;
  /** Index of the first byte of `input[from .. end)` that is a quote, a backslash, a control character or not ASCII; else `end`. */
  plainEnd(from: number, end: number): number;
}

/** Makes a reader of up to `inputBytes` of text and `values` results a call. */
export type CreateIntArrayReader = (inputBytes: number, values: number) => IntArrayReader;

const INT32_MAX = 2147483647;

export function createReferenceReader(inputBytes: number, values: number): IntArrayReader {
  return new ReferenceReader(inputBytes, values);
}

class ReferenceReader implements IntArrayReader {
  readonly input: Uint8Array;
  readonly out: Int32Array;
  next = 0;
  count = 0;
  bits = 0;
  commonBits = -1;
  lineFeed = false;

  constructor(inputBytes: number, values: number) {
    this.input = new Uint8Array(inputBytes + INT_ARRAY_SLACK);
    this.out = new Int32Array(values);
  }

  parse(from: number, end: number): IntArrayStatus {
    const { input, out } = this;
    this.count = 0;
    this.bits = 0;
    this.commonBits = -1;
    this.lineFeed = false;
    let position = from;
    while (this.count < out.length) {
      const start = this.#skipSpace(position, end);
      this.next = start;
      if (start === end) return NEED;
      const negative = input[start] === 0x2d;
      const digits = start + (negative ? 1 : 0);
      let magnitude = 0;
      position = digits;
      while (position < end && isDigit(input[position]!)) magnitude = magnitude * 10 + input[position++]! - 0x30;
      if (position === end) return NEED;
      const length = position - digits;
      if (length === 0 || (length > 1 && input[digits] === 0x30)) return BAIL;
      if (magnitude > INT32_MAX + (negative ? 1 : 0)) return BAIL;
      position = this.#skipSpace(position, end);
      if (position === end) return NEED;
      const separator = input[position++];
      if (separator !== 0x2c && separator !== 0x5d) return BAIL;
      const value = negative ? -magnitude : magnitude;
      out[this.count++] = value;
      this.bits |= value;
      this.commonBits &= value;
      this.next = position;
      if (separator === 0x5d) return END;
    }
    return FULL;
  }

  plainEnd(from: number, end: number): number {
    let position = from;
    while (position < end && isPlain(this.input[position]!)) position++;
    return position;
  }

  #skipSpace(from: number, end: number): number {
    let position = from;
    while (position < end && isSpace(this.input[position]!)) {
      if (this.input[position] === 0x0a) this.lineFeed = true;
      position++;
    }
    return position;
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
