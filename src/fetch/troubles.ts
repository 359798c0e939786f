/**
 * What of a user could not be had. It costs only what failed, is told in a line, and is noted in the archive: the next run asks
 * again, and the one after it, if it was refused again, less and less often.
 */

import type { Archive } from '../archive/archive.ts';
import type { PageKind, Refusal } from '../archive/page.ts';
import { type ApiError, isApiError, messageOf } from '../core/errors.ts';
import { neverArrived } from '../withings/http/fault.ts';

/** One thing that is asked for: see `Refusal`. */
export type Thing = { readonly kind: PageKind } & Partial<Pick<Refusal, 'signalId' | 'deviceId' | 'window'>>;

export type TroublesAbout = {
  readonly archive: Archive;
  readonly userId: string;
  /** Unix seconds. */
  readonly now: () => number;
  /** When the user last authorised, Unix seconds: what was refused before may be allowed now. `null`: not known. */
  readonly grantedAt: number | null;
};

export interface AskOptions {
  /** Told why the thing cannot be had. */
  readonly tell: (reason: string) => void;
  /** What is not about this thing alone is thrown. @default nothing */
  readonly concernsMore?: (error: ApiError) => boolean;
}

/** An hour after the second refusal in a row, then twice as long each time, a week at most, seconds. */
const FIRST_WAIT = 3_600;
const LONGEST_WAIT = 604_800;

/** Lines on one list that are told one by one. */
const LINES_TOLD = 5;

/** So many things in a row whose every attempt was in vain, though time might have helped: the others will do no better now. */
const MAX_IN_VAIN = 3;

/** How long a thing is not asked for after so many refusals in a row, seconds. */
export function waitAfter(count: number): number {
  return count < 2 ? 0 : Math.min(FIRST_WAIT * 2 ** (count - 2), LONGEST_WAIT);
}

export class Troubles {
  readonly #about: TroublesAbout;
  readonly #lines: string[] = [];
  readonly #notices = new Set<string>();
  #inVain = 0;

  constructor(about: TroublesAbout) {
    this.#about = about;
  }

  /** What could not be had, one line each. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** What is worth knowing, though nothing failed. */
  get notices(): readonly string[] {
    return [...this.#notices];
  }

  tell(what: string, reason: string): void {
    this.#lines.push(`${what}: ${reason}`);
  }

  /** Odd entries of one list. */
  tellOdd(what: string, odd: readonly string[]): void {
    for (const line of odd.slice(0, LINES_TOLD)) this.tell(what, `${line}: passed over`);
    if (odd.length > LINES_TOLD) this.tell(what, `${odd.length - LINES_TOLD} more odd entries: passed over`);
  }

  note(notice: string): void {
    this.#notices.add(notice);
  }

  /** Until when a thing is not asked for, Unix seconds, and why; `null`: ask. */
  waiting(thing: Thing): { readonly until: number; readonly reason: string } | null {
    const refusal = this.#refusalOf(thing);
    if (refusal === null || refusal.at < (this.#about.grantedAt ?? 0)) return null;
    const until = refusal.at + waitAfter(refusal.count);
    return this.#about.now() < until ? { until, reason: refusal.reason } : null;
  }

  /**
   * Asks for one thing, unless it was refused lately.
   *
   * @returns `null`: it cannot be had, which is told
   * @throws what does not concern this thing alone: no token, no network, no disk
   */
  async ask<T>(
    thing: Thing,
    { tell, concernsMore = () => false }: AskOptions,
    work: () => Promise<T>,
  ): Promise<T | null> {
    const waiting = this.waiting(thing);
    if (waiting !== null) {
      tell(`${waiting.reason}; asked for again from ${isoTime(waiting.until)} on`);
      return null;
    }
    try {
      const given = await work();
      this.#inVain = 0;
      const refused = this.#refusalOf(thing);
      if (refused !== null) await this.#note(thing, { ...refused, count: 0 });
      return given;
    } catch (error) {
      if (!isOfOneThing(error) || concernsMore(error)) throw error;
      await this.#refuse(thing, error);
      if (isInVain(error) && ++this.#inVain >= MAX_IN_VAIN) throw new GivenUp(error);
      tell(messageOf(error));
      return null;
    }
  }

  /** Things of one sort, asked for until nothing but time can help. @throws as `ask` */
  async among(what: string, work: () => Promise<void>): Promise<void> {
    this.#inVain = 0;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
      // No connection holds: that is nothing of this user.
      if (error.cause.reason === 'network') throw error.cause;
      this.tell(what, `given up after ${MAX_IN_VAIN} failures in a row: ${messageOf(error.cause)}`);
    }
  }

  async #refuse(thing: Thing, error: ApiError): Promise<void> {
    const count = (this.#refusalOf(thing)?.count ?? 0) + 1;
    await this.#note(thing, { count, at: this.#about.now(), reason: messageOf(error) });
  }

  async #note(thing: Thing, { count, at, reason }: Pick<Refusal, 'count' | 'at' | 'reason'>): Promise<void> {
    const { archive, userId } = this.#about;
    const { kind, signalId = null, deviceId = null, window = null } = thing;
    await archive.append(null, { what: 'refused', userId, kind, signalId, deviceId, window, count, at, reason });
  }

  #refusalOf({ kind, signalId = null, deviceId = null, window = null }: Thing): Refusal | null {
    const { archive, userId } = this.#about;
    const found = archive.state
      .refusals(userId, kind)
      .find(
        (refusal) =>
          refusal.signalId === signalId &&
          refusal.deviceId === deviceId &&
          refusal.window?.from === window?.from &&
          refusal.window?.to === window?.to,
      );
    return found ?? null;
  }
}

class GivenUp extends Error {
  override readonly cause: ApiError;

  constructor(cause: ApiError) {
    super(cause.message);
    this.cause = cause;
  }
}

/** Neither of the user's tokens nor of the way to the server. A broken connection may be of the one answer. */
function isOfOneThing(error: unknown): error is ApiError {
  return isApiError(error) && error.reason !== 'authentication' && !neverArrived(error);
}

function isInVain({ retry }: ApiError): boolean {
  return retry === 'later' || retry === 'when told';
}

function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().replace('.000Z', 'Z');
}
