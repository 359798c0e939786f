/** A scratch file that grows while its writer goes on with other work. */

import { closeSync, openSync, writeSync, writev } from 'node:fs';
import { promisify } from 'node:util';
import { DatasetError, messageOf, writeRemedy } from '../core/errors.ts';
import { BLOCK_BYTES, returnBlocks, takeBlocks } from '../files/block-memory.ts';
import { restOf } from '../files/sink.ts';

const writevAsync = promisify(writev);

/** Some are filled while others are on their way. */
const PART_BYTES = BLOCK_BYTES / 2;

type FullPart = { readonly memory: Uint8Array; readonly offset: number };

export class StageFile {
  readonly #path: string;
  readonly #memory = takeBlocks();
  /** The one that is filled, and where it belongs. */
  #part: Uint8Array;
  #offset = 0;
  #filled = 0;
  readonly #idle: Uint8Array[];
  /** To be written when what is on its way has arrived: of two writes to one file at a time one waits, and busily. */
  readonly #full: FullPart[] = [];
  #writing: Promise<void> | null = null;
  #failure: unknown = null;
  #isClosed = false;
  #descriptor: number | undefined;

  /** @param path made with the first bytes; must not be there */
  constructor(path: string) {
    this.#path = path;
    const parts = Array.from({ length: this.#memory.length / PART_BYTES }, (_, i) =>
      this.#memory.subarray(i * PART_BYTES, (i + 1) * PART_BYTES),
    );
    this.#part = parts.pop() as Uint8Array;
    this.#idle = parts;
  }

  /** Of all bytes so far. */
  get size(): number {
    return this.#offset + this.#filled;
  }

  /** Copies `bytes` behind those before. @throws DatasetError when these or earlier ones cannot be written */
  append(bytes: Uint8Array): void {
    this.#throwFailure();
    for (let taken = 0; taken < bytes.length; ) {
      const some = bytes.subarray(taken, taken + PART_BYTES - this.#filled);
      this.#part.set(some, this.#filled);
      this.#filled += some.length;
      taken += some.length;
      if (this.#filled === PART_BYTES) this.#send();
    }
  }

  /** All bytes can be read when this has resolved; nothing can be appended any more. @throws DatasetError */
  async close(): Promise<void> {
    // Its memory is another file's by then.
    if (this.#isClosed) return;
    this.#isClosed = true;
    while (this.#writing !== null) await this.#writing;
    if (this.#failure === null && this.#filled > 0) this.#writeNow();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    returnBlocks(this.#memory);
    this.#throwFailure();
    this.#failure = new Error('it was closed');
  }

  /** Resolves when much can be appended without a wait for the disk. */
  async ready(): Promise<void> {
    while (this.#idle.length === 0 && this.#writing !== null) await this.#writing;
  }

  /** Where all other parts are still on their way, this one is written while the caller waits: memory stays bounded. */
  #send(): void {
    const next = this.#idle.pop();
    if (next === undefined) this.#writeNow();
    else {
      this.#full.push({ memory: this.#part, offset: this.#offset });
      this.#part = next;
      if (this.#writing === null) this.#writeFull();
    }
    this.#offset = this.size;
    this.#filled = 0;
  }

  /** All full parts that lie one behind the other. */
  #writeFull(): void {
    const [first] = this.#full;
    if (first === undefined) return;
    const gap = this.#full.findIndex(({ offset }, i) => offset !== first.offset + i * PART_BYTES);
    const parts = this.#full.splice(0, gap < 0 ? this.#full.length : gap).map(({ memory }) => memory);
    this.#writing = this.#writeBehind(parts, first.offset);
  }

  async #writeBehind(parts: readonly Uint8Array[], offset: number): Promise<void> {
    await this.#write(parts, offset);
    this.#idle.push(...parts);
    this.#writing = null;
    this.#writeFull();
  }

  async #write(parts: readonly Uint8Array[], offset: number): Promise<void> {
    try {
      const descriptor = this.#open();
      for (let rest = parts, at = offset; rest.length > 0; ) {
        const { bytesWritten } = await writevAsync(descriptor, rest, at);
        rest = restOf(rest, bytesWritten);
        at += bytesWritten;
      }
    } catch (error) {
      this.#failure ??= error;
    }
  }

  #writeNow(): void {
    const [offset, end] = [this.#offset, this.#filled];
    try {
      const descriptor = this.#open();
      for (let done = 0; done < end; ) {
        done += writeSync(descriptor, this.#part, done, end - done, offset + done);
      }
    } catch (error) {
      this.#failure ??= error;
    }
  }

  #open(): number {
    this.#descriptor ??= openSync(this.#path, 'wx', 0o600);
    return this.#descriptor;
  }

  #throwFailure(): void {
    if (this.#failure === null) return;
    throw new DatasetError(
      `cannot stage samples in ${this.#path}: ${messageOf(this.#failure)}; ${writeRemedy(this.#failure)}`,
      { cause: this.#failure },
    );
  }
}
