/**
 * A working access token for every user, whatever fails.
 *
 * Withings rotates: a refresh answers a new refresh token, and the old one dies 8 hours later or at the first use of the new
 * access token. So, under a lock that all processes share:
 *
 * 1. It is noted that a refresh is under way. Should its answer be lost, the old refresh token works on, but for 8 hours
 *    only: whoever comes next refreshes at once, even if the access token would still do.
 * 2. The refresh is made. It is never called off: its answer may be the only way on.
 * 3. The new pair is on the disk before anybody gets it, together with the refresh token that it was made of.
 *
 * Who waited for the lock finds the new pair and refreshes no more.
 */

import { AbortedError, messageOf, quoted, TokenError, throwIfAborted } from '../../core/errors.ts';
import type { AccessTokens } from './access-tokens.ts';
import { DEMO_USER } from './oauth.ts';
import type { TokenPair } from './token-pair.ts';
import type { StoredTokens, TokenStore } from './token-store.ts';

export interface TokenKeeperOptions {
  readonly store: TokenStore;
  /** Asks the server for the next pair. It gets no AbortSignal: once asked, the answer is waited for. */
  readonly refresh: (refreshToken: string) => Promise<TokenPair>;
  /** Unix ms. @default Date.now */
  readonly now?: () => number;
}

export interface TokenKeeper extends AccessTokens {
  /**
   * Refreshes when the token ends within 10 minutes (of its 3 hours), or was rejected.
   *
   * @throws TokenError when the user must authorise again; StateError; AbortedError; what `refresh` throws when the server
   * could not be asked: nothing is lost then, ask again.
   */
  accessToken: AccessTokens['accessToken'];
  secretsOf(userId: string): readonly string[];
  /** Refreshes although the token may be good. @throws as `accessToken` */
  refresh(userId: string): Promise<TokenPair>;
  /** Keeps the first pair of an authorisation, durably, in place of what was there. @throws StateError */
  adopt(pair: TokenPair): Promise<void>;
  /** @throws StateError */
  forget(userId: string): Promise<void>;
  /** Lets refreshes that were begun end, and begins no other. */
  close(): Promise<void>;
}

/** The clock may be 5 minutes off either way, and a request takes its time. */
const MARGIN_S = 600;

export function openTokenKeeper(options: TokenKeeperOptions): TokenKeeper {
  return new Keeper(options);
}

class Keeper implements TokenKeeper {
  readonly #store: TokenStore;
  readonly #refresh: TokenKeeperOptions['refresh'];
  readonly #now: () => number;
  /** By user, so that a request costs no look at the disk. */
  readonly #known = new Map<string, TokenPair>();
  /** Under way, by user and what was rejected; those of one user wait for one another at the lock. */
  readonly #renewals = new Map<string, Promise<TokenPair>>();
  readonly #closing = new AbortController();

  constructor({ store, refresh, now = Date.now }: TokenKeeperOptions) {
    this.#store = store;
    this.#refresh = refresh;
    this.#now = now;
  }

