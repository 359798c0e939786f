/** JSON's grammar over a window of bytes: what stands there becomes values; what breaks a rule is refused where it stands. */

import { InputError, quoted } from '../core/errors.ts';
import { MAX_NUMBER_BYTES } from '../core/limits.ts';
import { END, FULL, type IntArrayReader, type IntArrayStatus, NEED } from '../kernels/int-array/index.ts';
import { JsonBuilder, type JsonStream } from './json-builder.ts';
import { JsonText, type JsonTextFault, NO_CONTROL_CHARACTER } from './json-text.ts';
import { AsciiText, type JsonValue, type NestedJson } from './json-value.ts';

/** Texts that are JSON themselves, one at a time. */
export interface NestedText {
  /** The text of the member `key`, whose first byte is given, is read as JSON if this is true. */
  opens(key: string, byte: number): boolean;
  /** Texts of the member `key` may be JSON. */
  knows(key: string): boolean;
  reset(): void;
  /**
   * Reads on in `input[from .. end)` up to the closing quote, and rewrites what it has read.
   *
   * @returns index from which on bytes are to be kept, or of the closing quote, or of the fault
   */
  read(kernel: IntArrayReader, from: number, end: number): number;
  /** The closing quote was read. */
  readonly closed: boolean;
  /** What was expected in place of the byte where the last read stopped; `null`: no fault of the text around the JSON. */
  readonly expected: string | null;
  /** What the closed text holds; its columns are valid until {@link reset}. */
  take(): NestedJson;
}

/** What the next byte that is no white space belongs to. */
const VALUE = 0;
const FIRST_ELEMENT = 1;
const AFTER_ELEMENT = 2;
const FIRST_KEY = 3;
const KEY = 4;
const COLON = 5;
const AFTER_MEMBER = 6;
const NUMBERS = 7;
const AFTER_NUMBER = 8;
const TEXT = 9;
const NESTED = 10;
const DONE = 11;

/** What may stand there, by state. */
const EXPECTED = [
  'a value',
  'a value or ]',
  ', or ]',
  'a key in quotes or }',
  'a key in quotes',
  'a colon',
  ', or }',
  'a number',
  ', or ] after a number',
  'the closing quote',
  'the closing quote',
  'the end',
] as const;

const LITERALS: ReadonlyMap<number, readonly [string, JsonValue]> = new Map([
  [0x74, ['true', true]],
  [0x66, ['false', false]],
  [0x6e, ['null', null]],
]);

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** An int32 has 11 characters. */
const LONG_TOKEN_BYTES = 64;

const NO_INPUT = new Uint8Array(0);

export class JsonReader {
  readonly #builder: JsonBuilder;
  readonly #nested: NestedText | null;
  readonly #text = new JsonText();
  #textIsKey = false;
  #state = VALUE;
  #sawLineFeed = false;
  /** During a read: the window; its unread bytes are `#input[#position .. #end)`, with zeros behind. */
  #input: Uint8Array = NO_INPUT;
  #position = 0;
  #end = 0;
  /** Offset of `#input[0]` in what is read as a whole, for messages. */
  #base = 0;
  /** The values of the kernel's last call; as long as their number is the same, this view of them is too. */
  #block: Int32Array = new Int32Array(0);
  #blockKernel: IntArrayReader | null = null;

  constructor(stream: JsonStream | null, nested: NestedText | null) {
    this.#builder = new JsonBuilder(stream, () => this.#base + this.#position);
    this.#nested = nested;
  }

  /** The value is complete. */
  get done(): boolean {
    return this.#state === DONE;
  }

  /** A text has begun and not ended. */
  get isInText(): boolean {
    return this.#state === TEXT || this.#state === NESTED;
  }

