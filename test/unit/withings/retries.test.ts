import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { AbortedError } from '../../../src/core/errors.ts';
import { getDevices } from '../../../src/withings/endpoints/devices.ts';
import { backOffMs } from '../../../src/withings/http/retry.ts';
import { refreshTokens, tokensByCode } from '../../../src/withings/tokens/oauth.ts';
import { type Bench, startBench } from '../../support/api-client.ts';
import type { Asked } from '../../support/api-server.ts';

const GOOD = { status: 0, body: { devices: [{ deviceid: 'd' }] } };

/** A fault twice, then a good answer. */
function afterFaults(
  fault: (response: ServerResponse, asked: Asked) => unknown,
  options: Parameters<typeof startBench>[1] = {},
): Promise<Bench> {
  return startBench((asked, response) => (asked.index < 2 ? fault(response, asked) : GOOD), options);
}

const LONG = JSON.stringify({ status: 0, body: { devices: [], padding: 'x'.repeat(200_000) } });

const PASSING: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  'status 522': () => ({ status: 522, body: {}, error: 'Timeout' }),
  'HTTP 502 with a page of a proxy': (response) => {
    response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
  },
  'HTTP 500 with an envelope': (response) => {
    response.writeHead(500).end(JSON.stringify(GOOD));
  },
  'a page of a proxy with HTTP 200': (response) => {
    response.setHeader('content-type', 'application/json');
    response.end('<html><body>maintenance</body></html>');
  },
  'a reset before the answer': (response) => {
    response.socket?.resetAndDestroy();
  },
  'a reset in the middle of the body': (response) => {
    response.write(LONG.slice(0, 100_000), () => response.socket?.resetAndDestroy());
  },
  'a body that is shorter than its length': (response) => {
    response.setHeader('content-length', LONG.length);
    response.write(LONG.slice(0, 1000), () => response.socket?.end());
  },
  'a body cut where its length says it ends': (response) => {
    response.end(LONG.slice(0, -1));
  },
  'an empty body': (response) => {
    response.end();
  },
  'a gzip that is cut': (response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(LONG).subarray(0, -10));
  },
  'a gzip that is none': (response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(LONG);
  },
  'what is not HTTP': (response) => {
    response.socket?.end('220 smtp.example ready\r\n');
  },
};

describe('goes on after', () => {
  test.for(Object.keys(PASSING))('%s', async (name) => {
    const { server, client, user, gate, notices } = await afterFaults((response) => PASSING[name]?.(response));
    const { devices } = await getDevices(client, user);
    expect(devices).toHaveLength(1);
    expect(server.asked).toHaveLength(3);
    expect(new Set(gate.entered.map(({ key }) => key)).size, 'repetitions are told to the gate as such').toBe(1);
    expect(gate.over, 'and when they were over').toEqual(gate.entered.map(({ key }) => key));
    expect(gate.entered).toHaveLength(3);
    expect(notices).toHaveLength(2);
  });

  test('an answer that does not begin, and one that does not go on', async () => {
    const { client, user, server } = await afterFaults(
      (response, { index }) => {
        if (index === 1) response.write('{"status":0,');
      },
      { timeouts: { headersMs: 1000, bodyMs: 1000 } },
    );
    expect((await getDevices(client, user)).devices).toHaveLength(1);
    expect(server.asked).toHaveLength(3);
  });
});

