/** How users come to the token store and leave it. */

import { randomBytes } from 'node:crypto';
import { AbortedError, ArgumentError, throwIfAborted } from '../core/errors.ts';
import { SCOPES } from '../withings/endpoints/spec.ts';
import {
  authorizeUrl,
  DEMO_USER,
  getDemoAccess,
  refreshTokens,
  revokeAccess,
  tokensByCode,
} from '../withings/tokens/oauth.ts';
import { codeOf, listenForRedirect } from '../withings/tokens/redirect-listener.ts';
import type { TokenPair } from '../withings/tokens/token-pair.ts';
import type { Session } from './session.ts';

/** What may be told of a user's tokens. */
export type UserTokens = {
  readonly userId: string;
  readonly scopes: readonly string[];
  /** Of the access token, Unix seconds; it is renewed by itself. `null`: not readable without the key. */
  readonly expiresAt: number | null;
  readonly encrypted: boolean;
};

export interface AuthoriseOptions {
  /** As registered with the application. */
  readonly redirectUri: string;
  /** Shows the link to a person. */
  readonly show: (url: string) => void;
  readonly signal?: AbortSignal;
}

export interface AuthoriseByCodeOptions extends AuthoriseOptions {
  /** Asks the person for the code, or for the whole address that the link ended at. */
  readonly ask: () => Promise<string>;
}

/** Raw data is in no scope table: the first three are asked for. */
const ASKED_SCOPES = SCOPES.slice(0, 3);

/**
 * Waits until a user has authorised in a browser, and keeps the tokens. The code lives 30 s: it is used at once.
 *
 * @throws InputError when consent was refused; ArgumentError when the redirect cannot be caught;
 * ApiError; StateError; AbortedError
 */
export async function authorise(session: Session, options: AuthoriseOptions): Promise<UserTokens> {
  const { redirectUri, show, signal } = options;
  const state = randomBytes(16).toString('hex');
  const listener = await listenForRedirect(redirectUri, state, signal);
  try {
    show(authorizeUrl(session.client, { redirectUri, state, scopes: ASKED_SCOPES }));
    const code = await listener.code;
    return await adopt(session, await tokensByCode(session.client, { code, redirectUri }, { signal }));
  } finally {
    await listener.close();
  }
}

/** The same where no browser can come back to this machine. */
export async function authoriseByCode(session: Session, options: AuthoriseByCodeOptions): Promise<UserTokens> {
  const { redirectUri, show, ask, signal } = options;
  const state = randomBytes(16).toString('hex');
  show(authorizeUrl(session.client, { redirectUri, state, scopes: ASKED_SCOPES }));
  const answer = await ask();
  throwIfAborted(signal);
  const code = URL.canParse(answer) ? codeOf(new URL(answer).searchParams, state) : answer;
  if (code === '') throw new ArgumentError('code: got nothing, expected the code; run auth login --code again');
  return adopt(session, await tokensByCode(session.client, { code, redirectUri }, { signal }));
}

/**
 * Withings' demo user, kept under the id that the API has for it. Only a refresh tells that id, so the first tokens are refreshed at
 * once.
 *
 * @throws ApiError; StateError; AbortedError
 */
export async function authoriseDemo(
  session: Session,
  { signal }: Pick<AuthoriseOptions, 'signal'> = {},
): Promise<UserTokens> {
  const { client } = session;
  const first = await getDemoAccess(client, ASKED_SCOPES, { signal });
  if (first.userId !== DEMO_USER) return adopt(session, first);
  const pair = await refreshTokens(client, first.refreshToken, { signal });
  return adopt(session, pair.scopes.length > 0 ? pair : { ...pair, scopes: first.scopes });
}

/** Everyone in the store. Without the key, only who is there. */
export async function listTokens({ store }: Session): Promise<readonly UserTokens[]> {
  const users = await store.users();
  return Promise.all(
    users.map(async ({ userId, encrypted }) => {
      const tokens = await store.read(userId);
      return { userId, scopes: tokens?.current.scopes ?? [], expiresAt: tokens?.current.expiresAt ?? null, encrypted };
    }),
  );
}

/** @param users absent: all */
export async function refreshAll(session: Session, users?: readonly string[]): Promise<readonly UserTokens[]> {
  const known = (await session.store.users()).map(({ userId }) => userId);
  const refreshed: UserTokens[] = [];
  for (const userId of users ?? known) refreshed.push(await told(session, await session.tokens.refresh(userId)));
  return refreshed;
}

/** At Withings first: tokens that are still good there are not forgotten here. */
export async function revokeAll(session: Session, users: readonly string[], signal?: AbortSignal): Promise<void> {
  for (const userId of users) {
    if (signal?.aborted) throw new AbortedError('interrupted; users named before are revoked');
    // The API knows no such user: this tells the id, and keeps the tokens under it.
    if (userId === DEMO_USER) await session.tokens.refresh(userId);
    await revokeAccess(session.client, userId, { signal });
    await session.tokens.forget(userId);
  }
}

async function adopt(session: Session, pair: TokenPair): Promise<UserTokens> {
  await session.tokens.adopt(pair);
  return told(session, pair);
}

async function told({ store }: Session, { userId, scopes, expiresAt }: TokenPair): Promise<UserTokens> {
  const encrypted = (await store.users()).find((user) => user.userId === userId)?.encrypted ?? false;
  return { userId, scopes, expiresAt, encrypted };
}
