/** One call of the API from its request to its answer: limits, faults, credentials, parameters, and then the endpoint. */

import { type Answer, badParameters, refused, STATUS, tooMany } from './answer.ts';
import { type ApiRequest, identityOf, questionOf, secretsInUrl } from './api-request.ts';
import { authenticate } from './authenticate.ts';
import { DATA_ENDPOINTS } from './data-endpoints.ts';
import type { Call, Cloud, Endpoint } from './endpoint.ts';
import { isBreakdown } from './fault-profiles.ts';
import type { Fate, Faults } from './faults.ts';
import { NOTIFY_ENDPOINTS } from './notify-endpoints.ts';
import { OAUTH_ENDPOINTS } from './oauth.ts';
import type { DuplicateGuard, SlidingWindow } from './traffic.ts';

export type Limits = { readonly quota: SlidingWindow; readonly guard: DuplicateGuard; readonly faults: Faults };

export type Outcome = {
  readonly endpoint: string;
  readonly fate: Fate;
  /** `undefined`: nothing was carried out, and no envelope comes. */
  readonly answer: Answer | undefined;
  /** What was asked, where asking it again would be a repeat. */
  readonly question: string | undefined;
};

const ENDPOINTS: Readonly<Record<string, Endpoint>> = { ...OAUTH_ENDPOINTS, ...DATA_ENDPOINTS, ...NOTIFY_ENDPOINTS };

export async function answerApi(request: ApiRequest, cloud: Cloud, limits: Limits): Promise<Outcome> {
  const endpoint = ENDPOINTS[`${request.path} ${request.parameters.get('action') ?? ''}`];
  const name = endpoint?.name ?? 'unknown';
  const user = ownerOf(request, cloud);
  const question = questionOf(request, user);
  const call: Call = {
    endpoint: name,
    parameters: request.parameters,
    shape: undefined,
    violation: (kind, detail) => cloud.ledger.violation(kind, name, detail),
  };
  const end = (answer: Answer | undefined, fate: Fate = {}): Outcome => {
    const repeatable = endpoint?.auth === 'bearer' && fate.failure === undefined;
    return { endpoint: name, fate, answer, question: repeatable ? question : undefined };
  };

  cloud.ledger.arrived(name);
  const crowded = limit(request, endpoint, call, cloud, limits) ?? keepSecrets(request, call);
  if (crowded !== undefined) return end(crowded);

  const fate = limits.faults.draw({
    request: question,
    once: request.parameters.get('grant_type') === 'authorization_code',
    withToken: endpoint?.auth === 'bearer' && request.bearer !== undefined,
  });
  if (isBreakdown(fate.failure)) return end(undefined, fate);
  if (fate.failure === 'status-522') return end(refused(STATUS.timeout, 'Timeout'), fate);
  if (fate.failure === 'status-601') return end(tooMany(cloud.options.duplicateGuardMs, 'Too many request'), fate);
  if (fate.failure === 'expired-token' && user !== undefined) cloud.grants.expire(user);

  if (endpoint === undefined) return end(refused(STATUS.unknownService, 'Not implemented'), fate);
  return end(await carryOut(endpoint, request, { ...call, shape: fate.shape }, cloud), fate);
}

/** The wait that is told satisfies quota and guard. Nonces are not guarded: equal requests are meant to get others. */
function limit(
  request: ApiRequest,
  endpoint: Endpoint | undefined,
  call: Call,
  cloud: Cloud,
  { quota, guard }: Limits,
): Answer | undefined {
  const { duplicateGuardMs } = cloud.options;
  const now = cloud.now();
  const early = endpoint?.auth !== 'timestamp' && !guard.arrive(identityOf(request), now);
  const waitMs = quota.admit(now);
  if (early) call.violation('duplicate', `the same arguments in less than ${duplicateGuardMs} ms`);
  if (waitMs > 0) {
    call.violation('quota', `room again in ${waitMs} ms`);
    return tooMany(Math.max(waitMs, duplicateGuardMs), 'Too many request');
  }
  if (!early) return undefined;
  return tooMany(duplicateGuardMs, `Same arguments in less than ${duplicateGuardMs / 1000} seconds`);
}

function keepSecrets(request: ApiRequest, call: Call): Answer | undefined {
  const names = secretsInUrl(request).join(', ');
  if (names === '') return undefined;
  call.violation('secret-in-url', `${names} in the address`);
  return badParameters(`${names} must not stand in the address`);
}

async function carryOut(endpoint: Endpoint, request: ApiRequest, call: Call, cloud: Cloud): Promise<Answer> {
  const caller = authenticate(endpoint, request, call, cloud);
  if ('status' in caller) return caller;
  const flaw = flawIn(endpoint, call);
  if (flaw !== undefined) return badParameters(flaw);
  const scripted = cloud.script.answerTo(ownerOf(request, cloud), call);
  if (scripted !== undefined) return scripted;
  return caller.handle();
}

/** The first parameter that is missing or no whole number. */
function flawIn({ required = [], whole = [] }: Endpoint, { parameters }: Call): string | undefined {
  return (
    required.find((name) => (parameters.get(name) ?? '') === '') ??
    whole.find((name) => parameters.has(name) && !/^\d{1,15}$/.test(parameters.get(name) ?? ''))
  );
}

function ownerOf({ bearer, parameters }: ApiRequest, { grants }: Cloud): number | undefined {
  const refresh = parameters.get('refresh_token');
  const code = parameters.get('code');
  if (bearer !== undefined) return grants.ownerOf({ access: bearer });
  if (refresh !== undefined) return grants.ownerOf({ refresh });
  return code === undefined ? undefined : grants.ownerOf({ code });
}
