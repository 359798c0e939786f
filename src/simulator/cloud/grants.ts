/**
 * Authorization codes, access tokens and rotating refresh tokens.
 *
 * A code lives 30 s and works once; an access token lives 3 h; a refresh token a year. Each refresh gives a new pair; the
 * old refresh token dies 8 h later, or when the new access token is used for the first time. Until then it may be used
 * again by a client that lost the answer. (Withings' developer guide, access and refresh tokens.)
 */

import { randomBytes } from 'node:crypto';

export type Pair = {
  readonly user: number;
  readonly access: string;
  readonly refresh: string;
  /** What the user allowed; one list shared by all pairs that come from one consent. */
  scopes: readonly string[];
  accessUntil: number;
  refreshUntil: number;
  /** The pair this one was refreshed from, until the first use. */
  parent: Pair | undefined;
  revoked: boolean;
};

type Code = {
  readonly user: number;
  readonly scopes: readonly string[];
  /** `undefined`: made by the server, not by the authorise page. */
  readonly redirectUri: string | undefined;
  readonly until: number;
  used: boolean;
};

export interface GrantOptions {
  readonly now: () => number;
  readonly codeSeconds: number;
  readonly accessTokenSeconds: number;
}

/** Why a code or a token was refused. */
export type Refused = 'unknown' | 'used' | 'expired' | 'redirect' | 'dead' | 'revoked';

const YEAR_MS = 365 * 86_400_000;
const GRACE_MS = 8 * 3_600_000;

export class Grants {
  readonly #options: GrantOptions;
  readonly #codes = new Map<string, Code>();
  /** Also those that were taken back. */
  readonly #codeTexts: string[] = [];
  readonly #byAccess = new Map<string, Pair>();
  readonly #byRefresh = new Map<string, Pair>();

  constructor(options: GrantOptions) {
    this.#options = options;
  }

  issueCode(user: number, scopes: readonly string[], redirectUri: string | undefined): string {
    const code = randomToken();
    const until = this.#options.now() + this.#options.codeSeconds * 1000;
    this.#codeTexts.push(code);
    this.#codes.set(code, { user, scopes, redirectUri, until, used: false });
    return code;
  }

  redeem(text: string, redirectUri: string): Pair | Refused {
    const code = this.#codes.get(text);
    if (code === undefined) return 'unknown';
    if (code.used) return 'used';
    if (this.#options.now() >= code.until) return 'expired';
    if (code.redirectUri !== undefined && code.redirectUri !== redirectUri) return 'redirect';
    code.used = true;
    return this.grant(code.user, code.scopes);
  }

  grant(user: number, scopes: readonly string[], parent?: Pair): Pair {
    const now = this.#options.now();
    const pair: Pair = {
      user,
      access: randomToken(),
      refresh: randomToken(),
      scopes,
      accessUntil: now + this.#options.accessTokenSeconds * 1000,
      refreshUntil: now + YEAR_MS,
      parent,
      revoked: false,
    };
    this.#byAccess.set(pair.access, pair);
    this.#byRefresh.set(pair.refresh, pair);
    return pair;
  }

  refresh(text: string): Pair | Refused {
    const old = this.#byRefresh.get(text);
    if (old === undefined) return 'unknown';
    if (old.revoked) return 'revoked';
    const now = this.#options.now();
    if (now >= old.refreshUntil) return 'dead';
    old.refreshUntil = Math.min(old.refreshUntil, now + GRACE_MS);
    return this.grant(old.user, old.scopes, old);
  }

  /** The pair of an access token that is good now. Its first use ends the refresh token it came from. */
  use(access: string): Pair | undefined {
    const pair = this.#byAccess.get(access);
    const now = this.#options.now();
    if (pair === undefined || pair.revoked || now >= pair.accessUntil) return undefined;
    if (pair.parent !== undefined) pair.parent.refreshUntil = Math.min(pair.parent.refreshUntil, now);
    pair.parent = undefined;
    return pair;
  }

  /** Whose token it is, good or not. */
  ownerOf(
    token: { readonly access: string } | { readonly refresh: string } | { readonly code: string },
  ): number | undefined {
    if ('access' in token) return this.#byAccess.get(token.access)?.user;
    if ('refresh' in token) return this.#byRefresh.get(token.refresh)?.user;
    return this.#codes.get(token.code)?.user;
  }

  /** Users whose tokens can still be used. */
  users(): readonly number[] {
    const now = this.#options.now();
    const pairs = [...this.#byRefresh.values()].filter((pair) => !pair.revoked && now < pair.refreshUntil);
    return [...new Set(pairs.map(({ user }) => user))].toSorted((a, b) => a - b);
  }

  /** Access tokens end now; of one user, or of all. */
  expire(user?: number): number {
    const now = this.#options.now();
    const pairs = this.#of(user).filter((pair) => now < pair.accessUntil);
    for (const pair of pairs) pair.accessUntil = now;
    return pairs.length;
  }

  /** Codes, access and refresh tokens of a user are no good any more. */
  revoke(user: number): number {
    const pairs = this.#of(user).filter(({ revoked }) => !revoked);
    for (const pair of pairs) pair.revoked = true;
    for (const [text, code] of this.#codes) if (code.user === user) this.#codes.delete(text);
    return pairs.length;
  }

  /** What a user allows from now on; new pairs inherit it. */
  narrow(user: number, scopes: readonly string[]): number {
    const pairs = this.#of(user);
    for (const pair of pairs) pair.scopes = scopes;
    return pairs.length;
  }

  /** Every code and token, good or not. */
  issued(): readonly string[] {
    return [...this.#codeTexts, ...this.#byAccess.keys(), ...this.#byRefresh.keys()];
  }

  #of(user: number | undefined): Pair[] {
    return [...this.#byAccess.values()].filter((pair) => user === undefined || pair.user === user);
  }
}

function randomToken(): string {
  return randomBytes(20).toString('hex');
}
