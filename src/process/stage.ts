/**
 * The stage: decoded samples on their way to a partition, as raw little-endian arrays in a scratch file.
 *
 * A worker appends while it decodes and reports where; whoever builds the partition reads back just that. So the samples
 * never pass through the main thread, and memory stays bounded by the recording or chunk in hand. A stage file lives
 * for one run.
 */

import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { DatasetError, messageOf } from '../core/errors.ts';

const ARRAY_TYPES = {
  i32: Int32Array,
  u32: Uint32Array,
  i16: Int16Array,
  u8: Uint8Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

type ArrayTypes = {
  i32: Int32Array;
  u32: Uint32Array;
  i16: Int16Array;
  u8: Uint8Array;
  f32: Float32Array;
  f64: Float64Array;
};

export type ArrayType = keyof ArrayTypes;

export type ArrayOf<T extends ArrayType> = ArrayTypes[T];

/** Where one array lies: plain data, fit to cross a thread. */
export type StagedArray<T extends ArrayType = ArrayType> = {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly type: T;
};

/** Appends arrays to one scratch file. */
export class StageWriter {
  readonly #file: string;
  #descriptor: number | undefined;
  #offset = 0;

  constructor(file: string) {
    this.#file = file;
  }

  append<T extends ArrayType>(type: T, array: ArrayOf<T>): StagedArray<T> {
    const staged = { file: this.#file, offset: this.#offset, length: array.length, type };
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    try {
      this.#descriptor ??= openSync(this.#file, 'wx', 0o600);
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#offset + done);
      }
    } catch (error) {
      throw new DatasetError(
        `cannot stage samples in ${this.#file}: ${messageOf(error)}; free space or choose another --out`,
        { cause: error },
      );
    }
    this.#offset += bytes.length;
    return staged;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** Reads staged arrays back; keeps the last file open, since neighbours are read one after the other. */
export class StageReader {
  #file: string | undefined;
  #descriptor = -1;

  read<T extends ArrayType>(staged: StagedArray<T>): ArrayOf<T> {
    const all = new ARRAY_TYPES[staged.type](staged.length) as ArrayOf<T>;
    this.readRows(staged, 0, all);
    return all;
  }

  /** Fills `out` with the values from `from` on. */
  readRows<T extends ArrayType>(staged: StagedArray<T>, from: number, out: ArrayOf<ArrayType>): void {
    const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
    const descriptor = this.#open(staged.file);
    const start = staged.offset + from * out.BYTES_PER_ELEMENT;
    for (let done = 0; done < bytes.length; ) {
      const got = readSync(descriptor, bytes, done, bytes.length - done, start + done);
      if (got === 0) throw new DatasetError(`stage file ${staged.file} ends early; run the conversion again`);
      done += got;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#descriptor);
    this.#file = undefined;
  }

  #open(file: string): number {
    if (this.#file !== file) {
      this.close();
      this.#descriptor = openSync(file, 'r');
      this.#file = file;
    }
    return this.#descriptor;
  }
}
