/** JSON in the text of a member: its escapes are undone where it stands, and a reader of its own reads it there. */

import { InputError } from '../core/errors.ts';
import { INT_ARRAY_SLACK, type IntArrayReader } from '../kernels/int-array/index.ts';
import { ByteCollector } from './byte-collector.ts';
import { JsonReader, type NestedText } from './json-reader.ts';
import { NestedJson } from './json-value.ts';
import { Unescaper } from './unescaper.ts';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export class NestedReader implements NestedText {
  readonly #openers: ReadonlyMap<string, string>;
  readonly #unescaper = new Unescaper();
  #reader: JsonReader | null = null;
  #fault: InputError | null = null;
  /** What stands behind the value. */
  readonly #rest = new ByteCollector();
  /** Bytes at the start of the next read that have lost their escapes and wait for the rest of their token. */
  #ready = 0;
  /** Of the next byte in the text without its escapes. */
  #offset = 0;
  #closed = false;
  /** What stood where the kernel needs zeros. */
  readonly #behind = new Uint8Array(INT_ARRAY_SLACK);

  /** @param openers by key, the characters that begin JSON */
  constructor(openers: ReadonlyMap<string, string>) {
    this.#openers = openers;
  }

  opens(key: string, byte: number): boolean {
    return this.#openers.get(key)?.includes(String.fromCharCode(byte)) === true;
  }

  knows(key: string): boolean {
    return this.#openers.has(key);
  }

  reset(): void {
    this.#reader?.reset();
    this.#fault = null;
    this.#rest.clear();
    this.#ready = 0;
    this.#offset = 0;
  }

  get expected(): string | null {
    return this.#unescaper.expected;
  }

  get closed(): boolean {
    return this.#closed;
  }

  read(kernel: IntArrayReader, from: number, end: number): number {
    const { input } = kernel;
    const unescaper = this.#unescaper;
    unescaper.run(kernel, from + this.#ready, end);
    const { at, to } = unescaper;
    this.#closed = at < end && input[at] === 0x22;
    const next = unescaper.expected === null ? this.#readPlain(kernel, from, to) : to;
    this.#offset += next - from;
    this.#ready = to - next;
    if (this.#ready === 0 || this.#closed) return at;
    input.copyWithin(at - this.#ready, next, to);
    return at - this.#ready;
  }

  take(): NestedJson {
    const reader = this.#opened();
    if (!reader.done) this.#fault ??= reader.truncated('text', this.#offset + this.#ready);
    return new NestedJson(this.#fault === null ? reader.value : null, utf8.decode(this.#rest.bytes), this.#fault);
  }

  /**
   * A fault of what the text holds is no fault of the document: it is kept for who asks for the value.
   *
   * @returns index of the first byte not used
   */
  #readPlain(kernel: IntArrayReader, from: number, to: number): number {
    const { input } = kernel;
    const reader = this.#opened();
    let next = from;
    if (this.#fault === null && !reader.done) {
      this.#behind.set(input.subarray(to, to + INT_ARRAY_SLACK));
      input.fill(0, to, to + INT_ARRAY_SLACK);
      try {
        next = reader.read(kernel, from, to, this.#offset - from);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        this.#fault = error;
      }
      input.set(this.#behind, to);
    }
    if (this.#fault !== null) return to;
    if (!reader.done) return next;
    this.#rest.append(input.subarray(next, to));
    return to;
  }

  #opened(): JsonReader {
    return (this.#reader ??= new JsonReader(null, null));
  }
}
