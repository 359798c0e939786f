/**
 * Integers of a JSON array, bytes to int32: the definition.
 *
 * Grammar: RFC 8259, clauses 2, 5 and 6. Tokens that are no plain int32 are left to the caller.
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

/** What a kernel works on; the caller owns the buffers, the kernel writes `out`, `next` and `count`. */
export type IntArrayState = {
  readonly out: Int32Array;
  readonly input: Uint8Array;
  /** Of the same bytes as `input`. */
  readonly view: DataView;
  /** Where to go on: a value, or white space before it. */
  next: number;
  /** Values written from the start of `out`. */
  count: number;
};

/**
 * Reads values and their commas up to the closing bracket, from where a value is expected.
 *
 * `input[end .. end + INT_ARRAY_SLACK)` must be zero.
 */
export type IntArrayKernel = (state: IntArrayState, from: number, end: number) => IntArrayStatus;

const INT32_MAX = 2147483647;

export function parseIntArrayReference(state: IntArrayState, from: number, end: number): IntArrayStatus {
  const { input, out } = state;
  state.count = 0;
  let position = from;
  while (state.count < out.length) {
    const start = skipSpace(input, position, end);
    state.next = start;
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
    position = skipSpace(input, position, end);
    if (position === end) return NEED;
    const separator = input[position++];
    if (separator !== 0x2c && separator !== 0x5d) return BAIL;
    out[state.count++] = negative ? -magnitude : magnitude;
    state.next = position;
    if (separator === 0x5d) return END;
  }
  return FULL;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function skipSpace(input: Uint8Array, from: number, end: number): number {
  let position = from;
  while (position < end && isSpace(input[position]!)) position++;
  return position;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
