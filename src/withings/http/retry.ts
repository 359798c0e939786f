/** How often and how long a call tries. */

export interface RetryOptions {
  /** Attempts that may fail before a call does, but for those that were told to wait. @default 6 */
  readonly attempts?: number;
  /** Longest first back-off, ms; it doubles with each failure. @default 1000 */
  readonly baseMs?: number;
  /** Longest back-off, ms. @default 60_000 */
  readonly capMs?: number;
  /** How long a call waits in sum because the server says so, ms. @default 3_600_000 */
  readonly patienceMs?: number;
  /** Of [0, 1). @default Math.random */
  readonly random?: () => number;
}

export type RetryPolicy = Readonly<Required<RetryOptions>>;

export function resolveRetry(options: RetryOptions): RetryPolicy {
  return {
    attempts: options.attempts ?? 6,
    baseMs: options.baseMs ?? 1000,
    capMs: options.capMs ?? 60_000,
    patienceMs: options.patienceMs ?? 3_600_000,
    random: options.random ?? Math.random,
  };
}

/** Full jitter: clients that failed together do not come back together. @param failures 1 or more */
export function backOffMs(failures: number, { baseMs, capMs, random }: RetryPolicy): number {
  return random() * Math.min(capMs, baseMs * 2 ** (failures - 1));
}

/** Waits when the server says "too many requests" without how long: its window, and its guard against repetition. */
const QUOTA_WAIT_S = 60;
const REPETITION_WAIT_S = 10;

/** A server that says "wait 0 s" for ever must not be asked for ever. */
const SHORTEST_WAIT_S = 1;

/** How long to wait when told to. */
export function toldWaitMs(waitSeconds: number | null, isRepetition: boolean): number {
  return Math.max(waitSeconds ?? (isRepetition ? REPETITION_WAIT_S : QUOTA_WAIT_S), SHORTEST_WAIT_S) * 1000;
}

/** "Same arguments in less than 10 seconds": only the same request has to wait, not all. */
export function saysRepetition(words: string | null): boolean {
  return words !== null && /\bsame arg/i.test(words);
}
