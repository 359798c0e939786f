import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FAULT_PROFILES, type FaultProfileName, faultProfile } from '../../../../src/simulator/cloud/fault-profiles.ts';
import { Faults } from '../../../../src/simulator/cloud/faults.ts';
import type { SimulatedCloud } from '../../../../src/simulator/cloud/start-cloud.ts';
import { type Client, openCloud, REDIRECT, redirectOf, START } from './client.ts';

const LIST = { action: 'list', startdate: START, enddate: START + 86_400 };

describe('faults of the simulated cloud', () => {
  let cloud: SimulatedCloud & Client;
  let token: string;
  const open = async (faults: FaultProfileName): Promise<void> => {
    cloud = await openCloud({ faults, hours: 0.2, pageFrames: 5, pendingAsks: 0 });
    token = await cloud.token(0);
  };
  afterEach(() => cloud.close());

  it.each(['reset-before', 'reset-after', 'reset-middle', 'stall', 'stall-middle', 'truncated-length'] as const)(
    '%s: the first answer breaks off, the second is whole',
    async (faults) => {
      await open(faults);
      const broken = cloud.post('/v2/heart', LIST, token).then((response) => response.text());
      await expect(broken).rejects.toThrow(/fetch failed|terminated|other side closed/);
      expect((await cloud.call('/v2/heart', LIST, token)).status).toBe(0);
      expect(cloud.report().endpoints['heart list']?.faults).toEqual({ [faults]: 1 });
    },
  );

  it('truncated-length promises more bytes than come, truncated-body does not', async () => {
    for (const [faults, honest] of [
      ['truncated-length', false],
      ['truncated-body', true],
    ] as const) {
      await open(faults);
      const raw = await rawAnswer(cloud.url, token);
      const [head = '', body = ''] = raw.split('\r\n\r\n');
      const promised = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      expect(promised === Buffer.byteLength(body)).toBe(honest);
      expect(() => JSON.parse(body) as unknown).toThrow('JSON');
      await cloud.close();
    }
    await open('none');
  });

  it.each([
    ['html', 200],
    ['http-500', 500],
    ['http-502', 502],
  ] as const)('%s: a page in place of the envelope, with HTTP status %i', async (faults, http) => {
    await open(faults);
    const response = await cloud.post('/v2/heart', LIST, token);
    expect([response.status, response.headers.get('content-type')]).toEqual([http, 'text/html; charset=UTF-8']);
    expect(await response.text()).toMatch(/^<!DOCTYPE html>/);
    expect((await cloud.call('/v2/heart', LIST, token)).status).toBe(0);
  });

  it.each([
    ['status-522', 522],
    ['status-601', 601],
    ['expired-token', 401],
  ] as const)('%s: an envelope of status %i', async (faults, status) => {
    await open(faults);
    expect((await cloud.call('/v2/heart', LIST, token)).status).toBe(status);
    if (faults === 'expired-token') token = await cloud.token(0);
    expect((await cloud.call('/v2/heart', LIST, token)).status).toBe(0);
    expect(cloud.report().violationCount).toBe(0);
  });

  it('carries a refresh out whose answer is lost, after which the old refresh token still works', async () => {
    await open('reset-after');
    const pair = await cloud.control('token', { user: 0 });
    const refresh = { grant_type: 'refresh_token', refresh_token: String(pair['refresh_token']) };
    await expect(cloud.requestToken(refresh)).rejects.toThrow('fetch failed');
    expect((await cloud.requestToken(refresh)).status).toBe(0);
    expect(cloud.report().violationCount).toBe(0);
  });

  it('never loses the answer to a code, which works once', async () => {
    await open('reset-after');
    const back = await redirectOf(cloud.authorizeUrl({ simulate_user: '0' }));
    const code = back.searchParams.get('code') ?? '';
    const answer = await cloud.requestToken({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT });
    expect(answer.status).toBe(0);
  });

  it('repeats, turns round and overlaps what a page holds, and loses nothing', async () => {
    const rawdata = async (): Promise<{ frames: string[][]; offsets: number[] }> => {
      const { body } = await cloud.call('/v2/user', { action: 'getdevice' }, token);
      const device = (body['devices'] as { model_id: number; hash_deviceid: string }[]).find((d) => d.model_id === 93);
      const form = { ...LIST, action: 'get', rawdata_type: 1, hash_deviceid: device?.hash_deviceid ?? '' };
      const frames: string[][] = [];
      const offsets: number[] = [];
      for (let offset = 0, more = true; more; ) {
        const page = (await cloud.call('/v2/rawdata', { ...form, offset }, token)).body;
        frames.push((page['rawdata'] as object[]).map((frame) => JSON.stringify(frame)));
        offset = Number(page['offset']);
        more = Boolean(page['more']) && !offsets.includes(offset);
        offsets.push(offset);
      }
      return { frames, offsets };
    };
    await open('none');
    const plain = await rawdata();
    const distinct = [...new Set(plain.frames.flat())].toSorted();
    for (const faults of ['duplicated', 'reordered', 'overlapping', 'repeated-offset'] as const) {
      await cloud.close();
      await open(faults);
      const { frames, offsets } = await rawdata();
      if (faults === 'repeated-offset') {
        expect(offsets.slice(-2)).toEqual([5, 5]);
        continue;
      }
      expect([...new Set(frames.flat())].toSorted(), faults).toEqual(distinct);
      expect(frames).not.toEqual(plain.frames);
      if (faults === 'duplicated') expect(frames.flat().length).toBeGreaterThan(plain.frames.flat().length);
      if (faults === 'reordered') expect(frames).toEqual(plain.frames.map((page) => page.toReversed()));
      if (faults === 'overlapping') expect(frames.length).toBeGreaterThan(plain.frames.length);
    }
  });

  it('says text/html of JSON under wrong-content-type', async () => {
    await open('wrong-content-type');
    const response = await cloud.post('/v2/heart', LIST, token);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(((await response.json()) as { status: number }).status).toBe(0);
  });
});

