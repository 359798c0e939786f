/** Bytes of scratch files: where few are wanted, they are copied from windows that are kept, since neighbours are wanted next. */

import { closeSync, openSync, readSync } from 'node:fs';
import { DatasetError } from '../core/errors.ts';

const WINDOW_BYTES = 65_536;

/** Two megabytes: some places each in many arrays can be read in turns. */
const MAX_WINDOWS = 32;

/** As many are read for themselves: a call costs less than copying them twice. */
const LARGE_BYTES = WINDOW_BYTES / 4;

/** A file's windows are fewer. */
const WINDOWS_PER_FILE = 2 ** 32;

type Window = { readonly memory: Uint8Array; filled: number };

/** Of this thread, at rest: fresh pages cost more than filling them. */
const idle: Window[] = [];

/** Keeps the last file open, too. */
export class FileWindows {
  #file: string | undefined;
  #descriptor = -1;
  readonly #fileNumbers = new Map<string, number>();
  /** By file and place; the oldest first. */
  readonly #windows = new Map<number, Window>();

  /** Fills `out` with what lies from `offset` on. @throws DatasetError when there is less */
  read(file: string, offset: number, out: Uint8Array): void {
    if (out.length >= LARGE_BYTES) {
      refuseLess(file, this.#readSome(file, offset, out), out.length);
      return;
    }
    for (let done = 0; done < out.length; ) {
      const { memory, filled } = this.#windowAt(file, Math.floor((offset + done) / WINDOW_BYTES));
      const from = (offset + done) % WINDOW_BYTES;
      const to = Math.min(WINDOW_BYTES, from + out.length - done);
      refuseLess(file, filled, to);
      out.set(memory.subarray(from, to), done);
      done += to - from;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#descriptor);
    this.#file = undefined;
    idle.push(...this.#windows.values());
    this.#windows.clear();
  }

  #windowAt(file: string, index: number): Window {
    const key = this.#numberOf(file) * WINDOWS_PER_FILE + index;
    let window = this.#windows.get(key);
    if (window === undefined) {
      window = this.#takeWindow();
      window.filled = this.#readSome(file, index * WINDOW_BYTES, window.memory);
      this.#windows.set(key, window);
    }
    return window;
  }

  #takeWindow(): Window {
    const [oldest] = this.#windows;
    if (oldest === undefined || this.#windows.size < MAX_WINDOWS) {
      return idle.pop() ?? { memory: new Uint8Array(WINDOW_BYTES), filled: 0 };
    }
    const [key, window] = oldest;
    this.#windows.delete(key);
    return window;
  }

  #numberOf(file: string): number {
    let number = this.#fileNumbers.get(file);
    if (number === undefined) {
      number = this.#fileNumbers.size;
      this.#fileNumbers.set(file, number);
    }
    return number;
  }

  /** @returns bytes there were */
  #readSome(file: string, offset: number, out: Uint8Array): number {
    const descriptor = this.#open(file);
    for (let done = 0; done < out.length; ) {
      const got = readSync(descriptor, out, done, out.length - done, offset + done);
      if (got === 0) return done;
      done += got;
    }
    return out.length;
  }

  #open(file: string): number {
    if (this.#file !== file) {
      if (this.#file !== undefined) closeSync(this.#descriptor);
      this.#descriptor = openSync(file, 'r');
      this.#file = file;
    }
    return this.#descriptor;
  }
}

function refuseLess(file: string, bytes: number, wanted: number): void {
  if (bytes < wanted) throw new DatasetError(`stage file ${file} ends early; run the conversion again`);
}
