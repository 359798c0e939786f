/**
 * A resumable JSON reader (RFC 8259): bytes in chunks of any size and split, a value out.
 *
 * It accepts what `JSON.parse` accepts and refuses what that refuses, with four differences that a gigabyte of samples
 * asks for: arrays of numbers become typed columns without a JavaScript value for each number; the elements of chosen
 * arrays are handed out one by one and forgotten; texts of chosen keys that are JSON themselves are read in place, and
 * others of theirs, if long, stay bytes; and what may be asked of memory is limited (see limits.ts).
 *
 * The state is explicit, never on the call stack, so that input may end anywhere. Of what was pushed, only a number or
 * literal cut at the end, or the text at hand, is kept as bytes: all before it has become values.
 */

import { InputError } from '../core/errors.ts';
import { INT_ARRAY_SLACK, type IntArrayReader } from '../kernels/int-array/index.ts';
import { ByteCollector } from './byte-collector.ts';
import type { JsonStream } from './json-builder.ts';
import { JsonReader } from './json-reader.ts';
import type { JsonValue } from './json-value.ts';
import { NestedReader } from './nested-reader.ts';
import { WINDOW_BYTES, withReader } from './scan-window.ts';

const SPACE = Uint8Array.of(0x20);

export class JsonScanner {
  readonly #reader: JsonReader;
  /** Between pushes: what of a token cut at the end stood in the window. */
  readonly #tail = new ByteCollector();
  /** Offset of the tail in the input. */
  #base = 0;

  /**
   * @param stream where elements of chosen arrays are handed out to; `null`: everything is kept
   * @param jsonTexts keys of objects whose texts are JSON when they begin with one of these characters, and if not, are
   *   kept as bytes when they are long. Default: none.
   */
  constructor(stream: JsonStream | null = null, jsonTexts: ReadonlyMap<string, string> | null = null) {
    this.#reader = new JsonReader(stream, jsonTexts === null ? null : new NestedReader(jsonTexts));
  }

  /** The value is complete. */
  get done(): boolean {
    return this.#reader.done;
  }

  /** A text has begun and not ended. */
  get isInText(): boolean {
    return this.#reader.isInText;
  }

  /** As of {@link JsonReader.opening}; a fault, too, while a number or literal may go on. */
  get opening(): JsonReader['opening'] {
    return this.#tail.length > 0 ? 'fault' : this.#reader.opening;
  }

  /** White space since {@link reset} had a line feed in it. */
  get sawLineFeed(): boolean {
    return this.#reader.sawLineFeed;
  }

  /** The complete value; its columns are valid until {@link reset}. */
  get value(): JsonValue {
    return this.#reader.value;
  }

  /** Forgets everything; `offset` is where the next value starts in the input, for messages. */
  reset(offset: number): void {
    this.#reader.reset();
    this.#tail.clear();
    this.#base = offset;
  }

  /**
   * Reads on; stops behind the last byte of the value.
   *
   * @returns index of the first byte not used
   * @throws InputError when the bytes are not JSON or ask for too much; then only {@link reset} helps
   */
  push(chunk: Uint8Array, from = 0): number {
    return withReader(chunk.length - from, (kernel) => this.#readOn(kernel, chunk, from));
  }

  /**
   * The input ends here.
   *
   * @param what ends, for messages
   * @throws InputError when the value is not complete
   */
  finish(what = 'input'): JsonValue {
    const end = this.#base + this.#tail.length;
    let cause: unknown;
    try {
      // A number may end with the input; white space behind it ends it and changes nothing else.
      if (!this.#reader.isInText) this.push(SPACE);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      cause = error; // half a number or literal
    }
    if (this.#reader.done) return this.value;
    throw this.#reader.truncated(what, end, cause);
  }

  #readOn(kernel: IntArrayReader, chunk: Uint8Array, from: number): number {
    const reader = this.#reader;
    const { input } = kernel;
    let next = from;
    let position = 0;
    let end = this.#tail.length;
    input.set(this.#tail.bytes);
    while (next < chunk.length && !reader.done) {
      input.copyWithin(0, position, end);
      this.#base += position;
      const kept = end - position;
      const count = Math.min(chunk.length - next, WINDOW_BYTES - kept);
      input.set(chunk.subarray(next, next + count), kept);
      end = kept + count;
      input.fill(0, end, end + INT_ARRAY_SLACK);
      next += count;
      position = reader.read(kernel, 0, end, this.#base);
    }
    this.#base += position;
    this.#tail.clear();
    if (reader.done) return next - (end - position);
    this.#tail.append(input.subarray(position, end));
    return next;
  }
}