  async accessToken(
    userId: string,
    { rejected, signal }: { readonly rejected?: string; readonly signal?: AbortSignal } = {},
  ): Promise<string> {
    throwIfAborted(signal);
    const pair = this.#known.get(userId);
    if (pair !== undefined && pair.accessToken !== rejected && this.#isFresh(pair)) return pair.accessToken;
    return (await unlessAborted(this.#renew(userId, rejected), signal)).accessToken;
  }

  secretsOf(userId: string): readonly string[] {
    const pair = this.#known.get(userId);
    return pair === undefined ? [] : [pair.accessToken, pair.refreshToken];
  }

  async refresh(userId: string): Promise<TokenPair> {
    const { current } = await this.#read(userId);
    return this.#renew(userId, current.accessToken);
  }

  async adopt(pair: TokenPair): Promise<void> {
    const { userId } = pair;
    await this.#locked(userId, () =>
      this.#store.write(userId, { current: pair, previousRefreshToken: null, refreshingSince: null }),
    );
    this.#known.set(userId, pair);
  }

  async forget(userId: string): Promise<void> {
    await this.#locked(userId, () => this.#store.remove(userId));
    this.#known.delete(userId);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#renewals.values());
  }

  #renew(userId: string, rejected: string | undefined): Promise<TokenPair> {
    const name = JSON.stringify([userId, rejected]);
    let renewal = this.#renewals.get(name);
    if (renewal === undefined) {
      renewal = this.#readOrRefresh(userId, rejected).finally(() => this.#renewals.delete(name));
      this.#renewals.set(name, renewal);
    }
    return renewal;
  }

  async #readOrRefresh(userId: string, rejected: string | undefined): Promise<TokenPair> {
    const isGood = ({ current, refreshingSince }: StoredTokens): boolean =>
      refreshingSince === null && current.accessToken !== rejected && this.#isFresh(current);
    const stored = await this.#read(userId);
    const pair = isGood(stored)
      ? stored.current
      : await this.#locked(userId, async () => {
          const latest = await this.#read(userId);
          return isGood(latest) ? latest.current : this.#refreshStored(userId, latest);
        });
    this.#known.set(userId, pair);
    return pair;
  }

  async #refreshStored(userId: string, stored: StoredTokens): Promise<TokenPair> {
    const { current, previousRefreshToken, refreshingSince } = stored;
    if (refreshingSince === null) {
      await this.#store.write(userId, { ...stored, refreshingSince: Math.floor(this.#now() / 1000) });
    }
    const refusals: unknown[] = [];
    for (const refreshToken of [current.refreshToken, previousRefreshToken]) {
      if (refreshToken === null) continue;
      try {
        const pair = await this.#refresh(refreshToken);
        if (userId === DEMO_USER && pair.userId !== userId) return await this.#renameDemo(pair);
        if (pair.userId !== userId)
          throw new TokenError(`the server gave tokens of another user; ${authorise(userId)}`);
        await this.#store.write(userId, { current: pair, previousRefreshToken: refreshToken, refreshingSince: null });
        return pair;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refusals.push(error);
      }
    }
    // The server refused, so no answer of this refresh is lost; that of an earlier one may be.
    await this.#store.write(userId, stored);
    throw new TokenError(`the server refused to refresh: ${messageOf(refusals[0])}; ${authorise(userId)}`, {
      cause: refusals[0],
    });
  }

  /** Before its first refresh the demo account had no id: what was kept under its stand-in moves to the id. */
  async #renameDemo(pair: TokenPair): Promise<never> {
    await this.adopt(pair);
    await this.#store.remove(DEMO_USER);
    throw new TokenError(
      `the demo user has an id now, and its tokens are kept under it; go on with user ${quoted(pair.userId)}`,
    );
  }

  async #read(userId: string): Promise<StoredTokens> {
    const stored = await this.#store.read(userId);
    if (stored === null) throw new TokenError(`there are no tokens yet; ${authorise(userId)}`);
    return stored;
  }

  async #locked<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const release = await this.#store.lock(userId, this.#closing.signal);
    try {
      return await work();
    } finally {
      await release();
    }
  }

  #isFresh({ expiresAt, obtainedAt }: TokenPair): boolean {
    return expiresAt - this.#now() / 1000 > Math.min(MARGIN_S, (expiresAt - obtainedAt) / 2);
  }
}

function authorise(userId: string): string {
  return `authorise user ${quoted(userId)} again (withings-signals auth login)`;
}

/** The server answered, and asking again will not help: how errors of requests tell it. */
function isRefusal(error: unknown): boolean {
  const reason = error instanceof Error && 'reason' in error ? error.reason : undefined;
  return reason === 'authentication' || reason === 'unauthorized' || reason === 'invalid parameters';
}

/** Leaves a promise alone when the signal fires: what was begun goes on. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(new AbortedError('interrupted while waiting for a token; nothing was lost'));
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
