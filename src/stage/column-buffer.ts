/** Rows of one column on their way to the stage: runs as long as they pay, from then on the values themselves. */

import type { FrameColumn } from '../signals/signal.ts';
import { expandRuns, RunCollector, type Step } from './runs.ts';
import type { ArrayOf, Stageable } from './stage.ts';

export type BufferedType = 'u8' | 'i32' | 'u32' | 'f64';

const ARRAYS = { u8: Uint8Array, i32: Int32Array, u32: Uint32Array, f64: Float64Array } as const;

export class ColumnBuffer {
  readonly type: BufferedType;
  readonly step: Step;
  readonly #capacity: number;
  /** `null`: values of this type are not looked at. */
  readonly #runs: RunCollector | null;
  /** Made when it is needed first, and kept. */
  #values: ArrayOf<BufferedType> | null = null;
  #inRuns: boolean;
  #rows = 0;

  /**
   * @param step what values of this column are likely to do
   * @param capacity rows that can be added at most
   */
  constructor(type: BufferedType, step: Step, capacity: number) {
    this.type = type;
    this.step = step;
    this.#capacity = capacity;
    this.#runs = type === 'f64' ? null : new RunCollector(step, capacity);
    this.#inRuns = this.#runs !== null;
  }

  /**
   * Copies rows [from, to) of `values`: float64 for `f64`, for all other types int32, of which u32 takes the bits.
   *
   * @param isConstant these rows are known to be all the same
   */
  add(values: FrameColumn, from: number, to: number, isConstant = false): void {
    const runs = this.#inRuns ? this.#runs : null;
    const taken = runs === null ? from : this.#addRuns(runs, values as Int32Array, from, to, isConstant);
    if (taken < to) {
      this.#values ??= new ARRAYS[this.type](this.#capacity);
      this.#values.set(values.subarray(taken, to), this.#rows + taken - from);
    }
    this.#rows += to - from;
  }

  /** What was added; valid until the next change. */
  get content(): Stageable<BufferedType> {
    const runs = this.#inRuns ? this.#runs : null;
    const values = this.#values ?? new ARRAYS[this.type](0);
    return { type: this.type, length: this.#rows, content: runs ?? values.subarray(0, this.#rows) };
  }

  clear(): void {
    this.#rows = 0;
    this.#runs?.clear();
    this.#inRuns = this.#runs !== null;
  }

  /** @returns index of the first value that was not taken: what came before it is among the values then */
  #addRuns(runs: RunCollector, values: Int32Array, from: number, to: number, isConstant: boolean): number {
    const taken = runs.add(values, from, to, isConstant);
    if (taken < to) {
      this.#inRuns = false;
      this.#values ??= new ARRAYS[this.type](this.#capacity);
      expandRuns(runs, 0, this.#values.subarray(0, runs.rows));
    }
    return taken;
  }
}
