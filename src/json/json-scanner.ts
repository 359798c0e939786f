/**
 * A resumable JSON reader (RFC 8259): bytes in chunks of any size and split, a value out.
 *
 * It accepts what `JSON.parse` accepts and refuses what that refuses, with three differences that a gigabyte of samples
 * asks for: arrays of numbers become typed columns without a JavaScript value for each number; the elements of chosen
 * arrays are handed out one by one and forgotten; and what may be asked of memory is limited (see limits.ts).
 *
 * The state is explicit, never on the call stack, so that input may end anywhere. Of what was pushed, only a number or
 * literal cut at the end, or the text at hand, is kept as bytes: all before it has become values.
 */

import { InputError, quoted } from '../core/errors.ts';
import { MAX_NUMBER_BYTES } from '../core/limits.ts';
import {
  END,
  FULL,
  INT_ARRAY_SLACK,
  type IntArrayReader,
  type IntArrayStatus,
  NEED,
} from '../kernels/int-array/index.ts';
import { ByteCollector } from './byte-collector.ts';
import { JsonBuilder, type JsonStream } from './json-builder.ts';
import { JsonText, type JsonTextFault } from './json-text.ts';
import type { JsonValue } from './json-value.ts';
import { WINDOW_BYTES, withReader } from './scan-window.ts';

/** What the next byte that is no white space belongs to, and what may stand there. */
const VALUE = 'a value';
const FIRST_ELEMENT = 'a value or ]';
const AFTER_ELEMENT = ', or ]';
const FIRST_KEY = 'a key in quotes or }';
const KEY = 'a key in quotes';
const COLON = 'a colon';
const AFTER_MEMBER = ', or }';
const NUMBERS = 'a number';
const AFTER_NUMBER = ', or ] after a number';
const TEXT = 'the closing quote';
const DONE = 'the end';

type State =
  | typeof VALUE
  | typeof FIRST_ELEMENT
  | typeof AFTER_ELEMENT
  | typeof FIRST_KEY
  | typeof KEY
  | typeof COLON
  | typeof AFTER_MEMBER
  | typeof NUMBERS
  | typeof AFTER_NUMBER
  | typeof TEXT
  | typeof DONE;

const LITERALS: ReadonlyMap<number, readonly [string, JsonValue]> = new Map([
  [0x74, ['true', true]],
  [0x66, ['false', false]],
  [0x6e, ['null', null]],
]);

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** An int32 has 11 characters. */
const LONG_TOKEN_BYTES = 64;

const SPACE = Uint8Array.of(0x20);

const NO_INPUT = new Uint8Array(0);

export class JsonScanner {
  readonly #builder: JsonBuilder;
  /** During a push: the window of a borrowed reader. */
  #input: Uint8Array = NO_INPUT;
  /** The values of the kernel's last call; as long as their number is the same, this view of them is too. */
  #block: Int32Array = new Int32Array(0);
  #blockReader: IntArrayReader | null = null;
  /** Between pushes: what of a token cut at the end stood in the window. */
  readonly #tail = new ByteCollector();
  /** Offset of `#input[0]`, or of the tail, in the input. */
  #base = 0;
  /** Unread bytes are `#input[#position .. #end)`, with zeros behind. */
  #position = 0;
  #end = 0;
  #state: State = VALUE;
  #sawLineFeed = false;
  readonly #text = new JsonText();
  #textIsKey = false;

  /** @param stream where elements of chosen arrays are handed out to; `null`: everything is kept */
  constructor(stream: JsonStream | null = null) {
    this.#builder = new JsonBuilder(stream, () => this.#base + this.#position);
  }

  /** The value is complete. */
  get done(): boolean {
    return this.#state === DONE;
  }

  /** White space since {@link reset} had a line feed in it. */
  get sawLineFeed(): boolean {
    return this.#sawLineFeed;
  }

  /** The complete value; its columns are valid until {@link reset}. */
  get value(): JsonValue {
    return this.#builder.value;
  }

  /** Forgets everything; `offset` is where the next value starts in the input, for messages. */
  reset(offset: number): void {
    this.#builder.reset();
    this.#base = offset;
    this.#position = 0;
    this.#end = 0;
    this.#state = VALUE;
    this.#sawLineFeed = false;
    this.#text.clear();
    this.#tail.clear();
  }

