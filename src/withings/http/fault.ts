/** What goes wrong between a request and its answer, in the words of the transport turned into ours. */

import { errors } from 'undici';
import type { IncomingHttpHeaders } from 'undici/types/header.js';
import {
  AbortedError,
  type ApiError,
  type ApiFailureReason,
  type ApiRetry,
  errorCode,
  InputError,
  messageOf,
} from '../../core/errors.ts';

type FaultAbout = {
  readonly reason: ApiFailureReason;
  readonly retry: ApiRetry;
  /** The server never saw the request. @default false */
  readonly unsent?: boolean;
  /** @default null */
  readonly waitSeconds?: number | null;
};

/** No answer, or none to read; knows nothing of the request, and so of no secret. */
export class Fault extends Error {
  readonly reason: ApiFailureReason;
  readonly retry: ApiRetry;
  readonly unsent: boolean;
  readonly waitSeconds: number | null;

  constructor(message: string, about: FaultAbout, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'Fault';
    this.reason = about.reason;
    this.retry = about.retry;
    this.unsent = about.unsent ?? false;
    this.waitSeconds = about.waitSeconds ?? null;
  }
}

/** Connections that never stood. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** The server never saw the request, and sees no other: it is out of reach, or not to be trusted. */
export function neverArrived({ reason, cause }: ApiError): boolean {
  const code = errorCode(cause) ?? '';
  return reason === 'network' && (UNSENT.has(code) || TRUST.test(code));
}

/** Certificates and protocols that will be the same next time (Node.js, "Common system errors", "TLS"; OpenSSL). */
const TRUST = /CERT|SIGNATURE|ISSUER|^ERR_TLS|^ERR_SSL|^EPROTO$/;

/** The caller's signal, or a mistake in this program. */
const NOT_OF_THE_NETWORK = new Set(['ABORT_ERR', 'UND_ERR_ABORTED', 'UND_ERR_INVALID_ARG']);

const CLOSED = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

/** An error of undici, zlib or the reader of envelopes; any other is none of the network's and comes back as it is. */
export function faultOf(cause: unknown): unknown {
  if (cause instanceof Fault) return cause;
  if (cause instanceof InputError) {
    // Not what follows: a path has keys of the answer in it, and a broken answer may hold anything.
    const [what] = /^.*? at byte \d+/.exec(cause.message) ?? [cause.message];
    return new Fault(`the answer cannot be read: ${what}`, { reason: 'protocol', retry: 'later' });
  }
  if (cause instanceof errors.HTTPParserError) {
    return new Fault('the answer is not HTTP', { reason: 'protocol', retry: 'later' }, { cause });
  }
  const code = errorCode(cause);
  if (code === undefined || NOT_OF_THE_NETWORK.has(code)) return cause;
  if (CLOSED.has(code)) return new AbortedError('the client was closed during a call', { cause });
  const said = messageOf(cause);
  const what = said.includes(code) || said === '' ? said || code : `${code}: ${said}`;
  const fault = (message: string, about: FaultAbout): Fault => new Fault(`${message} (${what})`, about, { cause });
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return fault('no connection in time', { reason: 'timeout', retry: 'later', unsent: true });
  }
  if (code === 'ETIMEDOUT' || code.endsWith('_TIMEOUT'))
    return fault('no answer in time', { reason: 'timeout', retry: 'later' });
  if (UNSENT.has(code)) return fault('no connection', { reason: 'network', retry: 'later', unsent: true });
  if (TRUST.test(code)) return fault('no secure connection', { reason: 'network', retry: 'never', unsent: true });
  if (code.startsWith('Z_')) return fault('the gzip of the answer is broken', { reason: 'protocol', retry: 'later' });
  return fault('the connection broke', { reason: 'network', retry: 'later' });
}

/** The API says 200 whatever happens: anything else is said by what stands before it. `null`: good. */
export function httpFault(status: number, headers: IncomingHttpHeaders): Fault | null {
  if (status >= 200 && status < 300) return null;
  const message = `got HTTP status ${status}, expected 200`;
  if (status === 429) {
    const told = Number(headers['retry-after']);
    const waitSeconds = Number.isFinite(told) && told >= 0 ? told : null;
    return new Fault(message, { reason: 'rate limited', retry: 'when told', waitSeconds });
  }
  if (status === 408) return new Fault(message, { reason: 'timeout', retry: 'later' });
  if (status === 401) return new Fault(message, { reason: 'authentication', retry: 'with another token' });
  if (status === 403) return new Fault(message, { reason: 'unauthorized', retry: 'never' });
  if (status >= 500) return new Fault(message, { reason: 'server', retry: 'later' });
  return new Fault(message, { reason: 'protocol', retry: 'never' });
}
