import { describe, expect, test } from 'vitest';
import { sign } from '../../../../src/withings/http/signature.ts';
import {
  authorizeUrl,
  getDemoAccess,
  listUsers,
  recoverAuthorizationCode,
  refreshTokens,
  revokeAccess,
  tokensByCode,
} from '../../../../src/withings/tokens/oauth.ts';
import { CLIENT_ID, CLIENT_SECRET, startBench } from '../../../support/api-client.ts';
import type { Asked } from '../../../support/api-server.ts';

/** The example of the API text. */
const TOKENS = {
  userid: 363,
  access_token: 'a075f8c14fb8df40b08ebc8508533dc332a6910a',
  refresh_token: 'f631236f02b991810feb774765b6ae8e6c6839ca',
  expires_in: 10_800,
  scope: 'user.info,user.metrics',
  csrf_token: 'PACnnxwHTaBQOzF7bQqwFUUotIuvtzSM',
  token_type: 'Bearer',
};

const PAIR = {
  userId: '363',
  accessToken: TOKENS.access_token,
  refreshToken: TOKENS.refresh_token,
  expiresAt: 1_700_010_800,
  scopes: ['user.info', 'user.metrics'],
  obtainedAt: 1_700_000_000,
};

const now = (): number => 1_700_000_000_999;

/** Nonces, and for all else one body. */
const signedScript =
  (body: unknown) =>
  ({ path, index }: Asked): unknown => ({
    status: 0,
    body: path === '/v2/signature' ? { nonce: `nonce-${index}` } : body,
  });

const formOf = (asked: Asked | undefined): Record<string, string> => Object.fromEntries(asked?.form ?? []);

/** What proves a request by signature. */
const proof = (action: string, nonce: string) => ({
  action,
  client_id: CLIENT_ID,
  nonce,
  signature: sign({ action, client_id: CLIENT_ID, nonce }, CLIENT_SECRET),
});

test('the page to authorise on has every parameter, and the demo mode only when asked for', async () => {
  const { client } = await startBench(() => ({}), { accountUrl: 'https://account.us.withingsmed.com' });
  const options = {
    redirectUri: 'http://localhost:8080/cb?x=1&y',
    state: 'a b&c',
    scopes: ['user.info', 'user.metrics'],
  } as const;
  const url = new URL(authorizeUrl(client, options));
  expect(url.origin + url.pathname).toBe('https://account.us.withingsmed.com/oauth2_user/authorize2');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: 'code',
    client_id: CLIENT_ID,
    scope: 'user.info,user.metrics',
    redirect_uri: 'http://localhost:8080/cb?x=1&y',
    state: 'a b&c',
  });
  expect(new URL(authorizeUrl(client, { ...options, demo: true })).searchParams.get('mode')).toBe('demo');
});

describe('tokens', () => {
  test('for a code, with the secret', async () => {
    const { server, client } = await startBench(() => ({ status: 0, body: TOKENS }), { now });
    expect(await tokensByCode(client, { code: 'mtws', redirectUri: 'https://www.withings.com' })).toEqual(PAIR);
    expect(server.asked[0]?.path).toBe('/v2/oauth2');
    expect(formOf(server.asked[0])).toEqual({
      action: 'requesttoken',
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      code: 'mtws',
      redirect_uri: 'https://www.withings.com',
    });
  });

  test('for a refresh token, with a signature instead of the secret', async () => {
    const { server, client } = await startBench(signedScript({ ...TOKENS, userid: '363' }), { now });
    expect(await refreshTokens(client, 'r', { by: 'signature' })).toEqual(PAIR);
    expect(formOf(server.asked[1])).toEqual({
      ...proof('requesttoken', 'nonce-0'),
      grant_type: 'refresh_token',
      refresh_token: 'r',
    });
  });

  test('are asked for again with the same refresh token when the answer was lost', async () => {
    const { server, client } = await startBench(({ index }, response) => {
      if (index > 0) return { status: 0, body: TOKENS };
      response.socket?.resetAndDestroy();
      return undefined;
    });
    expect(await refreshTokens(client, 'r')).toMatchObject({ accessToken: TOKENS.access_token });
    expect(server.asked.map(({ form }) => form.get('refresh_token'))).toEqual(['r', 'r']);
  });

  test('of the demo account name no user, and have the scopes asked for', async () => {
    const { access_token, refresh_token, expires_in } = TOKENS;
    const { server, client } = await startBench(signedScript({ access_token, refresh_token, expires_in }), { now });
    expect(await getDemoAccess(client, ['user.activity', 'user.metrics'])).toEqual({
      ...PAIR,
      userId: 'demo',
      scopes: ['user.activity', 'user.metrics'],
    });
    expect(formOf(server.asked[1])).toEqual({
      ...proof('getdemoaccess', 'nonce-0'),
      scope_oauth2: 'user.activity,user.metrics',
    });
  });

  test.for([
    ['without a user', { ...TOKENS, userid: undefined }],
    ['without a refresh token', { ...TOKENS, refresh_token: '' }],
    ['that live no time', { ...TOKENS, expires_in: 0 }],
  ] as const)('%s are refused, and not shown', async ([, body]) => {
    const { client } = await startBench(() => ({ status: 0, body }));
    const error: unknown = await refreshTokens(client, 'r').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ reason: 'protocol', endpoint: 'oauth2 requesttoken by refresh' });
    expect(String(error)).not.toContain(TOKENS.access_token);
  });
});

describe('for partners', () => {
  test('a lost user gets a new code', async () => {
    const { server, client } = await startBench(signedScript({ user: { code: '490ed603' } }));
    expect(await recoverAuthorizationCode(client, '489418')).toBe('490ed603');
    expect(formOf(server.asked[1])).toEqual({ ...proof('recoverauthorizationcode', 'nonce-0'), userid: '489418' });
  });

  test('an access is revoked', async () => {
    const { server, client } = await startBench(signedScript([]));
    await revokeAccess(client, '489418');
    expect(formOf(server.asked[1])).toEqual({ ...proof('revoke', 'nonce-0'), userid: '489418' });
  });

  test('a used nonce is never sent again, also after a failure', async () => {
    const { server, client } = await startBench(({ path, index }) =>
      path === '/v2/signature'
        ? { status: 0, body: { nonce: `nonce-${index}` } }
        : { status: index < 2 ? 522 : 0, body: [] },
    );
    await revokeAccess(client, '489418');
    expect(server.asked.map(({ form }) => form.get('nonce') ?? null)).toEqual([null, 'nonce-0', null, 'nonce-2']);
  });

  test('users come in pages, be they in a list or one a page', async () => {
    const bodies = [
      {
        users: [
          { userid: 1, email: 'a@example.org' },
          { userid: '2', fully_owned: true },
        ],
        more: true,
        offset: 2,
      },
      { hash_userid: 'b1', userid: 2_685_485, fully_owned: 0, more: true, offset: 3 },
      { more: false },
    ];
    const { server, client } = await startBench(({ path, form, index }) =>
      path === '/v2/signature'
        ? { status: 0, body: { nonce: `nonce-${index}` } }
        : { status: 0, body: bodies[['2', '3'].indexOf(form.get('offset') ?? '') + 1] },
    );
    const users: unknown[] = [];
    for await (const { items } of listUsers(client)) users.push(...items);
    expect(users).toEqual([
      { userId: '1', fullyOwned: null },
      { userId: '2', fullyOwned: true },
      { userId: '2685485', fullyOwned: false },
    ]);
    expect(server.asked).toHaveLength(6);
  });
});
