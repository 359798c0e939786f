/**
 * The stage: decoded samples on their way to a partition, as raw little-endian arrays in a scratch file.
 *
 * A worker appends while it decodes and reports where; whoever builds the partition reads back just that. So the samples
 * never pass through the main thread, and memory stays bounded by the recording or chunk in hand. A stage file lives
 * for one run.
 */

import { FileWindows } from './file-windows.ts';
import { expandRuns, findRuns, type Runs, type Step } from './runs.ts';
import { StageFile } from './stage-file.ts';

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
  /** It lies there as that many runs: 32 bits a run for the first value, then 32 a run for the row behind it. */
  readonly runs?: { readonly count: number; readonly step: Step };
};

/** An array to be staged: the values, or runs that make as many. */
export type Stageable<T extends ArrayType = ArrayType> = {
  readonly type: T;
  readonly length: number;
  readonly content: ArrayOf<T> | Runs;
};

/** Appends arrays to one scratch file. */
export class StageWriter {
  readonly #path: string;
  readonly #file: StageFile;

  constructor(path: string) {
    this.#path = path;
    this.#file = new StageFile(path);
  }

  /** Copies `array`. @throws DatasetError when the stage cannot be written */
  append<T extends ArrayType>(type: T, array: ArrayOf<T>): StagedArray<T> {
    return this.stage({ type, length: array.length, content: array });
  }

  /** Likewise. */
  stage<T extends ArrayType>({ type, length, content }: Stageable<T>): StagedArray<T> {
    const parts = 'starts' in content ? [content.starts, content.ends] : [content];
    const where = { file: this.#path, offset: this.#file.size, length, type };
    for (const part of parts) this.#file.append(bytesOf(part));
    return 'starts' in content ? { ...where, runs: { count: content.starts.length, step: content.step } } : where;
  }

  /** What was appended can be read when this has resolved. @throws DatasetError */
  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Runs kept: the columns of a few chunks that are read in turns. A chunk's timestamps take 20 kB. */
const MAX_KEPT_RUNS = 64;

/** Reads staged arrays back. */
export class StageReader {
  readonly #files = new FileWindows();
  readonly #runs = new Map<StagedArray, Runs>();

  read<T extends ArrayType>(staged: StagedArray<T>): ArrayOf<T> {
    const all = new ARRAY_TYPES[staged.type](staged.length) as ArrayOf<T>;
    this.readRows(staged, 0, all);
    return all;
  }

  /** Fills `out` with the values from `from` on. */
  readRows<T extends ArrayType>(staged: StagedArray<T>, from: number, out: ArrayOf<ArrayType>): void {
    if (staged.runs === undefined)
      this.#files.read(staged.file, staged.offset + from * out.BYTES_PER_ELEMENT, bytesOf(out));
    else expandRuns(this.#runsOf(staged, staged.runs), from, out);
  }

  /** The values as runs, whether they lie there as such or not; to be left as they are. */
  readRuns(staged: StagedArray<'u32'>, step: Step): Runs {
    if (staged.runs?.step === step) return this.#runsOf(staged, staged.runs);
    return findRuns(this.read(staged), step);
  }

  close(): void {
    this.#files.close();
    this.#runs.clear();
  }

  #runsOf(staged: StagedArray, { count, step }: NonNullable<StagedArray['runs']>): Runs {
    let runs = this.#runs.get(staged);
    if (runs === undefined) {
      const both = new Int32Array(2 * count);
      this.#files.read(staged.file, staged.offset, bytesOf(both));
      runs = { step, starts: both.subarray(0, count), ends: new Uint32Array(both.buffer, 4 * count) };
      if (this.#runs.size === MAX_KEPT_RUNS) this.#runs.clear();
      this.#runs.set(staged, runs);
    }
    return runs;
  }
}

function bytesOf(array: ArrayOf<ArrayType>): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
