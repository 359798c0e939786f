/** What a client may be told, and what holds when it is not. */

import { ArgumentError, quoted } from '../../core/errors.ts';
import { ACCOUNT_URL, API_URL } from '../endpoints/spec.ts';
import type { RequestGate } from '../quota/request-gate.ts';
import { type RetryOptions, type RetryPolicy, resolveRetry } from './retry.ts';
import type { TransportOptions } from './transport.ts';

export interface ClientOptions {
  readonly clientId: string;
  /** `null`: only calls for users are possible. */
  readonly clientSecret: string | null;
  /** Lets each attempt go; shared by all clients of one application. */
  readonly quota: RequestGate;
  /** @default 'https://wbsapi.withings.net' */
  readonly apiUrl?: string;
  /** @default 'https://account.withings.com' */
  readonly accountUrl?: string;
  readonly retry?: RetryOptions;
  readonly timeouts?: TimeoutOptions;
  /** Largest answer, as received and decoded. @default 256 MiB */
  readonly maxBodyBytes?: number;
  /** Unix ms. @default Date.now */
  readonly now?: () => number;
  /** Told in one line when a call waits before it tries again. @default nobody */
  readonly notice?: (text: string) => void;
}

export interface TimeoutOptions {
  /** Until a connection stands. @default 10_000 */
  readonly connectMs?: number;
  /** Until an answer begins. @default 60_000 */
  readonly headersMs?: number;
  /** Between two pieces of an answer. @default 60_000 */
  readonly bodyMs?: number;
}

export type ResolvedClientOptions = {
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly accountUrl: string;
  readonly quota: RequestGate;
  readonly retry: RetryPolicy;
  readonly transport: TransportOptions;
  readonly now: () => number;
  readonly notice: (text: string) => void;
};

/** @throws ArgumentError when a URL is none, or would send secrets in the clear */
export function resolveClientOptions(options: ClientOptions): ResolvedClientOptions {
  const { clientId, clientSecret, quota, timeouts = {} } = options;
  if (clientId === '') {
    throw new ArgumentError('got no client id, expected that of your application; set WITHINGS_CLIENT_ID');
  }
  return {
    clientId,
    clientSecret,
    accountUrl: originOf(options.accountUrl ?? ACCOUNT_URL, 'WITHINGS_ACCOUNT_URL'),
    quota,
    retry: resolveRetry(options.retry ?? {}),
    transport: {
      apiUrl: originOf(options.apiUrl ?? API_URL, 'WITHINGS_API_URL'),
      connectMs: timeouts.connectMs ?? 10_000,
      headersMs: timeouts.headersMs ?? 60_000,
      bodyMs: timeouts.bodyMs ?? 60_000,
      maxBodyBytes: options.maxBodyBytes ?? 256 * 2 ** 20,
    },
    now: options.now ?? Date.now,
    notice: options.notice ?? (() => {}),
  };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Scheme, host and port; a path would get lost, and what stands before the host would show up in messages. */
function originOf(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSafe =
    url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)));
  if (isSafe && url.username === '' && url.password === '' && url.pathname === '/' && url.search === '') {
    return url.origin;
  }
  const shown = url === null ? quoted(text, 80) : quoted(url.origin, 80);
  throw new ArgumentError(
    `${name}: got ${shown}, expected https://<host>, without user and path (http only on this machine: tokens would travel in the clear)`,
  );
}
