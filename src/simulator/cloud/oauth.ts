/** `/v2/oauth2` and `/v2/signature`. */

import { createHash } from 'node:crypto';
import { type Answer, badParameters, good } from './answer.ts';
import { type Call, type Cloud, type Endpoint, SCOPES, textOf, wholeOf } from './endpoint.ts';
import type { Pair, Refused } from './grants.ts';
import type { ViolationKind } from './ledger.ts';

export const OAUTH_ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/v2/oauth2 requesttoken': {
    name: 'oauth2 requesttoken',
    auth: 'nonce or secret',
    required: ['grant_type'],
    handle: requestToken,
  },
  '/v2/oauth2 getdemoaccess': {
    name: 'oauth2 getdemoaccess',
    auth: 'nonce',
    required: ['scope_oauth2'],
    handle: (call, cloud) => {
      const scopes = parseScopes(textOf(call, 'scope_oauth2'));
      if (scopes === undefined) return badParameters('scope_oauth2');
      const { access, refresh } = cloud.grants.grant(DEMO_USER, scopes);
      return good({ access_token: access, refresh_token: refresh, expires_in: cloud.options.accessTokenSeconds });
    },
  },
  '/v2/oauth2 recoverauthorizationcode': {
    name: 'oauth2 recoverauthorizationcode',
    auth: 'nonce',
    required: ['userid'],
    handle: (call, { world, grants }) => {
      const user = world.numberOf(textOf(call, 'userid'));
      if (user === undefined) return badParameters('userid');
      return good({ user: { code: grants.issueCode(user, SCOPES, undefined) } });
    },
  },
  '/v2/oauth2 listusers': { name: 'oauth2 listusers', auth: 'nonce', whole: ['offset'], handle: listUsers },
  '/v2/oauth2 revoke': {
    name: 'oauth2 revoke',
    auth: 'nonce',
    required: ['userid'],
    handle: (call, { world, grants, notifications }) => {
      const user = world.numberOf(textOf(call, 'userid'));
      if (user === undefined) return badParameters('userid');
      grants.revoke(user);
      notifications.forget(user);
      return good();
    },
  },
  '/v2/signature getnonce': {
    name: 'signature getnonce',
    auth: 'timestamp',
    whole: ['timestamp'],
    handle: (_, { nonces }) => good({ nonce: nonces.issue() }),
  },
};

/** The demo account is the first person's. */
export const DEMO_USER = 0;

/** Comma-separated scopes the API knows, or `undefined`. */
export function parseScopes(text: string): readonly string[] | undefined {
  const scopes = text.split(',').map((scope) => scope.trim());
  return scopes.every((scope) => (SCOPES as readonly string[]).includes(scope)) ? scopes : undefined;
}

function requestToken(call: Call, cloud: Cloud): Answer {
  switch (textOf(call, 'grant_type')) {
    case 'authorization_code': {
      if (!call.parameters.has('code')) return badParameters('code');
      if (!call.parameters.has('redirect_uri')) return badParameters('redirect_uri');
      const pair = cloud.grants.redeem(textOf(call, 'code'), textOf(call, 'redirect_uri'));
      return typeof pair === 'string' ? refuse(call, pair, CODE_REFUSALS) : tokenAnswer(pair, cloud);
    }
    case 'refresh_token': {
      if (!call.parameters.has('refresh_token')) return badParameters('refresh_token');
      const pair = cloud.grants.refresh(textOf(call, 'refresh_token'));
      return typeof pair === 'string' ? refuse(call, pair, REFRESH_REFUSALS) : tokenAnswer(pair, cloud);
    }
    default:
      return badParameters('grant_type');
  }
}

type Refusals = Partial<Record<Refused, { readonly kind?: ViolationKind; readonly why: string }>>;

const CODE_REFUSALS: Refusals = {
  used: { kind: 'used-code', why: 'invalid code: used before' },
  expired: { kind: 'expired-code', why: 'invalid code: expired' },
  redirect: { why: 'invalid redirect_uri: not that of the code' },
  unknown: { why: 'invalid code' },
};

const REFRESH_REFUSALS: Refusals = {
  dead: { kind: 'dead-refresh-token', why: 'invalid refresh_token' },
  unknown: { kind: 'unknown-refresh-token', why: 'invalid refresh_token' },
  revoked: { why: 'invalid refresh_token' },
};

function refuse(call: Call, reason: Refused, refusals: Refusals): Answer {
  const { kind, why } = refusals[reason] ?? { why: 'invalid grant' };
  if (kind !== undefined) call.violation(kind, why);
  return badParameters(why);
}

function tokenAnswer(pair: Pair, { world, options }: Cloud): Answer {
  return good({
    userid: world.person(pair.user).userId,
    access_token: pair.access,
    refresh_token: pair.refresh,
    expires_in: options.accessTokenSeconds,
    scope: pair.scopes.join(','),
    csrf_token: createHash('sha256').update(`csrf ${pair.access}`).digest('base64url').slice(0, 32),
    token_type: 'Bearer',
  });
}

/** One user an answer: the API text has their fields beside `more` and `offset`. */
function listUsers(call: Call, { grants, world }: Cloud): Answer {
  const users = grants.users();
  const offset = wholeOf(call, 'offset') ?? 0;
  const number = users[offset];
  const more = offset + 1 < users.length;
  const page = { more, offset: more ? offset + 1 : 0 };
  if (number === undefined) return good(page);
  const userId = Number(world.person(number).userId);
  return good({
    hash_userid: createHash('sha256').update(`user ${userId}`).digest('hex'),
    userid: userId,
    email: `user-${userId}@example.com`,
    fully_owned: false,
    ...page,
  });
}
