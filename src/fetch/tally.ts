/** What a fetch has brought so far, for progress and for the report. */

import { SIGNAL_KINDS, type SignalKind } from '../signals/signal.ts';

export type KindTally = {
  /** Answers that were received. */
  readonly pages: number;
  /** Of them, those that were not in the archive yet. */
  readonly kept: number;
  /** Recordings that came with their samples. */
  readonly signals: number;
  /** Samples of recordings, rows of raw data; repeats included. */
  readonly samples: number;
  /** Recordings that the device has not delivered yet. */
  readonly pending: number;
};

export type FetchProgress = {
  readonly kinds: Readonly<Record<SignalKind, KindTally>>;
  /** Steps done and known so far: lists, recordings, windows. */
  readonly done: number;
  readonly total: number;
  /** Requests left in the minute. */
  readonly requestsLeft: number;
  /** Seconds, at the speed so far; `null`: too early to tell. */
  readonly timeToGo: number | null;
};

const NOTHING: KindTally = { pages: 0, kept: 0, signals: 0, samples: 0, pending: 0 };

export class Tally {
  readonly #kinds = Object.fromEntries(SIGNAL_KINDS.map((kind) => [kind, NOTHING])) as Record<SignalKind, KindTally>;
  readonly #started = Date.now();
  readonly #requestsLeft: () => number;
  readonly #tell: (progress: FetchProgress) => void;
  #done = 0;
  #total = 0;

  constructor(requestsLeft: () => number, tell: (progress: FetchProgress) => void) {
    this.#requestsLeft = requestsLeft;
    this.#tell = tell;
  }

  get kinds(): Readonly<Record<SignalKind, KindTally>> {
    return { ...this.#kinds };
  }

  add(kind: SignalKind, brought: Partial<KindTally>): void {
    const sum = { ...this.#kinds[kind] };
    for (const [name, count] of Object.entries(brought) as [keyof KindTally, number][]) sum[name] += count;
    this.#kinds[kind] = sum;
    this.#report();
  }

  /** So many more steps are to be done. */
  expect(steps: number): void {
    this.#total += steps;
  }

  /** One of them is done. */
  step(): void {
    this.#done++;
    this.#report();
  }

  #report(): void {
    const seconds = (Date.now() - this.#started) / 1000;
    const left = this.#total - this.#done;
    const timeToGo = this.#done === 0 ? null : (seconds / this.#done) * left;
    this.#tell({
      kinds: this.kinds,
      done: this.#done,
      total: this.#total,
      requestsLeft: this.#requestsLeft(),
      timeToGo,
    });
  }
}
