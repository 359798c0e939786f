/** A failed request as the caller hears of it: endpoint, user, what came, and what to do. Never a secret. */

import { ApiError, type ApiFailureReason, quoted } from '../../core/errors.ts';
import { familyOf, meaningOf, waitSecondsOf } from '../../core/status.ts';
import { ENDPOINTS, type EndpointName } from '../endpoints/spec.ts';
import type { Envelope } from './envelope.ts';
import type { Fault } from './fault.ts';
import { REPLACEMENT } from './secrets.ts';

/** What a failure is about. */
export type RequestAbout = {
  readonly endpoint: EndpointName;
  /** `null`: the application asked for itself. */
  readonly userId: string | null;
};

/** The API refused. @param secrets of the request, which the server may repeat in its words */
export function refusal(about: RequestAbout, envelope: Envelope, secrets: readonly string[]): ApiError {
  const { status, error, body } = envelope;
  const { reason, retry } = meaningOf(status);
  const waitSeconds = waitSecondsOf(body['wait_seconds']);
  const words = quoted(withoutSecrets(error ?? familyOf(status), secrets), 200);
  return new ApiError(
    `${nameOf(about)}: got status ${status} ${words}, expected status 0; ${remedyFor(reason, about, waitSeconds)}`,
    { endpoint: about.endpoint, reason, retry, status, waitSeconds },
  );
}

/** A good answer held what it should not. */
export function repetition(about: RequestAbout, places: number): string {
  return `${nameOf(about)}: the answer repeated a secret of the request in ${places} places; ${REPLACEMENT} stands there now`;
}

/** There was no answer of the API. */
export function breakdown(about: RequestAbout, server: string, fault: Fault): ApiError {
  const { reason, retry, waitSeconds, message } = fault;
  return new ApiError(
    `${nameOf(about)}: ${message} from ${server}; ${remedyFor(reason, about, waitSeconds)}`,
    { endpoint: about.endpoint, reason, retry, status: null, waitSeconds },
    { cause: fault.cause },
  );
}

/** An answer with status 0 is not what this endpoint answers: repeating the request gives the same. */
export function breach(about: RequestAbout, what: string, options?: { readonly cause?: unknown }): ApiError {
  return new ApiError(
    `${nameOf(about)}: ${what}; keep the answer and report it`,
    { endpoint: about.endpoint, reason: 'protocol', retry: 'never', status: 0, waitSeconds: null },
    options,
  );
}

function nameOf({ endpoint, userId }: RequestAbout): string {
  return userId === null ? endpoint : `${endpoint} for user ${quoted(userId, 40)}`;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret === '') continue;
    const asForm = new URLSearchParams([['', secret]]).toString().slice(1);
    for (const form of [secret, encodeURIComponent(secret), asForm]) clean = clean.replaceAll(form, '[secret]');
  }
  return clean;
}

const LOGIN = '"withings-signals auth login"';

function remedyFor(reason: ApiFailureReason, { endpoint, userId }: RequestAbout, waitSeconds: number | null): string {
  switch (reason) {
    case 'authentication':
      return userId === null
        ? 'check WITHINGS_CLIENT_ID and WITHINGS_CLIENT_SECRET'
        : `the user must authorise again: ${LOGIN}`;
    case 'unauthorized': {
      const { scope } = ENDPOINTS[endpoint];
      return scope === null
        ? 'ask Withings whether your contract covers this service'
        : `the user must grant ${scope}: ${LOGIN}`;
    }
    case 'invalid parameters':
      return endpoint.startsWith('oauth2 requesttoken')
        ? `a code or refresh token that is used up, expired or revoked is replaced by ${LOGIN}; else check WITHINGS_CLIENT_ID and WITHINGS_CLIENT_SECRET`
        : 'check what was asked for';
    case 'rate limited':
      return waitSeconds === null ? 'wait a minute' : `wait ${waitSeconds} s`;
    case 'timeout':
    case 'network':
      return 'check the network and WITHINGS_API_URL, or try again later';
    case 'server':
      return 'try again later; if it stays so, ask Withings with this status';
    case 'protocol':
      return 'check WITHINGS_API_URL and proxies on the way, or try again later';
  }
}