describe('fault profiles', () => {
  const draws = (profile: FaultProfileName, seed: number, attempts = 12) => {
    const faults = new Faults(faultProfile(profile), seed);
    return Array.from({ length: 300 }, (_, i) =>
      Array.from({ length: attempts }, () => faults.draw({ request: `request ${i}`, once: false, withToken: true })),
    );
  };

  it('fail a request at most three times in a row, at the worst', () => {
    let longest = 0;
    for (const attempts of draws('worst', 3)) {
      let inARow = 0;
      for (const { failure } of attempts) {
        inARow = failure === undefined ? 0 : inARow + 1;
        longest = Math.max(longest, inARow);
      }
    }
    expect(longest).toBe(3);
  });

  it('are functions of seed, request and attempt', () => {
    expect(draws('worst', 3)).toEqual(draws('worst', 3));
    expect(draws('worst', 3)).not.toEqual(draws('worst', 4));
    for (const attempts of draws('worst', 3)) {
      expect(new Set(attempts.filter(({ failure }) => failure === undefined).map(({ shape }) => shape)).size).toBe(1);
    }
  });

  it('have every fault at the worst but the offset that never ends', () => {
    const fates = draws('worst', 1).flat();
    const seen = new Set(fates.flatMap(({ failure, shape }) => [failure, shape]).filter((kind) => kind !== undefined));
    const all = FAULT_PROFILES.filter((name) => !['none', 'mild', 'worst', 'repeated-offset'].includes(name));
    expect([...seen].toSorted()).toEqual(all.toSorted());
    const failed = fates.filter(({ failure }) => failure !== undefined).length / fates.length;
    expect(failed).toBeGreaterThan(0.2);
    expect(failed).toBeLessThan(0.5);
  });

  it('answer too many requests in bursts', () => {
    const kinds = draws('worst', 2, 1)
      .flat()
      .map(({ failure }) => (failure === 'status-601' ? 'x' : '-'))
      .join('');
    expect(kinds).toMatch(/xxxx/);
  });

  it('are known by name', async () => {
    await expect(openCloud({ faults: 'all' as FaultProfileName })).rejects.toThrow(
      'faults is all, expected one of none',
    );
  });
});

/** The bytes of an answer as they come, until the server hangs up. */
function rawAnswer(url: string, token: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `GET /v2/heart?action=list HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\n\r\n`,
      );
    });
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('end', () => resolve(text)).on('error', reject);
  });
}
