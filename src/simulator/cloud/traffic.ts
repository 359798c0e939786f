/** The two limits that answer 601: the quota of the application and the guard against identical requests. */

import type { Quota } from './options.ts';

/** A window that slides: at any moment it holds the requests let through in the last `windowMs`. */
export class SlidingWindow {
  readonly #quota: Quota | null;
  #times: number[] = [];
  #peak = 0;

  constructor(quota: Quota | null) {
    this.#quota = quota;
  }

  /** Milliseconds until there is room, 0: let through and counted. */
  admit(now: number): number {
    if (this.#quota === null) return 0;
    const { requests, windowMs } = this.#quota;
    const first = this.#times.findIndex((time) => time > now - windowMs);
    this.#times = first === -1 ? [] : this.#times.slice(first);
    if (this.#times.length >= requests) return (this.#times[0] ?? now) + windowMs - now;
    this.#times.push(now);
    this.#peak = Math.max(this.#peak, this.#times.length);
    return 0;
  }

  /** Most requests that any window held. */
  get peak(): number {
    return this.#peak;
  }
}

/** Arrivals of identical requests; one that is refused counts as well. */
export class DuplicateGuard {
  readonly #guardMs: number;
  readonly #earliest = new Map<string, number>();

  constructor(guardMs: number) {
    this.#guardMs = guardMs;
  }

  /** Whether this arrival is far enough from the last one of its kind. */
  arrive(request: string, now: number): boolean {
    const early = now < (this.#earliest.get(request) ?? 0);
    this.#earliest.set(request, now + this.#guardMs);
    if (this.#earliest.size > 10_000) this.#forget(now);
    return !early;
  }

  #forget(now: number): void {
    for (const [request, earliest] of this.#earliest) {
      if (earliest <= now) this.#earliest.delete(request);
    }
  }
}