  /**
   * What an opening bracket would be if it came next: the first element of an array that is handed out or any of one that
   * is the document, another value, or a fault.
   */
  get opening(): 'element' | 'value' | 'fault' {
    if (this.#state !== FIRST_ELEMENT && this.#state !== VALUE) return 'fault';
    const { handsOut, depth } = this.#builder;
    return handsOut && (this.#state === FIRST_ELEMENT || depth === 1) ? 'element' : 'value';
  }

  /** White space since {@link reset} had a line feed in it. */
  get sawLineFeed(): boolean {
    return this.#sawLineFeed;
  }

  /** The complete value; its columns are valid until {@link reset}. */
  get value(): JsonValue {
    return this.#builder.value;
  }

  reset(): void {
    this.#builder.reset();
    this.#nested?.reset();
    this.#text.clear();
    this.#state = VALUE;
    this.#sawLineFeed = false;
  }

  /**
   * Reads on in `kernel.input[from .. end)`, behind which stand zeros.
   *
   * @param base offset of `kernel.input[0]` in what is read as a whole, for messages
   * @returns index of the first byte not used: behind the value, or of a token that the window cuts
   * @throws InputError when the bytes are not JSON or ask for too much; then only {@link reset} helps
   */
  read(kernel: IntArrayReader, from: number, end: number, base: number): number {
    this.#input = kernel.input;
    this.#position = from;
    this.#end = end;
    this.#base = base;
    for (let complete = true; complete && this.#state !== DONE; ) {
      if (this.#state === TEXT) complete = this.#readText(kernel);
      else if (this.#state === NUMBERS) complete = this.#readNumbers(kernel);
      else if (this.#state === NESTED) complete = this.#readNested(kernel);
      else complete = this.#readToken();
    }
    return this.#position;
  }

  /** All that there is was read, and the value is not complete: `end` is the offset where `what` ends. */
  truncated(what: string, end: number, cause?: unknown): InputError {
    const where = `${end}${this.#builder.where()}, expected ${EXPECTED[this.#state]}`;
    return new InputError(`truncated JSON: the ${what} ends at byte ${where}; fetch it again`, { cause });
  }

  /** @returns false: the token ends in a later window, and so for all that read below */
  #readToken(): boolean {
    const byte = this.#skipSpace();
    if (this.#position === this.#end) return false;
    switch (this.#state) {
      case VALUE:
        return this.#readValue(byte);
      case FIRST_ELEMENT:
        if (byte === 0x5d) return this.#close();
        if (startsNumber(byte) && this.#builder.openColumn()) return this.#become(NUMBERS);
        return this.#readValue(byte);
      case AFTER_ELEMENT:
        if (byte === 0x5d) return this.#close();
        return byte === 0x2c ? this.#step(VALUE) : this.#unexpected();
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
      case AFTER_NUMBER:
        if (byte === 0x5d) return this.#close();
        return byte === 0x2c ? this.#step(NUMBERS) : this.#unexpected();
      default:
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
        return this.#nested === null ? this.#openText(false) : this.#openAnyText(this.#nested);
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
      return this.#unexpected(undefined, `${EXPECTED[this.#state]} (${text}?)`);
    }
    this.#position += text.length;
    return this.#add(value);
  }

  /** Any number of JSON's grammar; `null`: it ends in a later window. */
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
  #readNumbers(kernel: IntArrayReader): boolean {
    let status: IntArrayStatus = FULL;
    while (status === FULL) {
      status = kernel.parse(this.#position, this.#end);
      this.#position = kernel.next;
      if (kernel.lineFeed) this.#sawLineFeed = true;
      if (kernel.count > 0) this.#builder.numbers(this.#blockOf(kernel), kernel.bits, kernel.commonBits);
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

  #blockOf(kernel: IntArrayReader): Int32Array {
    if (kernel !== this.#blockKernel || kernel.count !== this.#block.length) {
      this.#blockKernel = kernel;
      this.#block = kernel.out.subarray(0, kernel.count);
    }
    return this.#block;
  }

  #openText(isKey: boolean, keepsBytes = false): boolean {
    this.#textIsKey = isKey;
    this.#text.open(keepsBytes);
    return this.#step(TEXT);
  }

  /** One whose first byte decides how it is read. */
  #openAnyText(nested: NestedText): boolean {
    const first = this.#position + 1;
    if (first === this.#end) return false;
    const key = this.#builder.memberKey;
    const opens = nested.opens(key, this.#input[first] as number) && this.#builder.openNested();
    if (!opens) return this.#openText(false, nested.knows(key));
    nested.reset();
    return this.#step(NESTED);
  }

  #readText(kernel: IntArrayReader): boolean {
    const at = this.#text.read(kernel, this.#position, this.#end);
    this.#builder.spendText(at - this.#position, this.#textIsKey);
    this.#position = at;
    if (at === this.#end) return false;
    if (this.#input[at] !== 0x22) return this.#unexpected(undefined, NO_CONTROL_CHARACTER);
    const text = this.#text.decode();
    if (typeof text !== 'string' && !(text instanceof AsciiText)) return this.#refuseText(text);
    this.#text.clear();
    this.#position++;
    if (!this.#textIsKey) return this.#add(text);
    this.#builder.key(String(text));
    return this.#become(COLON);
  }

  #refuseText({ offset, byte, expected }: JsonTextFault): never {
    this.#position -= this.#text.length - offset;
    return this.#unexpected(describeByte(byte), expected);
  }

  #readNested(kernel: IntArrayReader): boolean {
    const nested = this.#nested as NestedText;
    const at = nested.read(kernel, this.#position, this.#end);
    this.#builder.spendText(at - this.#position, false);
    this.#position = at;
    if (nested.expected !== null) return this.#unexpected(undefined, nested.expected);
    if (!nested.closed) return false;
    this.#position++;
    return this.#add(nested.take());
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

  #step(state: number): boolean {
    this.#position++;
    return this.#become(state);
  }

  #become(state: number): boolean {
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

  #unexpected(
    got = describeByte(this.#input[this.#position] as number),
    expected: string = EXPECTED[this.#state] as string,
  ): never {
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
