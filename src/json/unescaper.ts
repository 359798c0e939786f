/** Undoes the escapes of a JSON text (RFC 8259, clause 7) where it stands, a window of bytes at a time. */

import type { IntArrayReader } from '../kernels/int-array/index.ts';
import { ESCAPES, NO_CONTROL_CHARACTER, UTF_8 } from './json-text.ts';
import { sequenceLength } from './utf8.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** What two-character escapes stand for, by their second. */
const SHORT_ESCAPES: ReadonlyMap<number, number> = new Map(
  ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]),
);

/** In place of a number: a byte that may not stand there, or the end of the window. */
const BAD = -1;
const CUT = -2;

const utf8 = new TextEncoder();

export class Unescaper {
  /** Where the last run stopped: at the closing quote, at an escape or character that the window cuts, or at a fault. */
  at = 0;
  /** Where its result ends: it begins where the run did. */
  to = 0;
  /** What was expected in place of the byte at `at`; `null`: no fault. */
  expected: string | null = null;

  /** Rewrites `kernel.input[from .. end)`: without its escapes a text is never longer. */
  run(kernel: IntArrayReader, from: number, end: number): void {
    const { input } = kernel;
    this.at = from;
    this.to = from;
    this.expected = null;
    for (let more = true; more; ) {
      this.#move(input, kernel.plainEnd(this.at, end) - this.at);
      more = this.at < end && this.#takeSpecial(input, end);
    }
  }

  /** @returns false: the run stops here */
  #takeSpecial(input: Uint8Array, end: number): boolean {
    const byte = input[this.at] as number;
    if (byte === BACKSLASH) return this.#takeEscape(input, end);
    if (byte === QUOTE) return false;
    if (byte < 0x20) return this.#refuse(NO_CONTROL_CHARACTER);
    const length = sequenceLength(input, this.at, end);
    if (length === 0) return this.#refuse(UTF_8);
    if (length > 0) this.#move(input, length);
    return length > 0;
  }

  #takeEscape(input: Uint8Array, end: number): boolean {
    const { at } = this;
    if (at + 1 === end) return false;
    const character = SHORT_ESCAPES.get(input[at + 1] as number);
    if (character !== undefined) {
      input[this.to++] = character;
      this.at += 2;
      return true;
    }
    const unit = hexUnit(input, at, end);
    if (unit === BAD) return this.#refuse(ESCAPES);
    const isLead = (unit & 0xfc00) === 0xd800;
    const trail = isLead ? hexUnit(input, at + 6, end) : BAD;
    if (unit === CUT || trail === CUT) return false;
    const isPair = isLead && (trail & 0xfc00) === 0xdc00;
    // A surrogate alone becomes U+FFFD.
    const text = isPair ? String.fromCharCode(unit, trail) : String.fromCharCode(unit);
    this.to += utf8.encodeInto(text, input.subarray(this.to, this.to + 4)).written;
    this.at += isPair ? 12 : 6;
    return true;
  }

  #move(input: Uint8Array, length: number): void {
    if (this.to !== this.at) input.copyWithin(this.to, this.at, this.at + length);
    this.to += length;
    this.at += length;
  }

  #refuse(expected: string): false {
    this.expected = expected;
    return false;
  }
}

/** Of `\u` and four hex digits at `input[at]`. */
function hexUnit(input: Uint8Array, at: number, end: number): number {
  let unit = 0;
  for (let k = 0; k < 6; k++) {
    if (at + k >= end) return CUT;
    const byte = input[at + k] as number;
    const digit = k < 2 ? 0 : Number.parseInt(String.fromCharCode(byte), 16);
    if (Number.isNaN(digit) || (k === 0 && byte !== BACKSLASH) || (k === 1 && byte !== LETTER_U)) return BAD;
    unit = unit * 16 + digit;
  }
  return unit;
}