describe('gives up', () => {
  test('after the attempts allowed, with what came last', async () => {
    const { server, client, user } = await startBench((_, response) => PASSING['status 522']?.(response), {
      retry: { attempts: 4 },
    });
    await expect(getDevices(client, user)).rejects.toMatchObject({
      reason: 'timeout',
      status: 522,
      endpoint: 'user getdevice',
    });
    expect(server.asked).toHaveLength(4);
  });

  test.for([
    [503, 'invalid parameters'],
    [400, 'invalid parameters'],
    [277, 'unauthorized'],
    [2554, 'invalid parameters'],
    [524, 'server'],
    [2556, 'server'],
  ] as const)('at once on status %i', async ([status, reason]) => {
    const { server, client, user } = await startBench(() => ({ status, body: {}, error: 'no' }));
    await expect(getDevices(client, user)).rejects.toMatchObject({ reason, status, retry: 'never' });
    expect(server.asked).toHaveLength(1);
  });

  test.for([301, 400, 403, 404] as const)('at once on HTTP status %i', async (status) => {
    const { server, client, user } = await startBench((_, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    await expect(getDevices(client, user)).rejects.toMatchObject({ status: null, retry: 'never' });
    expect(server.asked).toHaveLength(1);
  });

  test('at once on a dead refresh token or code, and says what to do', async () => {
    const { server, client } = await startBench(() => ({
      status: 503,
      body: {},
      error: 'Invalid Params: invalid refresh_token',
    }));
    await expect(refreshTokens(client, 'dead')).rejects.toThrow(
      /status 503 "Invalid Params: invalid refresh_token", .*withings-signals auth login/,
    );
    await expect(tokensByCode(client, { code: 'late', redirectUri: 'http://localhost/' })).rejects.toThrow(
      /auth login/,
    );
    expect(server.asked).toHaveLength(2);
  });
});

test('backs off by full jitter under a cap', () => {
  const policy = { attempts: 6, baseMs: 1000, capMs: 5000, patienceMs: 0 };
  const longest = [1, 2, 3, 4, 2000].map((failures) => backOffMs(failures, { ...policy, random: () => 1 }));
  expect(longest).toEqual([1000, 2000, 4000, 5000, 5000]);
  expect(backOffMs(3, { ...policy, random: () => 0.25 })).toBe(1000);
  expect(backOffMs(3, { ...policy, random: () => 0 })).toBe(0);
});

describe('too many requests', () => {
  const cases = [
    [{ wait_seconds: 188 }, 'Same arguments in less than 10 seconds', 188_000, 'key'],
    [{}, 'Same arguments in less than 10 seconds', 10_000, 'key'],
    [{ wait_seconds: '7' }, 'Too Many Requests', 7000, 'all'],
    [[], 'Too Many Requests', 60_000, 'all'],
    [{ wait_seconds: 0 }, undefined, 1000, 'all'],
  ] as const;

  test.for(cases)('%o %s waits, and then goes on', async ([body, error, ms, scope]) => {
    const { client, user, gate } = await afterFaults(() => ({ status: 601, body, error }), { retry: { attempts: 1 } });
    expect((await getDevices(client, user)).devices).toHaveLength(1);
    const expected = { ms, scope: scope === 'all' ? 'all' : { key: gate.entered[0]?.key } };
    expect(gate.deferred).toEqual([expected, expected]);
    expect(gate.entered).toHaveLength(3);
  });

  test('as HTTP 429 waits as its header says', async () => {
    const { client, user, gate } = await afterFaults((response) => {
      response.writeHead(429, { 'retry-after': '5' }).end();
    });
    await getDevices(client, user);
    expect(gate.deferred.map(({ ms }) => ms)).toEqual([5000, 5000]);
  });

  test('ends when it has waited long enough, and says how long the server still wants', async () => {
    const { server, client, user } = await startBench(() => ({ status: 601, body: { wait_seconds: 1000 } }), {
      retry: { patienceMs: 2_500_000 },
    });
    await expect(getDevices(client, user)).rejects.toMatchObject({ reason: 'rate limited', waitSeconds: 1000 });
    expect(server.asked).toHaveLength(3);
  });
});

describe('a token that the server refuses', () => {
  test.for([401, 100, 101, 102, 200] as const)('with status %i is replaced', async (status) => {
    const { server, client, user, tokens, gate } = await startBench(({ headers }) =>
      headers.authorization === 'Bearer token-1'
        ? GOOD
        : { status, body: {}, error: 'The access token provided is invalid' },
    );
    expect((await getDevices(client, user)).devices).toHaveLength(1);
    expect(tokens.rejected).toEqual(['token-0']);
    expect(server.asked).toHaveLength(2);
    expect(gate.entered[0]?.key, 'the guard may not look at tokens').toBe(gate.entered[1]?.key);
  });

  test('although it is new is replaced as well', async () => {
    const { client, user, tokens } = await startBench(({ headers }) =>
      headers.authorization === 'Bearer token-3' ? GOOD : { status: 401, body: {} },
    );
    expect((await getDevices(client, user)).devices).toHaveLength(1);
    expect(tokens.rejected).toEqual(['token-0', 'token-1', 'token-2']);
  });

  test('seven times is an error that says to authorise again', async () => {
    const { server, client, user } = await startBench(() => ({ status: 401, body: {}, error: 'invalid_token' }));
    await expect(getDevices(client, user)).rejects.toThrow(/status 401 "invalid_token".*authorise again/);
    expect(server.asked).toHaveLength(7);
  });

  test('is a matter of the application when no user is involved', async () => {
    const { server, client } = await startBench(() => ({ status: 401, body: {} }));
    await expect(refreshTokens(client, 'r')).rejects.toThrow(/"Authentication failed".*WITHINGS_CLIENT_SECRET/);
    expect(server.asked).toHaveLength(1);
  });
});

describe('the signal to stop', () => {
  test('ends a request under way, and closes its connection', async () => {
    const stop = new AbortController();
    const { client, user, server } = await startBench((_, response) => {
      response.write('{"status":0,');
      closed = once(response, 'close');
      stop.abort();
    });
    let closed: Promise<unknown> | undefined;
    await expect(getDevices(client, user, { signal: stop.signal })).rejects.toThrow(AbortedError);
    await closed;
    expect(server.asked).toHaveLength(1);
  });

  test('ends a wait between attempts', async () => {
    const stop = new AbortController();
    const { client, user } = await startBench(() => ({ status: 522 }), {
      notice: () => stop.abort(),
      retry: { baseMs: 1_000_000, capMs: 1_000_000, random: () => 1 },
    });
    await expect(getDevices(client, user, { signal: stop.signal })).rejects.toThrow(AbortedError);
  });

  test('that fired before prevents the request', async () => {
    const { client, user, server } = await startBench(() => GOOD);
    await expect(getDevices(client, user, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
    expect(server.asked).toHaveLength(0);
  });

  test('may be shared by many requests', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const { client, user } = await startBench(() => GOOD);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 40 }, () => getDevices(client, user, { signal })));
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});

test('closing the client ends calls under way', async () => {
  const { client, user } = await startBench(() => {
    void client.close();
  });
  await expect(getDevices(client, user)).rejects.toThrow(AbortedError);
});
