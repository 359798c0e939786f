/**
 * The stage: decoded samples on their way to a partition, as little-endian arrays in a scratch file.
 *
 * A worker appends while it decodes and reports where; whoever builds the partition reads back just that. So the samples
 * never pass through the main thread, and memory stays bounded by the recording or chunk in hand. A stage file lives
 * for one run.
 */

import { FileWindows } from './file-windows.ts';
import { expandRuns, findRuns, firstRowOf, type Runs, runAt, type Step, signed } from './runs.ts';
import { StageFile } from './stage-file.ts';
import { followSteps, MAX_RUN_ROWS, VaryingRunFinder, type VaryingRuns } from './varying-runs.ts';

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
  /**
   * It lies there as that many runs: 32 bits a run for the first value, then 32 a run for the row behind it, then, where
   * they vary, 16 a row for its step.
   */
  readonly runs?: { readonly count: number; readonly step: AnyRuns['step'] };
};

type AnyRuns = Runs | VaryingRuns;

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
  readonly #varying = new VaryingRunFinder();

  constructor(path: string) {
    this.#path = path;
    this.#file = new StageFile(path);
  }

  /** Copies `array` as it is. @throws DatasetError when the stage cannot be written */
  append<T extends ArrayType>(type: T, array: ArrayOf<T>): StagedArray<T> {
    const where = this.#next(type, array.length);
    this.#file.append(bytesOf(array));
    return where;
  }

  /** Copies the values, or runs where they are shorter. @throws DatasetError when the stage cannot be written */
  stage<T extends ArrayType>({ type, length, content }: Stageable<T>): StagedArray<T> {
    if ('starts' in content) return this.#stageRuns(type, length, content);
    return this.#stageVarying(type, content) ?? this.append(type, content);
  }

  /** Resolves when much can be appended without a wait for the disk: to be waited for now and then, so that it goes on. */
  ready(): Promise<void> {
    return this.#file.ready();
  }

  /** What was appended can be read when this has resolved. @throws DatasetError */
  close(): Promise<void> {
    return this.#file.close();
  }

  #next<T extends ArrayType>(type: T, length: number): StagedArray<T> {
    return { file: this.#path, offset: this.#file.size, length, type };
  }

  #stageRuns<T extends ArrayType>(type: T, length: number, { step, starts, ends }: AnyRuns): StagedArray<T> {
    const where = this.#next(type, length);
    this.#file.append(bytesOf(starts));
    this.#file.append(bytesOf(ends));
    return { ...where, runs: { count: starts.length, step } };
  }

  /** @returns `null`: nothing was staged, for it would not be shorter */
  #stageVarying<T extends ArrayType>(type: T, values: ArrayOf<T>): StagedArray<T> | null {
    if (type !== 'i32' && type !== 'u32') return null;
    const runs = this.#varying.find(signed(values));
    if (runs === null) return null;
    const staged = this.#stageRuns(type, values.length, runs);
    this.#file.append(bytesOf(runs.steps));
    return staged;
  }
}

/** Runs kept: the columns of a few chunks that are read in turns. A chunk's timestamps take 20 kB. */
const MAX_KEPT_RUNS = 96;

/** Rows whose steps are read at a time. */
const STEP_ROWS = 32_768;

/** Reads staged arrays back. */
export class StageReader {
  readonly #files = new FileWindows();
  readonly #runs = new Map<StagedArray, AnyRuns>();
  readonly #steps = new Int16Array(STEP_ROWS + MAX_RUN_ROWS);

  read<T extends ArrayType>(staged: StagedArray<T>): ArrayOf<T> {
    const all = new ARRAY_TYPES[staged.type](staged.length) as ArrayOf<T>;
    this.readRows(staged, 0, all);
    return all;
  }

  /** Fills `out` with the values from `from` on. */
  readRows<T extends ArrayType>(staged: StagedArray<T>, from: number, out: ArrayOf<T>): void {
    const runs = this.#runsOf(staged);
    if (runs === null) this.#read(staged, from * out.BYTES_PER_ELEMENT, out);
    else if (runs.step === 'varying') this.#follow(staged, runs, from, signed(out));
    else expandRuns(runs, from, out);
  }

  /** The values as runs, whether they lie there as such or not; to be left as they are. */
  readRuns(staged: StagedArray<'u32'>, step: Step): Runs {
    const runs = this.#runsOf(staged);
    return runs?.step === step ? runs : findRuns(this.read(staged), step);
  }

  close(): void {
    this.#files.close();
    this.#runs.clear();
  }

  #runsOf(staged: StagedArray): AnyRuns | null {
    if (staged.runs === undefined) return null;
    const known = this.#runs.get(staged);
    if (known !== undefined) return known;
    const { count, step } = staged.runs;
    const both = new Int32Array(2 * count);
    this.#read(staged, 0, both);
    const runs = { step, starts: both.subarray(0, count), ends: new Uint32Array(both.buffer, 4 * count) } as AnyRuns;
    if (this.#runs.size === MAX_KEPT_RUNS) this.#runs.clear();
    this.#runs.set(staged, runs);
    return runs;
  }

  #follow(staged: StagedArray, runs: VaryingRuns, from: number, out: Int32Array): void {
    const { ends } = runs;
    for (let at = 0; at < out.length; at += STEP_ROWS) {
      const some = out.subarray(at, at + STEP_ROWS);
      const run = runAt(ends, from + at);
      const first = firstRowOf(ends, run);
      const steps = this.#steps.subarray(0, from + at + some.length - first);
      this.#read(staged, 8 * ends.length + 2 * first, steps);
      followSteps(runs, run, steps, from + at, some);
    }
  }

  /** Fills `out` with what lies `at` bytes behind the start of the array. */
  #read({ file, offset }: StagedArray, at: number, out: ArrayOf<ArrayType>): void {
    this.#files.read(file, offset + at, bytesOf(out));
  }
}

function bytesOf(array: ArrayOf<ArrayType>): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
