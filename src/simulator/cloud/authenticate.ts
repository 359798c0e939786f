/** Who calls: a user's access token, or the application by its secret or a signature. Never both. */

import { type Answer, badParameters, refused, STATUS } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import { type Call, type Cloud, type Endpoint, textOf } from './endpoint.ts';
import { equalSecrets, signatureOf } from './signing.ts';

/** An endpoint that is ready to answer this caller. */
export type Caller = { readonly handle: () => Answer | Promise<Answer> };

/** Of the application, not to be sent beside an access token ("DO NOT USE WITH", API text of heart get and notify subscribe). */
const APPLICATION_PARAMETERS = ['client_id', 'signature', 'nonce', 'signal_token'];

/** The answer is a refusal. */
export function authenticate(endpoint: Endpoint, request: ApiRequest, call: Call, cloud: Cloud): Caller | Answer {
  if (endpoint.auth === 'bearer') return authenticateUser(endpoint, request, call, cloud);
  const refusal = refusalOfApplication(endpoint.auth, call, cloud);
  return refusal ?? { handle: () => endpoint.handle(call, cloud) };
}

function authenticateUser(
  endpoint: Endpoint & { readonly auth: 'bearer' },
  { bearer }: ApiRequest,
  call: Call,
  cloud: Cloud,
): Caller | Answer {
  const { signed } = endpoint;
  const application = APPLICATION_PARAMETERS.filter((name) => call.parameters.has(name));
  if (bearer === undefined) {
    if (signed === undefined || application.length === 0) return badToken();
    return refusalOfApplication('nonce', call, cloud) ?? { handle: () => signed(call, cloud) };
  }
  if (application.length > 0) {
    call.violation('two-auth-forms', `${application.join(', ')} beside an access token`);
    return badParameters(`${application.join(', ')} beside an access token`);
  }
  const pair = cloud.grants.use(bearer);
  if (pair === undefined) return badToken();
  if (endpoint.scope !== undefined && !pair.scopes.includes(endpoint.scope)) {
    return refused(STATUS.missingScope, `Insufficient_scope: ${endpoint.scope} is needed`);
  }
  const userCall = { ...call, user: pair.user, person: cloud.world.person(pair.user), pair };
  return { handle: () => endpoint.handle(userCall, cloud) };
}

function badToken(): Answer {
  return refused(STATUS.badToken, 'Invalid_token: The access token provided is invalid');
}

function refusalOfApplication(
  auth: (Endpoint & { readonly auth: string })['auth'],
  call: Call,
  { options, nonces }: Cloud,
): Answer | undefined {
  const { parameters } = call;
  if (textOf(call, 'client_id') !== options.clientId) return badParameters('invalid client_id');
  if (auth === 'nonce or secret' && parameters.has('client_secret')) {
    if (parameters.has('signature') || parameters.has('nonce')) {
      call.violation('two-auth-forms', 'a signature beside the secret');
      return badParameters('a signature beside client_secret');
    }
    const good = equalSecrets(textOf(call, 'client_secret'), options.clientSecret);
    return good ? undefined : badParameters('invalid client_secret');
  }
  const once = auth === 'timestamp' ? 'timestamp' : 'nonce';
  const missing = ['signature', once].find((name) => textOf(call, name) === '');
  if (missing !== undefined) return badParameters(missing);
  const signed = { action: textOf(call, 'action'), client_id: options.clientId, [once]: textOf(call, once) };
  if (!equalSecrets(textOf(call, 'signature'), signatureOf(signed, options.clientSecret))) {
    call.violation('bad-signature', 'not that of these parameters');
    return badParameters('invalid signature');
  }
  const state = once === 'nonce' ? nonces.take(textOf(call, 'nonce')) : 'good';
  if (state === 'good') return undefined;
  if (state !== 'unknown') call.violation(`${state}-nonce`, `the nonce is ${state}`);
  return badParameters(`invalid nonce: ${state}`);
}
