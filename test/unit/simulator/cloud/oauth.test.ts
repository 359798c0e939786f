import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedCloud } from '../../../../src/simulator/cloud/start-cloud.ts';
import { type Client, type Envelope, openCloud, REDIRECT, redirectOf } from './client.ts';

const LISTS = '/v2/heart';

describe('OAuth of the simulated cloud', () => {
  let cloud: SimulatedCloud & Client;

  beforeEach(async () => {
    cloud = await openCloud();
  });
  afterEach(() => cloud.close());

  const kinds = (): string[] => cloud.report().violations.map(({ kind }) => kind);
  const codeFor = async (user = 0): Promise<string> => {
    const back = await redirectOf(cloud.authorizeUrl({ simulate_user: String(user) }));
    return back.searchParams.get('code') ?? '';
  };
  const exchange = (code: string, redirectUri = REDIRECT): Promise<Envelope> =>
    cloud.requestToken({ grant_type: 'authorization_code', code, redirect_uri: redirectUri });
  const refresh = (token: unknown): Promise<Envelope> =>
    cloud.requestToken({ grant_type: 'refresh_token', refresh_token: String(token) });
  const use = async (token: unknown): Promise<number> =>
    (await cloud.call(LISTS, { action: 'list' }, String(token))).status;

  it('shows a form that leads back to the application with code and state', async () => {
    const page = await (await fetch(cloud.authorizeUrl())).text();
    expect(page).toContain('user 1001');
    expect(page).toContain('user 1002');
    const form = new URLSearchParams(
      [...page.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, a = '', b = '']): [string, string] => [
        a,
        unescape(b),
      ]),
    );
    form.set('decision', 'allow');
    form.set('simulate_user', '1');
    const sent = await fetch(`${cloud.url}/oauth2_user/authorize2`, { method: 'POST', body: form, redirect: 'manual' });
    const back = new URL(sent.headers.get('location') ?? '');
    expect(back.origin + back.pathname).toBe(REDIRECT);
    expect(back.searchParams.get('state')).toBe('state-1');
    expect((await exchange(back.searchParams.get('code') ?? '')).body).toMatchObject({ userid: '1002' });

    form.set('decision', 'deny');
    const denied = await fetch(`${cloud.url}/oauth2_user/authorize2`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    expect(new URL(denied.headers.get('location') ?? '').searchParams.get('error')).toBe('access_denied');
  });

  it('never redirects for an unknown application, address, state or scope', async () => {
    for (const wrong of [
      { client_id: 'other' },
      { redirect_uri: 'https://evil.example/' },
      { redirect_uri: 'http://127.0.0.1.evil.example/' },
      { redirect_uri: 'http://127.0.0.1@evil.example/' },
      { state: null },
      { response_type: 'token' },
      { scope: 'user.everything' },
      { simulate_user: '7' },
    ]) {
      const response = await fetch(cloud.authorizeUrl({ simulate_user: '0', ...wrong }), { redirect: 'manual' });
      expect([response.status, response.headers.get('location')], JSON.stringify(wrong)).toEqual([400, null]);
    }
  });

  it('exchanges a code once, for its own address only', async () => {
    const code = await codeFor();
    expect((await exchange(code, 'http://127.0.0.1:9/other')).status).toBe(503);
    const first = await exchange(code);
    expect(first).toMatchObject({
      status: 0,
      body: { userid: 1001, expires_in: 10800, scope: 'user.info,user.metrics', token_type: 'Bearer' },
    });
    expect(await use(first.body['access_token'])).toBe(0);
    expect(await exchange(code)).toMatchObject({ status: 503 });
    expect(kinds()).toEqual(['used-code']);
  });

  it('lets a code live 30 seconds', async () => {
    const [late, inTime] = [await codeFor(), await codeFor()];
    await cloud.control('advance', { seconds: 29 });
    expect((await exchange(inTime)).status).toBe(0);
    await cloud.control('advance', { seconds: 1 });
    expect((await exchange(late)).status).toBe(503);
    expect(kinds()).toEqual(['expired-code']);
  });

  it('ends an access token after 3 hours with status 401', async () => {
    const { body } = await exchange(await codeFor());
    await cloud.control('advance', { seconds: 10799 });
    expect(await use(body['access_token'])).toBe(0);
    await cloud.control('advance', { seconds: 1 });
    expect(await use(body['access_token'])).toBe(401);
    expect(kinds()).toEqual([]);
  });

  it('rotates the refresh token; the old one lives until the new access token is used', async () => {
    const first = await exchange(await codeFor());
    const second = await refresh(first.body['refresh_token']);
    expect(second.body['refresh_token']).not.toBe(first.body['refresh_token']);
    const third = await refresh(first.body['refresh_token']); // the answer was lost, say
    expect(third.status).toBe(0);
    expect(await use(first.body['access_token'])).toBe(0); // the old access token ends nothing
    expect((await refresh(first.body['refresh_token'])).status).toBe(0);
    expect(await use(third.body['access_token'])).toBe(0);
    expect((await refresh(first.body['refresh_token'])).status).toBe(503);
    expect(kinds()).toEqual(['dead-refresh-token']);
    expect((await refresh(third.body['refresh_token'])).status).toBe(0);
  });

  it('lets the old refresh token die 8 hours after the refresh, and an unused one after a year', async () => {
    const first = await exchange(await codeFor());
    await refresh(first.body['refresh_token']);
    await cloud.control('advance', { seconds: 8 * 3600 - 1 });
    const again = await refresh(first.body['refresh_token']);
    expect(again.status).toBe(0);
    await cloud.control('advance', { seconds: 1 });
    expect((await refresh(first.body['refresh_token'])).status).toBe(503);
    await cloud.control('advance', { seconds: 364 * 86400 });
    const last = await refresh(again.body['refresh_token']);
    expect(last.status).toBe(0);
    await cloud.control('advance', { seconds: 365 * 86400 });
    expect((await refresh(last.body['refresh_token'])).status).toBe(503);
  });

  it('refuses a wrong secret, client, grant type and token without carrying anything out', async () => {
    const code = await codeFor();
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
    expect((await cloud.requestToken({ ...form, client_secret: 'guess' })).error).toContain('client_secret');
    expect((await cloud.requestToken({ ...form, client_id: 'guess' })).error).toContain('client_id');
    expect((await cloud.requestToken({ ...form, grant_type: 'password' })).error).toContain('grant_type');
    expect((await refresh('unknown')).status).toBe(503);
    expect((await exchange(code)).status).toBe(0);
    expect(kinds()).toEqual(['unknown-refresh-token']);
  });

  it('takes tokens back when a user revokes, and when the application does', async () => {
    const first = await exchange(await codeFor());
    await cloud.control('revoke', { user: 0 });
    expect(await use(first.body['access_token'])).toBe(401);
    expect((await refresh(first.body['refresh_token'])).status).toBe(503);

    const second = await exchange(await codeFor());
    const nonce = await cloud.nonce();
    const signature = cloud.sign('revoke', cloud.clientId, nonce);
    const form = { action: 'revoke', client_id: cloud.clientId, nonce, signature, userid: 1001 };
    expect((await cloud.call('/v2/oauth2', form)).status).toBe(0);
    expect(await use(second.body['access_token'])).toBe(401);
    expect(kinds()).toEqual([]);
  });

  it('keeps to the scopes of the consent', async () => {
    const back = await redirectOf(cloud.authorizeUrl({ simulate_user: '0', scope: 'user.info' }));
    const { body } = await exchange(back.searchParams.get('code') ?? '');
    expect(body['scope']).toBe('user.info');
    const token = String(body['access_token']);
    expect((await cloud.call('/v2/user', { action: 'getdevice' }, token)).status).toBe(0);
    expect(await use(token)).toBe(277);
    await cloud.control('scope', { user: 0, scope: 'user.metrics' });
    expect((await cloud.call('/v2/user', { action: 'getdevice' }, token)).status).toBe(277);
    expect(await use(token)).toBe(0);
  });

  it('accepts a signature in place of the secret, never both', async () => {
    const signed = async (): Promise<Record<string, string>> => {
      const nonce = await cloud.nonce();
      const signature = cloud.sign('requesttoken', cloud.clientId, nonce);
      return {
        action: 'requesttoken',
        client_id: cloud.clientId,
        nonce,
        signature,
        grant_type: 'authorization_code',
        redirect_uri: REDIRECT,
      };
    };
    expect((await cloud.call('/v2/oauth2', { ...(await signed()), code: await codeFor() })).status).toBe(0);
    const both = { ...(await signed()), client_secret: cloud.clientSecret, code: await codeFor() };
    expect((await cloud.call('/v2/oauth2', both)).status).toBe(503);
    expect(kinds()).toEqual(['two-auth-forms']);
  });

  it('counts a token or secret in the address as a violation, and does not repeat it', async () => {
    const secret = 'very-secret';
    const answer = await fetch(`${cloud.url}/v2/oauth2?action=requesttoken&client_secret=${secret}`, {
      method: 'POST',
    });
    expect(((await answer.json()) as Envelope).status).toBe(503);
    expect(kinds()).toEqual(['secret-in-url']);
    expect(JSON.stringify(cloud.report())).not.toContain(secret);
  });
});

/** Of HTML. */
function unescape(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
