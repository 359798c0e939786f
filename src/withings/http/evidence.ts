/** What a request carries to prove who sends it. */

import { ArgumentError } from '../../core/errors.ts';
import type { UserAccess } from '../tokens/access-tokens.ts';
import { sign } from './signature.ts';

/**
 * How a call is authorised: for a user by access token, or for the application by its secret, sent or as a signature over
 * a nonce.
 */
export type Auth = { readonly by: 'user'; readonly user: UserAccess } | { readonly by: 'secret' | 'signature' };

export type Application = { readonly clientId: string; readonly clientSecret: string | null };

export type Evidence = {
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Never to be told. */
  readonly secrets: readonly string[];
};

/** Evidence for an attempt; `refused`: the server took what it was given last for no proof. */
export type Prover = (refused: boolean) => Promise<Evidence>;

/** @param others that belong to the same user or application */
export function bearerEvidence(token: string, others: readonly string[]): Evidence {
  return { form: {}, headers: { authorization: `Bearer ${token}` }, secrets: [token, ...others] };
}

/** @throws ArgumentError when there is no secret */
export function secretEvidence({ clientId, clientSecret }: Application): Evidence {
  const secret = given(clientSecret);
  return { form: { client_id: clientId, client_secret: secret }, headers: {}, secrets: [secret] };
}

/**
 * Signature over action, client id and what makes it unique.
 *
 * @throws ArgumentError when there is no secret
 */
export function signedEvidence(
  { clientId, clientSecret }: Application,
  action: string,
  unique: { readonly nonce: string } | { readonly timestamp: string },
): Evidence {
  const secret = given(clientSecret);
  const form = { client_id: clientId, ...unique };
  const signature = sign({ action, ...form }, secret);
  const nonce = 'nonce' in unique ? [unique.nonce] : [];
  return { form: { ...form, signature }, headers: {}, secrets: [secret, signature, ...nonce] };
}

function given(clientSecret: string | null): string {
  if (clientSecret !== null && clientSecret !== '') return clientSecret;
  throw new ArgumentError('got no client secret, expected that of your application; set WITHINGS_CLIENT_SECRET');
}
