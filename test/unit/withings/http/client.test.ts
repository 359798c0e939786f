import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ApiError, ArgumentError } from '../../../../src/core/errors.ts';
import { getDevices } from '../../../../src/withings/endpoints/devices.ts';
import { getHeart, getHeartByToken } from '../../../../src/withings/endpoints/heart.ts';
import { ENDPOINTS } from '../../../../src/withings/endpoints/spec.ts';
import { contentOf } from '../../../../src/withings/http/answer.ts';
import { openClient } from '../../../../src/withings/http/client.ts';
import { sign } from '../../../../src/withings/http/signature.ts';
import { revokeAccess } from '../../../../src/withings/tokens/oauth.ts';
import { CLIENT_ID, CLIENT_SECRET, startBench } from '../../../support/api-client.ts';
import { OpenGate } from '../../../support/open-gate.ts';

const HEART = '{"status":0,"body":{"signal":[1,-2,3],"sampling_frequency":300}}\n';

describe('an answer', () => {
  test.for(['gzip', 'identity'] as const)(
    'is kept byte for byte as it came (%s), in whatever pieces',
    async (encoding) => {
      const bytes = encoding === 'gzip' ? gzipSync(HEART) : Buffer.from(HEART);
      const { client, user } = await startBench((_, response) => {
        if (encoding === 'gzip') response.setHeader('content-encoding', 'gzip');
        response.flushHeaders();
        for (const byte of bytes) response.write(Uint8Array.of(byte));
        response.end();
      });
      const { answer, pending } = await getHeart(client, user, 48);
      expect(Buffer.from(answer.payload)).toEqual(bytes);
      expect(answer.encoding).toBe(encoding);
      expect(Buffer.from(contentOf(answer)).toString()).toBe(HEART);
      expect(answer.sha256).toBe(createHash('sha256').update(HEART).digest('hex'));
      expect(pending).toBe(false);
    },
  );

  test.for([
    ['several members', Buffer.concat([gzipSync(HEART.slice(0, 40)), gzipSync(HEART.slice(40))])],
    ['stored blocks', gzipSync(HEART, { level: 0 })],
    ['17 MB, in pieces', gzipSync(HEART + ' '.repeat(17_000_000))],
  ] as const)('of gzip in %s is decoded whole', async ([, bytes]) => {
    const { client, user } = await startBench((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(bytes);
    });
    const { answer } = await getHeart(client, user, 48);
    expect(answer.envelope.samples).toBe(3);
    expect(answer.sha256).toBe(createHash('sha256').update(contentOf(answer)).digest('hex'));
  });

  test('says what was asked, without secrets, and when it came', async () => {
    const { client, user } = await startBench(() => ({ status: 0, body: { signal: [] } }), {
      now: () => 1_700_000_000_123,
    });
    const byUser = await getHeart(client, user, 48, { intervals: true });
    expect(byUser.answer).toMatchObject({
      endpoint: 'heart get',
      userId: '363',
      parameters: { signalid: '48', with_intervals: 'true' },
      receivedAt: 1_700_000_000_123,
    });
    expect(byUser.pending).toBe(true);
  });

  test.for([
    ['received', 'identity', 50_000],
    ['received', 'gzip', 100],
    ['decoded', 'gzip', 50_000],
  ] as const)(
    'is refused when more is %s (%s) than allowed, and not asked for again',
    async ([what, encoding, limit]) => {
      const text = `{"status":0,"body":{"series":[]}}${' '.repeat(100_000)}`;
      const { server, client, user } = await startBench(
        (_, response) => {
          if (encoding === 'gzip') response.setHeader('content-encoding', 'gzip');
          response.end(encoding === 'gzip' ? gzipSync(text) : text);
        },
        { maxBodyBytes: limit },
      );
      await expect(getDevices(client, user)).rejects.toThrow(`too large: ${what} more than ${limit} bytes`);
      expect(server.asked).toHaveLength(1);
    },
  );

  test('in an encoding that was not asked for is refused', async () => {
    const { client, user } = await startBench((_, response) => {
      response.setHeader('content-encoding', 'br');
      response.end('x');
    });
    await expect(getDevices(client, user)).rejects.toMatchObject({ reason: 'protocol', retry: 'never' });
  });

  test('of another shape than its endpoint has is refused, naming the member', async () => {
    const { client, user } = await startBench(() => ({ status: 0, body: { devices: 7 } }));
    await expect(getDevices(client, user)).rejects.toThrow(/user getdevice for user "363": .*body\.devices/);
  });
});

