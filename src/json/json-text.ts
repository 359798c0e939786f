/** Texts of JSON (RFC 8259, clause 7): the bytes between two quotes, in pieces, to a string. */

import type { IntArrayReader } from '../kernels/int-array/index.ts';
import { ByteCollector } from './byte-collector.ts';
import { AsciiText } from './json-value.ts';
import { expectedText, plainText, SHORT_TEXT } from './known-texts.ts';
import { sequenceLength } from './utf8.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Ill-formed UTF-8 is refused, and a byte order mark inside a text is a character like any other. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a text may hold, for messages. */
export const NO_CONTROL_CHARACTER = 'no control character in a text';
export const UTF_8 = 'UTF-8';
export const ESCAPES = 'an escape of JSON (\\" \\\\ \\/ \\b \\f \\n \\r \\t, or \\u and four hex digits)';

/** What is wrong with a text, and how far behind its opening quote. */
export type JsonTextFault = { readonly offset: number; readonly byte: number; readonly expected: string };

export class JsonText {
  /** What came before the piece at hand. */
  readonly #earlier = new ByteCollector();
  /** The text so far is `#source[#from .. #to)`: the piece at hand, or with it what came before. */
  #source: Uint8Array = new Uint8Array(0);
  #from = 0;
  #to = 0;
  #isAscii = true;
  #hasEscapes = false;
  #keepsBytes = false;
  /** The last piece ended behind a backslash. */
  #inEscape = false;
  /** The whole text, when it is the one that was expected. */
  #expected: string | null = null;

  /**
   * An opening quote was read.
   *
   * @param keepsBytes a long text of nothing but ASCII without escapes becomes an {@link AsciiText}
   */
  open(keepsBytes = false): void {
    this.#keepsBytes = keepsBytes;
    this.#earlier.clear();
    this.#isAscii = true;
    this.#hasEscapes = false;
    this.#inEscape = false;
    this.#expected = null;
  }

  /**
   * Reads `kernel.input[from .. end)`, behind which stand zeros; keeps it when the text goes on behind.
   *
   * @returns index of the closing quote, of a control character, which may not stand in a text, or `end`
   */
  read(kernel: IntArrayReader, from: number, end: number): number {
    const { input } = kernel;
    if (this.#earlier.length === 0) {
      this.#expected = expectedText(input, from, end);
      if (this.#expected !== null) return from + this.#expected.length;
    }
    let at = this.#inEscape ? from + 1 : from; // behind `end` when there is nothing to read
    if (at < end) at = kernel.plainEnd(at, end);
    let allBits = 0;
    this.#inEscape = false;
    while (at < end) {
      const byte = input[at] as number;
      if (byte === QUOTE || byte < 0x20) break;
      if (byte === BACKSLASH) {
        this.#hasEscapes = true;
        at++; // so that an escaped quote ends nothing; what the escape says is looked at when the text is complete
      }
      allBits |= byte;
      at++;
    }
    if (allBits > 0x7f) this.#isAscii = false;
    this.#inEscape = at > end;
    at = Math.min(at, end);
    if (at === end || this.#earlier.length > 0) {
      this.#earlier.append(input.subarray(from, at));
      this.#source = this.#earlier.bytes;
      this.#from = 0;
      this.#to = this.#source.length;
    } else {
      this.#source = input;
      this.#from = from;
      this.#to = at;
    }
    return at;
  }

  /** Bytes between the quotes. */
  get length(): number {
    return this.#to - this.#from;
  }

  /** The complete text, or what is wrong with it. */
  decode(): string | AsciiText | JsonTextFault {
    if (this.#expected !== null) return this.#expected;
    if (this.#isAscii && !this.#hasEscapes) return this.#plain();
    const bytes = this.#source.subarray(this.#from, this.#to);
    try {
      const text = utf8.decode(bytes);
      // The engine's own parser is the definition of what an escape means, lone surrogates included.
      return this.#hasEscapes ? (JSON.parse(`"${text}"`) as string) : text;
    } catch {
      return findFault(bytes);
    }
  }

  /** Frees what a long text took. */
  clear(): void {
    this.#earlier.clear();
  }

  #plain(): string | AsciiText {
    if (!this.#keepsBytes || this.length <= SHORT_TEXT) return plainText(this.#source, this.#from, this.#to);
    return new AsciiText(Buffer.from(this.#source.subarray(this.#from, this.#to)));
  }
}

function findFault(bytes: Uint8Array): JsonTextFault {
  const illFormed = findIllFormedUtf8(bytes);
  const badEscape = findBadEscape(bytes);
  const isUtf8 = illFormed < 0 || (badEscape >= 0 && badEscape < illFormed);
  const offset = isUtf8 ? badEscape : illFormed;
  const expected = isUtf8 ? ESCAPES : UTF_8;
  return { offset, byte: bytes[offset] ?? QUOTE, expected };
}

/** Offset of the first byte that begins no well-formed sequence; -1: none. */
function findIllFormedUtf8(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at, bytes.length);
    if (length <= 0) return at;
    at += length;
  }
  return -1;
}

function findBadEscape(bytes: Uint8Array): number {
  for (let i = bytes.indexOf(BACKSLASH); i >= 0; i = bytes.indexOf(BACKSLASH, i)) {
    const escape = String.fromCharCode(...bytes.subarray(i, i + 6));
    const good = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(escape);
    if (good === null) return i;
    i += good[0].length;
  }
  return -1;
}
