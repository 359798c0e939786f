import { afterEach, describe, expect, it } from 'vitest';
import type { CloudOptions } from '../../../../src/simulator/cloud/options.ts';
import type { SimulatedCloud } from '../../../../src/simulator/cloud/start-cloud.ts';
import { type Client, openCloud } from './client.ts';

describe('limits of the simulated cloud', () => {
  let cloud: SimulatedCloud & Client;
  let time = Date.UTC(2024, 5, 1);
  const open = async (options: CloudOptions): Promise<void> => {
    cloud = await openCloud({ users: 3, hours: 0.01, now: () => time, ...options });
  };
  afterEach(() => cloud.close());

  const list = async (startdate: number, token: string) =>
    cloud.call('/v2/heart', { action: 'list', startdate }, token);
  const kinds = (): string[] => cloud.report().violations.map(({ kind }) => kind);

  it('lets the quota through in any minute, all users together, and tells the wait', async () => {
    await open({ quota: { requests: 5, windowMs: 60_000 } });
    const tokens = [await cloud.token(0), await cloud.token(1), await cloud.token(2)];
    for (let i = 0; i < 5; i++) {
      expect((await list(i, tokens[i % 3] ?? '')).status).toBe(0);
      time += 1000;
    }
    expect(await list(9, tokens[0] ?? '')).toMatchObject({ status: 601, body: { wait_seconds: 55 } });
    expect(kinds()).toEqual(['quota']);
    time += 55_000;
    expect((await list(10, tokens[0] ?? '')).status).toBe(0);
    expect((await list(11, tokens[1] ?? '')).status).toBe(601); // only the oldest has left the window
    time += 1000;
    expect((await list(12, tokens[1] ?? '')).status).toBe(0);
    expect(cloud.report().peakRequestsInWindow).toBe(5);
  });

  it('does not count what was refused against the quota', async () => {
    await open({ quota: { requests: 2, windowMs: 10_000 } });
    const token = await cloud.token(0);
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) {
      statuses.push((await list(i, token)).status);
      time += 2500;
    }
    expect(statuses).toEqual([0, 0, 601, 601, 0, 0, 601, 601]);
  });

  it('refuses the same arguments within 10 seconds, counted from the last arrival', async () => {
    await open({ duplicateGuardMs: 10_000 });
    const [token, other] = [await cloud.token(0), await cloud.token(1)];
    expect((await list(1, token)).status).toBe(0);
    expect((await list(2, token)).status).toBe(0);
    expect((await list(1, other)).status).toBe(0);
    time += 6000;
    expect(await list(1, token)).toEqual({
      status: 601,
      body: { wait_seconds: 10 },
      error: 'Same arguments in less than 10 seconds',
    });
    time += 9999;
    expect((await list(1, token)).status).toBe(601);
    time += 10_000;
    expect((await list(1, token)).status).toBe(0);
    expect(kinds()).toEqual(['duplicate', 'duplicate']);
  });

  it('gives nonces however close together they are asked for', async () => {
    await open({ duplicateGuardMs: 10_000 });
    const nonces = [await cloud.nonce(), await cloud.nonce(), await cloud.nonce()];
    expect(new Set(nonces).size).toBe(3);
    expect(kinds()).toEqual([]);
  });

  it('refuses a form that is too long', async () => {
    await open({});
    const answer = await cloud.call('/v2/heart', { action: 'list', padding: 'x'.repeat(3_000_000) }, 'token');
    expect(answer.status).toBe(503);
  });

  it('reports requests by endpoint and status, and what was asked again', async () => {
    await open({});
    const token = await cloud.token(0);
    for (const startdate of [1, 2, 1, 1]) await list(startdate, token);
    await list(1, await cloud.token(0)); // the same question with another token
    await list(1, 'nobody');
    await cloud.call('/v2/user', { action: 'getdevice' }, token);
    const report = (await (await fetch(`${cloud.url}/simulator/report`)).json()) as ReturnType<
      SimulatedCloud['report']
    >;
    expect(report).toEqual(cloud.report());
    expect(report.requests).toBe(7);
    expect(report.endpoints['heart list']).toMatchObject({ requests: 6, statuses: { 0: 5, 401: 1 }, repeats: 3 });
    expect(report.endpoints['user getdevice']).toMatchObject({ requests: 1, statuses: { 0: 1 }, repeats: 0 });
    expect(JSON.stringify(report)).not.toContain(token);
    await cloud.control('clear-report');
    expect(cloud.report().requests).toBe(0);
  });
});

describe('signatures of the simulated cloud', () => {
  let cloud: SimulatedCloud & Client;
  afterEach(() => cloud.close());

  it('lets a nonce live 30 minutes and work once', async () => {
    cloud = await openCloud({ hours: 0.01 });
    const listUsers = (nonce: string, offset = 0, signature = cloud.sign('listusers', cloud.clientId, nonce)) =>
      cloud.call('/v2/oauth2', { action: 'listusers', client_id: cloud.clientId, nonce, signature, offset });
    const [first, late] = [await cloud.nonce(), await cloud.nonce()];
    expect((await listUsers(first, 0, 'a'.repeat(64))).status).toBe(503);
    expect((await listUsers(first)).status).toBe(0); // a wrong signature does not use it up
    expect((await listUsers(first)).status).toBe(503);
    await cloud.control('advance', { seconds: 1800 });
    expect((await listUsers(late)).status).toBe(503);
    expect((await listUsers('never-given')).status).toBe(503);
    expect(cloud.report().violations.map(({ kind }) => kind)).toEqual(['bad-signature', 'used-nonce', 'expired-nonce']);
  });

  it('signs the sorted values: action, client, timestamp', async () => {
    cloud = await openCloud({ hours: 0.01 });
    const timestamp = '1700000000';
    const form = { action: 'getnonce', client_id: cloud.clientId, timestamp };
    const wrong = cloud.sign(timestamp, 'getnonce', cloud.clientId);
    expect((await cloud.call('/v2/signature', { ...form, signature: wrong })).status).toBe(503);
    const right = cloud.sign('getnonce', cloud.clientId, timestamp);
    expect((await cloud.call('/v2/signature', { ...form, signature: right })).status).toBe(0);
  });

  it('lists users who consented, gives demo access, and codes for users whose tokens were lost', async () => {
    cloud = await openCloud({ users: 3, hours: 0.01 });
    const signed = async (action: string, more: Record<string, string | number>) => {
      const nonce = await cloud.nonce();
      const signature = cloud.sign(action, cloud.clientId, nonce);
      return cloud.call('/v2/oauth2', { action, client_id: cloud.clientId, nonce, signature, ...more });
    };
    await cloud.token(0);
    await cloud.token(2);
    const first = await signed('listusers', {});
    expect(first.body).toMatchObject({ userid: 1001, more: true, offset: 1 });
    expect((await signed('listusers', { offset: 1 })).body).toMatchObject({ userid: 1003, more: false });

    const demo = await signed('getdemoaccess', { scope_oauth2: 'user.metrics' });
    const token = String(demo.body['access_token']);
    expect((await cloud.call('/v2/heart', { action: 'list' }, token)).status).toBe(0);

    const { body } = await signed('recoverauthorizationcode', { userid: 1002 });
    const { code } = body['user'] as { code: string };
    const answer = await cloud.requestToken({
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'http://localhost/',
    });
    expect(answer.body['userid']).toBe('1002');
  });
});
