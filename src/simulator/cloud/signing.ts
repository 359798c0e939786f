/**
 * Signed requests: nonces, and signatures over the values of sorted parameters.
 *
 * Source: Withings OpenAPI text, "Signature v2 - Getnonce": HMAC-SHA256 with the client secret as key over `action`,
 * `client_id` and `timestamp` (getnonce) or `nonce` (all else), joined by commas; a nonce lives 30 minutes and works once.
 */

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const NONCE_MS = 30 * 60_000;

export type NonceState = 'good' | 'used' | 'expired' | 'unknown';

export class Nonces {
  readonly #now: () => number;
  readonly #nonces = new Map<string, { readonly until: number; used: boolean }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(): string {
    const nonce = randomBytes(20).toString('hex');
    this.#nonces.set(nonce, { until: this.#now() + NONCE_MS, used: false });
    return nonce;
  }

  issued(): readonly string[] {
    return [...this.#nonces.keys()];
  }

  /** A good one is used up by asking. */
  take(text: string): NonceState {
    const nonce = this.#nonces.get(text);
    if (nonce === undefined) return 'unknown';
    if (nonce.used) return 'used';
    if (this.#now() >= nonce.until) return 'expired';
    nonce.used = true;
    return 'good';
  }
}

/** `values` of the signed parameters by name. */
export function signatureOf(values: Readonly<Record<string, string>>, secret: string): string {
  const sorted = Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha256', secret)
    .update(sorted.map(([, value]) => value).join(','))
    .digest('hex');
}

/** In a time that does not tell where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