  /**
   * Reads on; stops behind the last byte of the value.
   *
   * @returns index of the first byte not used
   * @throws InputError when the bytes are not JSON or ask for too much; then only {@link reset} helps
   */
  push(chunk: Uint8Array, from = 0): number {
    let next = from;
    withReader(chunk.length - from, (reader) => {
      const { input } = reader;
      this.#input = input;
      input.set(this.#tail.bytes);
      while (next < chunk.length && this.#state !== DONE) {
        const kept = this.#end - this.#position;
        input.copyWithin(0, this.#position, this.#end);
        this.#base += this.#position;
        this.#position = 0;
        const count = Math.min(chunk.length - next, WINDOW_BYTES - kept);
        input.set(chunk.subarray(next, next + count), kept);
        this.#end = kept + count;
        input.fill(0, this.#end, this.#end + INT_ARRAY_SLACK);
        next += count;
        this.#run(reader);
      }
      const unread = input.subarray(this.#position, this.#end);
      this.#base += this.#position;
      this.#position = 0;
      this.#end = 0;
      this.#tail.clear();
      if (this.#state === DONE) {
        next -= unread.length;
      } else {
        this.#tail.append(unread);
        this.#end = unread.length;
      }
    });
    return next;
  }

  /**
   * The input ends here.
   *
   * @param what ends, for messages
   * @throws InputError when the value is not complete
   */
  finish(what = 'input'): JsonValue {
    const end = this.#base + this.#end;
    let cause: unknown;
    try {
      // A number may end with the input; white space behind it ends it and changes nothing else.
      if (this.#state !== TEXT) this.push(SPACE);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      cause = error; // half a number or literal
    }
    if (this.#state === DONE) return this.value;
    throw new InputError(
      `truncated JSON: the ${what} ends at byte ${end}${this.#builder.where()}, expected ${this.#state}; fetch it again`,
      { cause },
    );
  }

  #run(reader: IntArrayReader): void {
    for (let complete = true; complete && this.#state !== DONE; ) {
      if (this.#state === TEXT) complete = this.#readText();
      else if (this.#state === NUMBERS) complete = this.#readNumbers(reader);
      else complete = this.#readToken();
    }
  }

  /** @returns false: the token ends in a later chunk, and so for all that read below */
  #readToken(): boolean {
    const byte = this.#skipSpace();
    if (this.#position === this.#end) return false;
    switch (this.#state) {
      case FIRST_ELEMENT:
        if (byte === 0x5d) return this.#close();
        if (startsNumber(byte) && this.#builder.openColumn()) return this.#become(NUMBERS);
        return this.#readValue(byte);
      case VALUE:
        return this.#readValue(byte);
      case FIRST_KEY:
        if (byte === 0x7d) return this.#close();
        return byte === 0x22 ? this.#openText(true) : this.#unexpected();
      case KEY:
        return byte === 0x22 ? this.#openText(true) : this.#unexpected();
      case COLON:
        return byte === 0x3a ? this.#step(VALUE) : this.#unexpected();
      case AFTER_MEMBER:
        if (byte === 0x7d) return this.#close();
        return byte === 0x2c ? this.#step(KEY) : this.#unexpected();
      case AFTER_ELEMENT:
        if (byte === 0x5d) return this.#close();
        return byte === 0x2c ? this.#step(VALUE) : this.#unexpected();
      case AFTER_NUMBER:
        if (byte === 0x5d) return this.#close();
        return byte === 0x2c ? this.#step(NUMBERS) : this.#unexpected();
      case NUMBERS:
      case TEXT:
      case DONE:
        return this.#unexpected();
    }
  }

  #readValue(byte: number): boolean {
    switch (byte) {
      case 0x7b:
        this.#builder.openObject();
        return this.#step(FIRST_KEY);
      case 0x5b:
        this.#builder.openArray();
        return this.#step(FIRST_ELEMENT);
      case 0x22:
        return this.#openText(false);
    }
    if (startsNumber(byte)) {
      const number = this.#readNumber();
      return number !== null && this.#add(number);
    }
    const literal = LITERALS.get(byte);
    return literal === undefined ? this.#unexpected() : this.#readLiteral(...literal);
  }

  #readLiteral(text: string, value: JsonValue): boolean {
    for (let i = 0; i < text.length; i++) {
      if (this.#position + i === this.#end) return false;
      if (this.#input[this.#position + i] === text.charCodeAt(i)) continue;
      return this.#unexpected(undefined, `${this.#state} (${text}?)`);
    }
    this.#position += text.length;
    return this.#add(value);
  }

  /** Any number of JSON's grammar; `null`: it ends in a later chunk. */
  #readNumber(): number | null {
    return this.#readPlainNumber() ?? this.#readAnyNumber();
  }

  /** Up to 15 digits: whole numbers below 10^15 are exact in float64, also on the way. */
  #readPlainNumber(): number | null {
    const input = this.#input;
    const from = this.#position;
    let at = from;
    let value = 0;
    let digit = (input[at] as number) - 0x30;
    while (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      digit = (input[++at] as number) - 0x30;
    }
    const length = at - from;
    if (at >= this.#end || length === 0 || length > 15 || isNumberByte(input[at] as number)) return null;
    if (length > 1 && input[from] === 0x30) return null;
    this.#position = at;
    return value;
  }

  #readAnyNumber(): number | null {
    let to = this.#position;
    let text = ''; // grown a character at a time: three times faster than decoding so few bytes at once
    for (; isNumberByte(this.#input[to] as number); to++) text += String.fromCharCode(this.#input[to] as number);
    if (to - this.#position > MAX_NUMBER_BYTES) {
      throw new InputError(
        `too long a number at byte ${this.#base + this.#position}${this.#builder.where()}: got more than ${MAX_NUMBER_BYTES} characters`,
      );
    }
    if (to >= this.#end) return null;
    if (!NUMBER.test(text)) this.#unexpected(quoted(text, 40), 'a number as JSON writes it');
    this.#position = to;
    return Number(text);
  }

  /** Inside an array of numbers, where a number is expected. */
  #readNumbers(reader: IntArrayReader): boolean {
    let status: IntArrayStatus = FULL;
    while (status === FULL) {
      status = reader.parse(this.#position, this.#end);
      this.#position = reader.next;
      if (reader.lineFeed) this.#sawLineFeed = true;
      if (reader.count > 0) this.#builder.numbers(this.#blockOf(reader), reader.bits);
    }
    if (status === END) return this.#closed();
    // A token that is long for no good reason (a run of white space, a thousand digits) goes the general way.
    if (status === NEED && this.#end - this.#position < LONG_TOKEN_BYTES) return false;
    const byte = this.#skipSpace();
    if (this.#position === this.#end) return false;
    if (!startsNumber(byte)) {
      this.#builder.dissolveColumn();
      return this.#become(VALUE);
    }
    const number = this.#readNumber();
    if (number === null) return false;
    this.#builder.number(number);
    return this.#become(AFTER_NUMBER);
  }

  #blockOf(reader: IntArrayReader): Int32Array {
    if (reader !== this.#blockReader || reader.count !== this.#block.length) {
      this.#blockReader = reader;
      this.#block = reader.out.subarray(0, reader.count);
    }
    return this.#block;
  }

  #openText(isKey: boolean): boolean {
    this.#textIsKey = isKey;
    this.#text.open();
    return this.#step(TEXT);
  }

  #readText(): boolean {
    const at = this.#text.read(this.#input, this.#position, this.#end);
    this.#builder.spendText(at - this.#position, this.#textIsKey);
    this.#position = at;
    if (at === this.#end) return false;
    if (this.#input[at] !== 0x22) return this.#unexpected(undefined, 'no control character in a text');
    const text = this.#text.decode();
    if (typeof text !== 'string') return this.#refuseText(text);
    this.#text.clear();
    this.#position++;
    if (!this.#textIsKey) return this.#add(text);
    this.#builder.key(text);
    return this.#become(COLON);
  }

  #refuseText({ offset, byte, expected }: JsonTextFault): never {
    this.#position -= this.#text.length - offset;
    return this.#unexpected(describeByte(byte), expected);
  }

  #close(): boolean {
    this.#position++;
    return this.#closed();
  }

  #closed(): boolean {
    this.#builder.close();
    return this.#afterValue();
  }

  #add(value: JsonValue): boolean {
    this.#builder.add(value);
    return this.#afterValue();
  }

  #afterValue(): boolean {
    const { inside } = this.#builder;
    return this.#become(inside === 'nothing' ? DONE : inside === 'array' ? AFTER_ELEMENT : AFTER_MEMBER);
  }

  #step(state: State): boolean {
    this.#position++;
    return this.#become(state);
  }

  #become(state: State): boolean {
    this.#state = state;
    return true;
  }

  #skipSpace(): number {
    const input = this.#input;
    let at = this.#position;
    let byte = input[at] as number;
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      if (byte === 0x0a) this.#sawLineFeed = true;
      byte = input[++at] as number;
    }
    this.#position = at;
    return byte;
  }

  #unexpected(got = describeByte(this.#input[this.#position] as number), expected: string = this.#state): never {
    const where = `${this.#base + this.#position}${this.#builder.where()}`;
    throw new InputError(`not JSON at byte ${where}: got ${got}, expected ${expected}`);
  }
}

function describeByte(byte: number): string {
  return byte < 0x80 ? quoted(String.fromCharCode(byte)) : `byte 0x${byte.toString(16)}`;
}

function startsNumber(byte: number): boolean {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
}

/** Any byte that can stand in a number: digits + - . e E */
function isNumberByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2b || byte === 0x2e || byte === 0x65 || byte === 0x45
  );
}
