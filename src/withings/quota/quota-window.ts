/**
 * The budget of requests as a sliding window, without clock or file: what went when, and what may go now.
 *
 * Times are ms of a clock that is the caller's. A time that lies ahead was written before the clock was set back: it counts
 * as now, which waits longer than it must, and never for ever.
 */

export interface QuotaLimits {
  /** In any window of `windowMs`; `Infinity`: as many as there are. */
  readonly requests: number;
  readonly windowMs: number;
  /** Between two requests of one key. */
  readonly apartMs: number;
}

/** Plain JSON. It holds what matters still, so it does not grow. */
export type QuotaState = {
  /** When the requests in the window went. */
  readonly slots: readonly number[];
  /** When the last request of each key went. */
  readonly keys: readonly (readonly [key: string, at: number])[];
  /** What the server asked to wait, and when; the key `null` stands for all. */
  readonly holds: readonly (readonly [key: string | null, at: number, ms: number])[];
};

export const NOTHING_YET: QuotaState = { slots: [], keys: [], holds: [] };

export class QuotaWindow {
  readonly #limits: QuotaLimits;
  /** Rising. */
  readonly #slots: number[];
  /** In the order of their times. */
  readonly #keys: Map<string, number>;
  readonly #holds: Map<string | null, { readonly at: number; readonly ms: number }>;

  constructor(limits: QuotaLimits, { slots, keys, holds }: QuotaState, now: number) {
    const past = (at: number): number => Math.min(at, now);
    this.#limits = limits;
    this.#slots = slots.map(past).sort((a, b) => a - b);
    this.#keys = new Map(keys.map(([key, at]) => [key, past(at)]));
    this.#holds = new Map(holds.map(([key, at, ms]) => [key, { at: past(at), ms }]));
  }

  /** How long until any request may go, ms; 0: now. */
  wait(now: number): number {
    const { requests, windowMs } = this.#limits;
    const first = this.#slots[this.#slots.length - requests];
    return Math.max(0, this.#held(null, now), first === undefined ? 0 : first + windowMs - now);
  }

  /** How long until this key may go, the budget apart, ms; 0: now. */
  waitOf(key: string, now: number): number {
    const last = this.#keys.get(key);
    return Math.max(0, this.#held(key, now), last === undefined ? 0 : last + this.#limits.apartMs - now);
  }

  /** Counts a request that goes now. */
  take(key: string, now: number): void {
    this.#forget(now);
    if (this.#limits.requests !== Number.POSITIVE_INFINITY) this.#slots.push(now);
    this.#keys.delete(key);
    this.#keys.set(key, now);
  }

  /** Nothing goes, or nothing of this key, for so long; a longer wait stays. */
  hold(key: string | null, ms: number, now: number): void {
    if (ms > this.#held(key, now)) this.#holds.set(key, { at: now, ms });
  }

  remaining(now: number): number {
    const { requests, windowMs } = this.#limits;
    return Math.max(0, requests - this.#slots.filter((at) => at + windowMs > now).length);
  }

  state(now: number): QuotaState {
    this.#forget(now);
    return {
      slots: this.#slots.filter((at) => at + this.#limits.windowMs > now),
      keys: [...this.#keys],
      holds: [...this.#holds].map(([key, { at, ms }]) => [key, at, ms]),
    };
  }

  #held(key: string | null, now: number): number {
    const hold = this.#holds.get(key);
    return hold === undefined ? 0 : hold.at + hold.ms - now;
  }

  #forget(now: number): void {
    for (const [key, at] of this.#keys) {
      if (at + this.#limits.apartMs > now) break;
      this.#keys.delete(key);
    }
    for (const key of this.#holds.keys()) if (this.#held(key, now) <= 0) this.#holds.delete(key);
  }
}
