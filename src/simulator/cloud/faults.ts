/** Which request fails, and how: a function of profile, seed, request and attempt. */

import { type Failure, type FaultProfile, isLoss, type Shape } from './fault-profiles.ts';
import { shareOf } from './variation.ts';

/** What befalls one attempt. */
export type Fate = { readonly failure?: Failure; readonly shape?: Shape };

export interface Attempt {
  /** Equal for equal requests, without anything random in it. */
  readonly request: string;
  /** Its answer must not be lost, since what it carries works once: it fails at most once, before it is carried out. */
  readonly once: boolean;
  /** It carries an access token, which can be taken as expired. */
  readonly withToken: boolean;
}

/** Requests answered 601 after one that was drawn. */
const BURST = 3;

export class Faults {
  readonly #profile: FaultProfile;
  readonly #seed: number;
  readonly #attempts = new Map<string, { count: number; failedInARow: number }>();
  #burst = 0;

  constructor(profile: FaultProfile, seed: number) {
    this.#profile = profile;
    this.#seed = seed;
  }

  draw(attempt: Attempt): Fate {
    const { failing, inARow } = this.#profile;
    const past = this.#attempts.get(attempt.request) ?? { count: 0, failedInARow: 0 };
    this.#attempts.set(attempt.request, past);
    past.count++;
    const mayFail = failing > 0 && past.failedInARow < (attempt.once ? 1 : inARow);
    const failure = mayFail ? this.#failure(attempt, past.count) : undefined;
    if (failure !== undefined) {
      past.failedInARow++;
      return { failure };
    }
    past.failedInARow = 0;
    const shape = this.#shape(attempt.request);
    return shape === undefined ? {} : { shape };
  }

  #failure({ request, once, withToken }: Attempt, count: number): Failure | undefined {
    const { failing, failures } = this.#profile;
    if (this.#burst > 0) {
      this.#burst--;
      return 'status-601';
    }
    if (shareOf(this.#seed, 'failing', request, count) >= failing) return undefined;
    const possible = failures.filter((kind) => (withToken || kind !== 'expired-token') && !(once && isLoss(kind)));
    const failure = possible[Math.floor(shareOf(this.#seed, 'failure', request, count) * possible.length)];
    if (failure === 'status-601' && failing < 1) this.#burst = BURST;
    return failure;
  }

  #shape(request: string): Shape | undefined {
    const { shaping, shapes } = this.#profile;
    if (shaping === 0 || shareOf(this.#seed, 'shaping', request) >= shaping) return undefined;
    return shapes[Math.floor(shareOf(this.#seed, 'shape', request) * shapes.length)];
  }
}
