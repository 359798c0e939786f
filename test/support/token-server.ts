/**
 * The token end of Withings on loopback, strict: a refresh answers a new pair; the old refresh token dies 8 hours later or
 * at the first use of the new access token, and so does every other pair that was made of it. An access token lives 3
 * hours. Answers are HTTP 200 with a status in the envelope, as the real ones.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { TokenPair } from '../../src/withings/tokens/token-pair.ts';

const HOUR_MS = 3_600_000;

type RefreshToken = { readonly userId: string; diesAt: number; readonly madeOf: string | null };
type AccessToken = { readonly userId: string; readonly diesAt: number; readonly refreshToken: string };

export class TokenServer {
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #accessTokens = new Map<string, AccessToken>();
  #made = 0;
  #url = '';
  /** Added to the server's clock, ms. */
  ahead = 0;
  /** What went through, and what was refused. */
  readonly counts = { refreshes: 0, refused: 0, uses: 0, refusedUses: 0 };
  /** So many answers to refreshes are lost on their way: the work is done. */
  lose = 0;
  /** So many never come, and nobody is told. */
  hang = 0;

  get url(): string {
    return this.#url;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return this;
  }

  /** As of an authorisation. `lifetime`: of the access token, s. */
  issue(userId: string, madeOf: string | null = null, lifetime = 10_800): TokenPair {
    const accessToken = `access-${++this.#made}`;
    const refreshToken = `refresh-${this.#made}`;
    const now = this.#now();
    this.#refreshTokens.set(refreshToken, { userId, diesAt: Number.POSITIVE_INFINITY, madeOf });
    this.#accessTokens.set(accessToken, { userId, diesAt: now + lifetime * 1000, refreshToken });
    const obtainedAt = Math.floor(Date.now() / 1000);
    return { userId, accessToken, refreshToken, expiresAt: obtainedAt + lifetime, scopes: ['user.info'], obtainedAt };
  }

  /** `null`: refused. */
  refresh(refreshToken: string): TokenPair | null {
    const token = this.#refreshTokens.get(refreshToken);
    if (token === undefined || !this.knows(refreshToken)) {
      this.counts.refused++;
      return null;
    }
    this.counts.refreshes++;
    token.diesAt = Math.min(token.diesAt, this.#now() + 8 * HOUR_MS);
    return this.issue(token.userId, refreshToken);
  }

  /** Whether a refresh with this token would be carried out. */
  knows(refreshToken: string): boolean {
    return (this.#refreshTokens.get(refreshToken)?.diesAt ?? 0) > this.#now();
  }

  /** A request for data with this token. */
  use(accessToken: string): boolean {
    const token = this.#accessTokens.get(accessToken);
    const own = token && this.#refreshTokens.get(token.refreshToken);
    if (token === undefined || own === undefined || token.diesAt <= this.#now()) {
      this.counts.refusedUses++;
      return false;
    }
    this.counts.uses++;
    if (own.madeOf !== null) this.#bury(own.madeOf, token.refreshToken);
    return true;
  }

  /** Ends the user's access tokens before their time. */
  expire(userId: string): void {
    for (const [name, token] of this.#accessTokens) if (token.userId === userId) this.#accessTokens.delete(name);
  }

  /** The user withdrew: nothing of theirs works any more. */
  revoke(userId: string): void {
    this.expire(userId);
    for (const [name, token] of this.#refreshTokens) if (token.userId === userId) this.#refreshTokens.delete(name);
  }

  #bury(parent: string, heir: string): void {
    this.#refreshTokens.delete(parent);
    for (const [name, { madeOf }] of this.#refreshTokens) {
      if (madeOf === parent && name !== heir) this.#refreshTokens.delete(name);
    }
  }

  #now(): number {
    return Date.now() + this.ahead;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const form = new URLSearchParams(text);
    const refreshToken = form.get('refresh_token');
    if (refreshToken !== null) {
      const pair = this.refresh(refreshToken);
      if (pair !== null && this.hang > 0) {
        this.hang--;
        return;
      }
      if (pair !== null && this.lose > 0) {
        this.lose--;
        request.socket.destroy();
        return;
      }
      const refusal = { status: 503, body: {}, error: 'Invalid Params: invalid refresh_token' };
      response.end(JSON.stringify(pair === null ? refusal : { status: 0, body: pair }));
      return;
    }
    const bearer = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    response.end(JSON.stringify({ status: this.use(bearer) ? 0 : 401, body: {} }));
  }
}