describe('a request', () => {
  test('for a user is a form with his token in the header, and no other proof', async () => {
    const { server, client, user, gate } = await startBench(() => ({ status: 0, body: { signal: [1] } }));
    await getHeart(client, user, 48);
    const [asked] = server.asked;
    expect(asked?.path).toBe('/v2/heart');
    expect(asked?.headers).toMatchObject({
      authorization: 'Bearer token-0',
      'content-type': 'application/x-www-form-urlencoded',
      'accept-encoding': 'gzip',
    });
    expect(Object.fromEntries(asked?.form ?? [])).toEqual({ action: 'get', signalid: '48' });
    expect(gate.entered.map((entry) => entry.user)).toEqual(['363']);
  });

  test('with a signal token is signed over a fresh nonce, and carries no other proof', async () => {
    const seconds = 1_594_159_644;
    const { server, client } = await startBench(
      ({ path, index }) =>
        path === '/v2/signature'
          ? { status: 0, body: { nonce: `nonce-${index}` } }
          : { status: 0, body: { signal: [1] } },
      { now: () => seconds * 1000 + 999 },
    );
    await getHeartByToken(client, 'a-signal-token', { filtered: true });
    await getHeartByToken(client, 'a-signal-token');
    const forms = server.asked.map(({ form }) => Object.fromEntries(form));
    const signed = (form: Record<string, string>) => ({ ...form, signature: sign(form, CLIENT_SECRET) });
    expect(forms[0]).toEqual(signed({ action: 'getnonce', client_id: CLIENT_ID, timestamp: `${seconds}` }));
    expect(forms[1]).toEqual({
      ...signed({ action: 'get', client_id: CLIENT_ID, nonce: 'nonce-0' }),
      signal_token: 'a-signal-token',
      with_filtered: 'true',
    });
    expect(forms[2], 'two requests of one second would be the same').toMatchObject({ timestamp: `${seconds + 1}` });
    expect(forms[3]).toMatchObject({ nonce: 'nonce-2' });
    expect(server.asked.some(({ headers }) => 'authorization' in headers)).toBe(false);
  });

  test('has one key for the same endpoint, user and parameters, whatever proves it', async () => {
    const { gate, client, user, tokens } = await startBench(({ path, index }) =>
      path === '/v2/signature'
        ? { status: 0, body: { nonce: `nonce-${index}` } }
        : { status: 0, body: { signal: [1], devices: [] } },
    );
    await getHeart(client, user, 48);
    tokens.rejected.push('token-0');
    await getHeart(client, user, 48);
    await getHeart(client, user, 49);
    await getHeart(client, { ...user, userId: '364' }, 48);
    await revokeAccess(client, '363');
    await revokeAccess(client, '363');
    const keys = gate.entered.map(({ key }) => key);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[7]).toBe(keys[5]);
    expect(new Set(keys).size, 'heart get twice and revoke twice').toBe(keys.length - 2);
  });

  test('goes over kept connections', async () => {
    const ports = new Set<number | undefined>();
    const { client, user } = await startBench((_, response) => {
      ports.add(response.socket?.remotePort);
      return { status: 0, body: { devices: [] } };
    });
    for (let i = 0; i < 20; i++) await getDevices(client, user);
    // The next request may start before the last connection is put back.
    expect(ports.size).toBeLessThanOrEqual(2);
  });
});

describe('refuses at once, without a request', () => {
  const quota = new OpenGate();
  const base = { clientId: 'c', clientSecret: null, quota };

  test.for([
    'ftp://wbsapi.withings.net',
    'http://wbsapi.withings.net',
    'https://user:pass@wbsapi.withings.net',
    'https://wbsapi.withings.net/v2',
    'wbsapi.withings.net',
  ])('the URL %s', (apiUrl) => {
    expect(() => openClient({ ...base, apiUrl })).toThrow(ArgumentError);
    expect(() => openClient({ ...base, apiUrl })).not.toThrow(/pass@/);
  });

  test('a signed call without a secret', async () => {
    const client = openClient(base);
    await expect(revokeAccess(client, '363')).rejects.toThrow(/WITHINGS_CLIENT_SECRET/);
    await client.close();
  });

  test('parameters that are missing, unknown or no numbers, and the wrong proof', async () => {
    const client = openClient(base);
    const auth = { by: 'user', user: { userId: '1', tokens: { accessToken: async () => 't' } } } as const;
    const untyped = client.call.bind(client) as (
      endpoint: string,
      parameters: object,
      options: object,
    ) => Promise<unknown>;
    await expect(untyped('heart get', {}, { auth })).rejects.toThrow(
      'heart get: got no signalid, expected signalid, with_filtered',
    );
    await expect(untyped('heart get', { signalid: 1, signal_token: 'x' }, { auth })).rejects.toThrow(ArgumentError);
    await expect(untyped('heart get', { signalid: 1.5 }, { auth })).rejects.toThrow(ArgumentError);
    await expect(untyped('heart get', { signalid: 1 }, { auth: { by: 'secret' } })).rejects.toThrow(
      'heart get: got proof by secret, expected bearer',
    );
    await client.close();
  });
});

test('an unreachable server is one line with the remedy', async () => {
  const { server, client, user, gate } = await startBench(() => ({}), { retry: { attempts: 3 } });
  await server.close();
  const error = await getDevices(client, user).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ reason: 'network', retry: 'later', status: null });
  expect(String(error)).toMatch(/user getdevice for user "363": no connection \(.*ECONNREFUSED.*\) .*WITHINGS_API_URL/);
  expect(String(error)).not.toContain('\n');
  expect(new Set(gate.entered.map(({ key }) => key)).size, 'what never arrived is not repeated').toBe(3);
});

test('a server that cannot be trusted is asked once, and not at all in the clear', async () => {
  const { server, user } = await startBench(() => ({ status: 0, body: { devices: [] } }));
  const apiUrl = server.url.replace('http:', 'https:');
  const client = openClient({ clientId: 'c', clientSecret: null, quota: new OpenGate(), apiUrl });
  await expect(getDevices(client, user)).rejects.toMatchObject({ reason: 'network', retry: 'never' });
  await client.close();
  expect(server.asked).toHaveLength(0);
});

test('every paged endpoint takes an offset, and no other does', () => {
  for (const [name, { paged, optional }] of Object.entries(ENDPOINTS)) {
    expect((optional as readonly string[]).includes('offset'), name).toBe(paged);
  }
});
