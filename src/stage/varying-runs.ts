/**
 * Columns that move smoothly, as runs of which every row has a step of its own: photocurrents and accelerations take half
 * their bytes that way. Only where one jumps, as at a change of gain, does another run start.
 */

import { firstRowOf } from './runs.ts';

/** A row is found by adding up the steps from the start of its run: half as many as this on average. */
export const MAX_RUN_ROWS = 256;

/** More runs than these would save too little: 8 bytes a run, and 2 a row. */
const ROWS_PER_RUN = 16;

export type VaryingRuns = {
  readonly step: 'varying';
  /** Value each run starts with. */
  readonly starts: Int32Array;
  /** Row behind each run. */
  readonly ends: Uint32Array;
};

/** Looks for them in one array after the other; what it finds is valid until the next. */
export class VaryingRunFinder {
  #starts = new Int32Array();
  #ends = new Uint32Array();
  #steps = new Int16Array();

  /** @returns the step to every row, too: that to the first row of a run means nothing; `null`: such runs do not pay */
  find(values: Int32Array): (VaryingRuns & { readonly steps: Int16Array }) | null {
    this.#makeRoom(values.length);
    const [starts, ends, steps] = [this.#starts, this.#ends, this.#steps];
    const most = Math.floor(values.length / ROWS_PER_RUN);
    let runs = 0;
    for (let at = 0; at < values.length; runs++) {
      if (runs === most) return null;
      starts[runs] = values[at] as number;
      at = fillSteps(values, steps, at, Math.min(values.length, at + MAX_RUN_ROWS));
      ends[runs] = at;
    }
    return {
      step: 'varying',
      starts: starts.subarray(0, runs),
      ends: ends.subarray(0, runs),
      steps: steps.subarray(0, values.length),
    };
  }

  #makeRoom(rows: number): void {
    if (rows <= this.#steps.length) return;
    this.#steps = new Int16Array(rows);
    this.#starts = new Int32Array(rows / ROWS_PER_RUN);
    this.#ends = new Uint32Array(rows / ROWS_PER_RUN);
  }
}

/** @returns the first row behind `from` that is too far from the one before; distances run over as sums do */
function fillSteps(values: Int32Array, steps: Int16Array, from: number, to: number): number {
  let last = values[from] as number;
  for (let at = from + 1; at < to; at++) {
    const value = values[at] as number;
    const step = (value - last) | 0;
    if ((step + 0x8000) >>> 16 !== 0) return at;
    steps[at] = step;
    last = value;
  }
  return to;
}

/** Fills `out` with the values from row `from` on. @param steps from the first row of `run`, which holds that row */
export function followSteps(
  { starts, ends }: VaryingRuns,
  run: number,
  steps: Int16Array,
  from: number,
  out: Int32Array,
): void {
  const before = from - firstRowOf(ends, run);
  let value = starts[run] as number;
  for (let i = 1; i <= before; i++) value = (value + (steps[i] as number)) | 0;
  for (let at = 0, next = run; at < out.length; value = starts[++next] as number) {
    const to = Math.min(out.length, (ends[next] as number) - from);
    follow(value, steps, before, out, at, to);
    at = to;
  }
}

/** Fills [at, to) with `first` and what follows it: two at a time, which is a third faster. */
function follow(first: number, steps: Int16Array, before: number, out: Int32Array, at: number, to: number): void {
  let value = first;
  let i = at;
  out[i++] = value;
  for (; i + 1 < to; i += 2) {
    const next = (value + (steps[before + i] as number)) | 0;
    value = (next + (steps[before + i + 1] as number)) | 0;
    out[i] = next;
    out[i + 1] = value;
  }
  if (i < to) out[i] = value + (steps[before + i] as number);
}
