/** Withings' API: one way in for all endpoints, with proof, budget, retries and checks. */

import { setMaxListeners } from 'node:events';
import { ArgumentError } from '../../core/errors.ts';
import { NONCE } from '../endpoints/schemas.ts';
import type { EndpointName, ParametersOf, Proof } from '../endpoints/spec.ts';
import type { UserAccess } from '../tokens/access-tokens.ts';
import { type Answer, readBody } from './answer.ts';
import { Call } from './call.ts';
import { type ClientOptions, type ResolvedClientOptions, resolveClientOptions } from './client-options.ts';
import { type Auth, bearerEvidence, type Prover, secretEvidence, signedEvidence } from './evidence.ts';
import { type ApiRequest, describeRequest } from './request.ts';
import { Transport } from './transport.ts';

export interface CallOptions {
  readonly auth: Auth;
  readonly signal?: AbortSignal | undefined;
}

export interface WithingsClient {
  readonly clientId: string;
  /** Host of the page on which users authorise. */
  readonly accountUrl: string;
  /** Unix ms. */
  readonly now: () => number;
  /**
   * Asks one endpoint; resolves to an answer with status 0.
   *
   * @throws ApiError when it fails for good; ArgumentError; AbortedError; what the gate and the source of tokens throw
   */
  call<E extends EndpointName>(endpoint: E, parameters: ParametersOf<E>, options: CallOptions): Promise<Answer>;
  /** Ends the connections; calls under way fail. */
  close(): Promise<void>;
}

/** @throws ArgumentError when a URL is none, or would send secrets in the clear */
export function openClient(options: ClientOptions): WithingsClient {
  return new ApiClient(resolveClientOptions(options));
}

class ApiClient implements WithingsClient {
  readonly #options: ResolvedClientOptions;
  readonly #transport: Transport;
  /** Of the last nonce, Unix seconds. */
  #timestamp = 0;

  constructor(options: ResolvedClientOptions) {
    this.#options = options;
    this.#transport = new Transport(options.transport);
  }

  get clientId(): string {
    return this.#options.clientId;
  }

  get accountUrl(): string {
    return this.#options.accountUrl;
  }

  get now(): () => number {
    return this.#options.now;
  }

  async call<E extends EndpointName>(
    endpoint: E,
    parameters: ParametersOf<E>,
    { auth, signal }: CallOptions,
  ): Promise<Answer> {
    if (signal !== undefined) setMaxListeners(0, signal); // any number of requests may share it
    const userId = auth.by === 'user' ? auth.user.userId : null;
    const request = describeRequest(endpoint, parameters, userId ?? '');
    const prove = this.#prover(request, auth, signal);
    const { quota: gate, retry, notice, transport } = this.#options;
    const context = { transport: this.#transport, server: transport.apiUrl, gate, retry, notice };
    const about = { endpoint, userId };
    const received = await new Call(context, { request, about, prove, renewable: userId !== null, signal }).run();
    return { endpoint, userId, parameters: request.told, receivedAt: this.now(), ...received };
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  #prover(request: ApiRequest, auth: Auth, signal: AbortSignal | undefined): Prover {
    const { endpoint, parameters, spec } = request;
    const allows = (proof: Proof): boolean => spec.proofs.includes(proof);
    if (auth.by === 'user' && allows('bearer')) return bearerProver(auth.user, this.#options.clientSecret, signal);
    if (auth.by === 'secret' && allows('secret')) return async () => secretEvidence(this.#options);
    if (auth.by === 'signature' && allows('nonce')) {
      return async () => signedEvidence(this.#options, spec.action, { nonce: await this.#nonce(signal) });
    }
    if (auth.by === 'signature' && allows('timestamp')) {
      const { timestamp = '' } = parameters;
      return async () => signedEvidence(this.#options, spec.action, { timestamp });
    }
    throw new ArgumentError(`${endpoint}: got proof by ${auth.by}, expected ${spec.proofs.join(' or ')}`);
  }

  async #nonce(signal: AbortSignal | undefined): Promise<string> {
    // Two requests of one second would be identical, and the second one refused.
    this.#timestamp = Math.max(Math.floor(this.now() / 1000), this.#timestamp + 1);
    const answer = await this.call(
      'signature getnonce',
      { timestamp: this.#timestamp },
      { auth: { by: 'signature' }, signal },
    );
    return readBody(answer, NONCE).nonce;
  }
}

function bearerProver(
  { userId, tokens }: UserAccess,
  clientSecret: string | null,
  signal: AbortSignal | undefined,
): Prover {
  let token: string | undefined;
  return async (refused) => {
    const options = { ...(refused && token !== undefined && { rejected: token }), ...(signal && { signal }) };
    token = await tokens.accessToken(userId, options);
    return bearerEvidence(token, [...(tokens.secretsOf?.(userId) ?? []), clientSecret ?? '']);
  };
}
