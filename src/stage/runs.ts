/**
 * Columns that stay or count up for long stretches, as runs: gain settings stay for minutes, whole seconds for 25 samples,
 * and the sample counter counts. Three quarters of a PPG chunk's bytes are never written that way, nor read again.
 */

/** Of a column's next value to the one before: 0 where values stay, 1 where they count. */
export type Step = 0 | 1;

/** More runs than these would take more room than the values: 8 bytes a run. */
const FREE_RUNS = 64;
const ROWS_PER_RUN = 16;

export class RunCollector {
  readonly #step: Step;
  readonly #starts: Int32Array;
  readonly #ends: Uint32Array;
  #runs = 0;
  #rows = 0;
  /** The value of the last row. */
  #last = 0;

  /** @param capacity rows there can be at most */
  constructor(step: Step, capacity: number) {
    this.#step = step;
    this.#starts = new Int32Array(FREE_RUNS + capacity / ROWS_PER_RUN);
    this.#ends = new Uint32Array(this.#starts.length);
  }

  get step(): Step {
    return this.#step;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Value each run starts with, as 32 bits. */
  get starts(): Int32Array {
    return this.#starts.subarray(0, this.#runs);
  }

  /** Row behind each run. */
  get ends(): Uint32Array {
    return this.#ends.subarray(0, this.#runs);
  }

  /**
   * @param isConstant these values are known to be all the same
   * @returns index of the first value that was not taken: from there on runs do not pay
   */
  add(values: Int32Array, from: number, to: number, isConstant: boolean): number {
    const [starts, ends, step] = [this.#starts, this.#ends, this.#step];
    const before = this.#rows - from;
    let [runs, last, at] = [this.#runs, this.#last, from];
    while (at < to) {
      if (runs > 0) {
        const next = (last + step) | 0;
        if (isConstant && values[at] === next && step === 0) at = to;
        else at = step === 0 ? endOfStay(values, at, to, next) : endOfCount(values, at, to, next);
        if (at === to || runs === FREE_RUNS + Math.floor((before + at) / ROWS_PER_RUN)) break;
        ends[runs - 1] = before + at;
      }
      last = values[at++] as number;
      starts[runs++] = last;
    }
    if (runs > 0) ends[runs - 1] = before + at;
    this.#runs = runs;
    this.#rows = before + at;
    if (at > from) this.#last = values[at - 1] as number;
    return at;
  }

  clear(): void {
    this.#runs = 0;
    this.#rows = 0;
  }
}

function endOfStay(values: Int32Array, from: number, to: number, value: number): number {
  let at = from;
  while (at < to && values[at] === value) at++;
  return at;
}

function endOfCount(values: Int32Array, from: number, to: number, first: number): number {
  let at = from;
  for (let next = first; at < to && values[at] === next; next = (next + 1) | 0) at++;
  return at;
}

type Numbers = Int32Array | Uint32Array | Int16Array | Uint8Array | Float32Array | Float64Array;

export type Runs = { readonly step: Step; readonly starts: Int32Array; readonly ends: Uint32Array };

/** All runs of the values. */
export function findRuns(values: Uint32Array, step: Step): Runs {
  const bits = signed(values);
  const [starts, ends] = [new Int32Array(bits.length), new Uint32Array(bits.length)];
  let runs = 0;
  for (let at = 0; at < bits.length; runs++) {
    const first = bits[at++] as number;
    starts[runs] = first;
    at = step === 0 ? endOfStay(bits, at, bits.length, first) : endOfCount(bits, at, bits.length, (first + 1) | 0);
    ends[runs] = at;
  }
  return { step, starts: starts.subarray(0, runs), ends: ends.subarray(0, runs) };
}

/** The same 32 bits a value. */
export function signed(values: Numbers): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

/** Fills `out`, of the type the values had, with those from row `from` on. */
export function expandRuns({ step, starts, ends }: Runs, from: number, out: Numbers): void {
  let run = runAt(ends, from);
  for (let at = 0; at < out.length; run++) {
    const start = firstRowOf(ends, run);
    const to = Math.min(out.length, (ends[run] as number) - from);
    const first = starts[run] as number;
    if (step === 0) out.fill(first, at, to);
    else for (let value = first + (from + at - start), i = at; i < to; i++) out[i] = value++;
    at = to;
  }
}

export function firstRowOf(ends: Uint32Array, run: number): number {
  return run === 0 ? 0 : (ends[run - 1] as number);
}

/** The run that holds the row. */
export function runAt(ends: Uint32Array, row: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] as number) > row) high = middle;
    else low = middle + 1;
  }
  return low;
}
