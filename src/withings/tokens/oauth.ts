/**
 * From a user's consent to tokens, and back.
 *
 * A code lives 30 seconds and works once. A refresh token works until its successor was used: who loses the answer to a
 * refresh may ask again with the same one.
 */

import { type Page, type PageOptions, paginate } from '../endpoints/paginate.ts';
import { type AuthorizedUser, RECOVERED_CODE, TOKENS, USERS } from '../endpoints/schemas.ts';
import { AUTHORIZE_PATH, type Scope } from '../endpoints/spec.ts';
import { type Answer, readBody } from '../http/answer.ts';
import type { WithingsClient } from '../http/client.ts';
import { breach } from '../http/failure.ts';
import type { TokenPair } from './token-pair.ts';

/** Stands for the demo account until a refresh names it. */
export const DEMO_USER = 'demo';

export interface OauthOptions {
  /** How the application proves itself: its secret in the request, or a signature. @default 'secret' */
  readonly by?: 'secret' | 'signature';
  readonly signal?: AbortSignal | undefined;
}

export interface SignedOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface AuthorizeOptions {
  readonly redirectUri: string;
  /** Comes back with the redirect, where it must be compared. */
  readonly state: string;
  readonly scopes: readonly Scope[];
  /** The demo user instead of a real one. @default false */
  readonly demo?: boolean;
}

/** Where to send a user to authorise this application. */
export function authorizeUrl(client: WithingsClient, { redirectUri, state, scopes, demo }: AuthorizeOptions): string {
  const url = new URL(AUTHORIZE_PATH, client.accountUrl);
  url.searchParams.set('response_type', 'code');
  url.searchParams.set('client_id', client.clientId);
  url.searchParams.set('scope', scopes.join(','));
  url.searchParams.set('redirect_uri', redirectUri);
  url.searchParams.set('state', state);
  if (demo === true) url.searchParams.set('mode', 'demo');
  return url.href;
}

/** Tokens for a code, within 30 s of the redirect. @throws ApiError */
export async function tokensByCode(
  client: WithingsClient,
  { code, redirectUri }: { readonly code: string; readonly redirectUri: string },
  { by = 'secret', signal }: OauthOptions = {},
): Promise<TokenPair> {
  const parameters = { code, redirect_uri: redirectUri };
  return readTokens(await client.call('oauth2 requesttoken by code', parameters, { auth: { by }, signal }));
}

/**
 * New tokens for a refresh token, which stays good until the new access token is used.
 *
 * @throws ApiError; reason `invalid parameters`: this refresh token is dead
 */
export async function refreshTokens(
  client: WithingsClient,
  refreshToken: string,
  { by = 'secret', signal }: OauthOptions = {},
): Promise<TokenPair> {
  const parameters = { refresh_token: refreshToken };
  return readTokens(await client.call('oauth2 requesttoken by refresh', parameters, { auth: { by }, signal }));
}

/** Tokens of the demo account, of {@link DEMO_USER} where the answer names no user: what they are refreshed to names one. @throws ApiError */
export async function getDemoAccess(
  client: WithingsClient,
  scopes: readonly Scope[],
  { signal }: SignedOptions = {},
): Promise<TokenPair> {
  const parameters = { scope_oauth2: scopes.join(',') };
  const answer = await client.call('oauth2 getdemoaccess', parameters, { auth: { by: 'signature' }, signal });
  return readTokens(answer, { userId: DEMO_USER, scopes });
}

/** A new code for a user whose refresh token is lost; for partners. @throws ApiError */
export async function recoverAuthorizationCode(
  client: WithingsClient,
  userId: string,
  { signal }: SignedOptions = {},
): Promise<string> {
  const answer = await client.call(
    'oauth2 recoverauthorizationcode',
    { userid: userId },
    { auth: { by: 'signature' }, signal },
  );
  return readBody(answer, RECOVERED_CODE);
}

/** Pages of users who authorised this application; for partners. @throws ApiError */
export function listUsers(
  client: WithingsClient,
  { offset, signal }: SignedOptions & PageOptions = {},
): AsyncGenerator<Page<AuthorizedUser>, void, undefined> {
  return paginate(
    (at) => client.call('oauth2 listusers', { offset: at }, { auth: { by: 'signature' }, signal }),
    (answer) => {
      const items = readBody(answer, USERS);
      return { items, count: items.length };
    },
    offset,
  );
}

/** Ends the access to a user's data: all tokens die. @throws ApiError */
export async function revokeAccess(
  client: WithingsClient,
  userId: string,
  { signal }: SignedOptions = {},
): Promise<void> {
  await client.call('oauth2 revoke', { userid: userId }, { auth: { by: 'signature' }, signal });
}

/** @param known what holds where the answer does not say */
function readTokens(
  answer: Answer,
  known?: { readonly userId: string; readonly scopes: readonly string[] },
): TokenPair {
  const tokens = readBody(answer, TOKENS);
  const userId = tokens.userid ?? known?.userId;
  if (userId === undefined) throw breach(answer, 'got tokens without a userid, expected one');
  const obtainedAt = Math.floor(answer.receivedAt / 1000);
  return {
    userId,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    expiresAt: obtainedAt + tokens.expires_in,
    scopes: tokens.scope?.split(/[\s,]+/).filter((scope) => scope !== '') ?? known?.scopes ?? [],
    obtainedAt,
  };
}
