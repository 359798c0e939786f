/** A scratch file that grows while its writer goes on with other work. */

import { closeSync, openSync, write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { DatasetError, messageOf } from '../core/errors.ts';
import { BLOCK_BYTES, returnBlocks, takeBlocks } from '../files/block-memory.ts';

const writeAsync = promisify(write);

/** One is filled while others are on their way. */
const PART_BYTES = BLOCK_BYTES / 2;

type Part = {
  readonly memory: Uint8Array;
  /** Until it is written; `null`: nothing is on its way from it. */
  writing: Promise<void> | null;
};

export class StageFile {
  readonly #path: string;
  readonly #memory = takeBlocks();
  readonly #parts: readonly Part[];
  /** The one that is filled, and where it belongs. */
  #part: Part;
  #offset = 0;
  #filled = 0;
  #failure: unknown = null;
  #isClosed = false;
  #descriptor: number | undefined;

  /** @param path made with the first bytes; must not be there */
  constructor(path: string) {
    this.#path = path;
    this.#parts = Array.from({ length: this.#memory.length / PART_BYTES }, (_, i) => {
      return { memory: this.#memory.subarray(i * PART_BYTES, (i + 1) * PART_BYTES), writing: null };
    });
    this.#part = this.#parts[0] as Part;
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
      this.#part.memory.set(some, this.#filled);
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
    for (const part of this.#parts) await part.writing;
    if (this.#failure === null && this.#filled > 0) this.#writeNow();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    returnBlocks(this.#memory);
    this.#throwFailure();
    this.#failure = new Error('it was closed');
  }

  /** Resolves when much can be appended without a wait for the disk. */
  async ready(): Promise<void> {
    while (this.#idlePart() === undefined)
      await Promise.race(this.#parts.map(({ writing }) => writing).filter(Boolean));
  }

  #idlePart(): Part | undefined {
    return this.#parts.find((part) => part !== this.#part && part.writing === null);
  }

  /** Where all other parts are still on their way, this one is written while the caller waits: memory stays bounded. */
  #send(): void {
    const next = this.#idlePart();
    if (next === undefined) this.#writeNow();
    else {
      this.#part.writing = this.#writeBehind(this.#part, this.#offset);
      this.#part = next;
    }
    this.#offset = this.size;
    this.#filled = 0;
  }

  async #writeBehind(part: Part, offset: number): Promise<void> {
    try {
      const descriptor = this.#open();
      for (let done = 0; done < PART_BYTES; ) {
        done += (await writeAsync(descriptor, part.memory, done, PART_BYTES - done, offset + done)).bytesWritten;
      }
    } catch (error) {
      this.#failure ??= error;
    }
    part.writing = null;
  }

  #writeNow(): void {
    const [offset, end] = [this.#offset, this.#filled];
    try {
      const descriptor = this.#open();
      for (let done = 0; done < end; ) {
        done += writeSync(descriptor, this.#part.memory, done, end - done, offset + done);
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
      `cannot stage samples in ${this.#path}: ${messageOf(this.#failure)}; free space or choose another --out`,
      { cause: this.#failure },
    );
  }
}
