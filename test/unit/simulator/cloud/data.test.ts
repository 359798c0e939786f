import { afterEach, describe, expect, it } from 'vitest';
import type { CloudOptions } from '../../../../src/simulator/cloud/options.ts';
import type { SimulatedCloud } from '../../../../src/simulator/cloud/start-cloud.ts';
import { simulate } from '../../../../src/simulator/simulate.ts';
import { type Client, type Envelope, openCloud, START } from './client.ts';

type Frame = { data: string | Record<string, number[]>; startdate: number; enddate: number; type: number };
type Entry = {
  ecg?: { signalid: number | string };
  signalid?: number | string;
  timestamp: number;
  modified?: number;
  heart_rate?: number;
};

const DAY = 86_400;
const WINDOW = { startdate: START, enddate: START + 2 * DAY };
const OPTIONS = { users: 2, days: 2, hours: 0.3, seed: 5, stethoSeconds: 2 } as const;

describe('data of the simulated cloud', () => {
  let cloud: SimulatedCloud & Client;
  const open = async (options: CloudOptions = {}): Promise<void> => {
    cloud = await openCloud({ ...OPTIONS, ...options });
  };
  afterEach(() => cloud.close());

  const pages = async (path: string, form: Record<string, string | number>, token: string): Promise<Envelope[]> => {
    const answers: Envelope[] = [];
    for (let offset = 0, more = true; more; ) {
      const answer = await cloud.call(path, { ...form, offset }, token);
      expect(answer.status).toBe(0);
      answers.push(answer);
      more = Boolean(answer.body['more']);
      const next = Number(answer.body['offset']);
      expect(more ? next > offset : next === 0).toBe(true);
      offset = next;
    }
    return answers;
  };
  const framesOf = async (user: number, rawdata_type: number, window: object = WINDOW): Promise<Frame[]> => {
    const token = await cloud.token(user);
    const form = { action: 'get', hash_deviceid: await watchOf(token), rawdata_type, ...window };
    return (await pages('/v2/rawdata', form, token)).flatMap(({ body }) => body['rawdata'] as Frame[]);
  };
  const watchOf = async (token: string): Promise<string> => {
    const { body } = await cloud.call('/v2/user', { action: 'getdevice' }, token);
    const devices = body['devices'] as { model_id: number; hash_deviceid?: string }[];
    return devices.find(({ model_id: model }) => model === 93)?.hash_deviceid ?? '';
  };
  const entriesOf = async (path: string, token: string, window: object = WINDOW): Promise<Entry[]> =>
    (await pages(path, { action: 'list', ...window }, token)).flatMap(({ body }) => body['series'] as Entry[]);

  it('delivers every sample that simulate writes, in odd pages, as objects and as strings', async () => {
    await open();
    for (const user of [0, 1]) {
      const truth = new Map(
        truthOf(user, ['ppg', 'accel']).map(({ path, body }) => [path, body['rawdata'] as Frame[]]),
      );
      for (const [kind, type] of [
        ['ppg', 2],
        ['accel', 1],
      ] as const) {
        const expected = [...truth].filter(([path]) => path.includes(kind)).flatMap(([, frames]) => frames);
        const got = await framesOf(user, type);
        expect(samplesOf(got)).toEqual(samplesOf(expected));
        expect(new Set(got.map(({ data }) => typeof data))).toEqual(
          new Set(user === 0 ? ['object', 'string'] : ['string']),
        );
        expect(got.length).toBeGreaterThan(new Set(got.map(({ startdate }) => startdate)).size);
      }
    }
  });

  it('delivers the frames that touch a window, and no others', async () => {
    await open({ days: 1 });
    const all = await framesOf(0, 2);
    const [from, to] = [START + 400, START + 700];
    const got = await framesOf(0, 2, { startdate: from, enddate: to });
    const touching = all.filter(({ startdate, enddate }) => startdate <= to && enddate >= from);
    expect(got).toEqual(touching);
    expect(await framesOf(0, 2, { startdate: START + 10 * DAY, enddate: START + 11 * DAY })).toEqual([]);
  });

  it('lists every recording once, newest first, and delivers the bodies that simulate writes', async () => {
    await open();
    for (const user of [0, 1]) {
      const token = await cloud.token(user);
      const hearts = await entriesOf('/v2/heart', token);
      const stethos = await entriesOf('/v2/stetho', token);
      for (const entries of [hearts, stethos]) {
        const times = entries.map(({ timestamp }) => timestamp);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      }
      expect(hearts.filter(({ ecg }) => ecg === undefined)).toHaveLength(1);
      const ids = {
        ecg: hearts.flatMap(({ ecg }) => ecg?.signalid ?? []),
        stetho: stethos.map(({ signalid }) => signalid),
      };
      for (const kind of ['ecg', 'stetho'] as const) {
        const truth = truthOf(user, [kind]);
        expect(new Set(ids[kind].map(Number))).toEqual(new Set(truth.map(({ signalid }) => signalid)));
        expect(ids[kind]).toHaveLength(truth.length);
        for (const { signalid, body } of truth) {
          const path = kind === 'ecg' ? '/v2/heart' : '/v2/stetho';
          expect(await cloud.call(path, { action: 'get', signalid: Number(signalid) }, token)).toEqual({
            status: 0,
            body,
          });
        }
      }
    }
  });

  it('keeps lists to their window', async () => {
    await open();
    const token = await cloud.token(0);
    const all = await entriesOf('/v2/heart', token);
    const second = await entriesOf('/v2/heart', token, { startdate: START + DAY, enddate: START + 2 * DAY });
    expect(second).toEqual(all.filter(({ timestamp }) => timestamp >= START + DAY));
    expect(await entriesOf('/v2/heart', token, {})).toEqual(all);
  });

  it('writes ids as numbers and as text, more as a boolean and as 0 or 1', async () => {
    await open({ users: 12, days: 1, hours: 0.01 });
    const seen = new Set<string>();
    for (let user = 0; user < 12; user++) {
      const token = await cloud.token(user);
      const { body } = await cloud.call('/v2/heart', { action: 'list', ...WINDOW }, token);
      for (const { ecg } of body['series'] as Entry[]) if (ecg) seen.add(`id ${typeof ecg.signalid}`);
      seen.add(`more ${typeof body['more']}`);
    }
    expect([...seen].toSorted()).toEqual(['id number', 'id string', 'more boolean', 'more number']);
  });

  it('gives equal requests equal bytes, from another cloud of the same seed too', async () => {
    await open();
    const other = await openCloud(OPTIONS);
    const bytes = async (from: SimulatedCloud & Client): Promise<string[]> => {
      const token = await from.token(1);
      const form = { action: 'get', hash_deviceid: await watchOf(await cloud.token(1)), rawdata_type: 2, ...WINDOW };
      const answers = [
        await from.post('/v2/rawdata', form, token),
        await from.post('/v2/heart', { action: 'list' }, token),
      ];
      return Promise.all(answers.map((answer) => answer.text()));
    };
    const first = await bytes(cloud);
    expect(await bytes(cloud)).toEqual(first);
    expect(await bytes(other)).toEqual(first);
    await other.close();
  });

  it('answers a signal that is still on the watch with an empty one until it is released', async () => {
    await open({ days: 1 });
    const token = await cloud.token(0);
    const signalid = 10010006;
    const get = async (): Promise<unknown[]> =>
      (await cloud.call('/v2/heart', { action: 'get', signalid }, token)).body['signal'] as unknown[];
    const modified = async (): Promise<number | undefined> =>
      (await entriesOf('/v2/heart', token)).find(({ ecg }) => Number(ecg?.signalid) === signalid)?.modified;
    expect(await get()).toEqual([]);
    expect(await get()).toEqual([]);
    const before = await modified();
    expect(await cloud.control('release', { user: 0 })).toEqual({ released: [signalid] });
    const arrived = [...simulate({ ...OPTIONS, days: 1, users: 1, arrived: true })].find(({ path }) =>
      path.includes(`${signalid}`),
    );
    expect(await get()).toEqual(JSON.parse(arrived?.text ?? '').response.body.signal);
    expect(await modified()).toBeGreaterThan(before ?? Infinity);
  });

  it('answers every fourth watch ECG empty for the first asks', async () => {
    await open({ pendingAsks: 2, users: 6, days: 3, hours: 0.01 });
    const asks: number[] = [];
    for (let user = 0; user < 6; user++) {
      const token = await cloud.token(user);
      for (let i = 1; i <= 15; i++) {
        const form = { action: 'get', signalid: 10_000 * (1001 + user) + i };
        let empty = 0;
        let answer = await cloud.call('/v2/heart', form, token);
        for (; answer.status === 0 && (answer.body['signal'] as unknown[]).length === 0; empty++) {
          answer = await cloud.call('/v2/heart', form, token);
        }
        if (answer.status === 0) asks.push(empty);
      }
    }
    expect(new Set(asks)).toEqual(new Set([0, 2]));
    const share = asks.filter((empty) => empty === 2).length / asks.length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.35);
  });

  it('holds days back and brings them on demand, in the end all that simulate writes', async () => {
    await open({ heldBackDays: 1 });
    const token = await cloud.token(0);
    expect((await framesOf(0, 2)).every(({ enddate }) => enddate < START + DAY)).toBe(true);
    expect((await entriesOf('/v2/heart', token)).every(({ timestamp }) => timestamp < START + DAY)).toBe(true);
    await cloud.control('reveal', { user: 0 });
    const expected = truthOf(0, ['ppg']).flatMap(({ body }) => body['rawdata'] as Frame[]);
    expect(samplesOf(await framesOf(0, 2))).toEqual(samplesOf(expected));
    expect((await entriesOf('/v2/heart', token)).length).toBe(8);
  });

  it('synchronises a share late, in windows that were asked before', async () => {
    await open({ lateShare: 0.5, days: 1, hours: 0.8 });
    const early = samplesOf(await framesOf(1, 1));
    await cloud.control('reveal', { late: 1 });
    const all = samplesOf(await framesOf(1, 1));
    const expected = [...simulate({ ...OPTIONS, days: 1, hours: 0.8 })].filter(({ path }) =>
      path.startsWith('user-1002/accel'),
    );
    expect(all).toEqual(samplesOf(expected.flatMap(({ text }) => JSON.parse(text).response.body.rawdata as Frame[])));
    expect(early.length).toBeLessThan(all.length);
    expect(early.length).toBeGreaterThan(0);
  });

  it('shows a changed list entry with a later modification time', async () => {
    await open({ days: 1 });
    const token = await cloud.token(0);
    const before = await entriesOf('/v2/heart', token);
    await cloud.control('change', { user: 0, signalid: 10010001 });
    const changed = (await entriesOf('/v2/heart', token)).filter((entry, i) => entry.modified !== before[i]?.modified);
    expect(changed.map(({ ecg }) => Number(ecg?.signalid))).toEqual([10010001]);
  });

  it('shows nothing of other users, and says so in the report', async () => {
    await open({ days: 1 });
    const token = await cloud.token(0);
    const foreign = await watchOf(await cloud.token(1));
    expect((await cloud.call('/v2/heart', { action: 'get', signalid: 10020001 }, token)).status).toBe(503);
    const form = { action: 'get', hash_deviceid: foreign, rawdata_type: 2, ...WINDOW };
    expect((await cloud.call('/v2/rawdata', form, token)).body['rawdata']).toEqual([]);
    expect(cloud.report().violations.map(({ kind }) => kind)).toEqual(['foreign-data', 'foreign-data']);
  });

  it('takes a signal token with a signature in place of a user, never both', async () => {
    await open({ days: 1 });
    const { signal_token } = await cloud.control('signal-token', { user: 0, signalid: 10010001 });
    const form = async (): Promise<Record<string, string>> => {
      const nonce = await cloud.nonce();
      const signature = cloud.sign('get', cloud.clientId, nonce);
      return { action: 'get', client_id: cloud.clientId, nonce, signature, signal_token: String(signal_token) };
    };
    const [{ body } = { body: {} }] = truthOf(0, ['ecg']);
    const once = await form();
    expect(await cloud.call('/v2/heart', once)).toEqual({ status: 0, body });
    expect((await cloud.call('/v2/heart', once)).status).toBe(503);
    expect((await cloud.call('/v2/heart', { ...(await form()), signature: '0' })).status).toBe(503);
    expect((await cloud.call('/v2/heart', await form(), await cloud.token(0))).status).toBe(503);
    const kinds = cloud.report().violations.map(({ kind }) => kind);
    expect(kinds).toEqual(['used-nonce', 'bad-signature', 'two-auth-forms']);
  });

  it('refuses what is missing, malformed or too long, and services that do not exist', async () => {
    await open({ days: 1 });
    const token = await cloud.token(0);
    const form = { action: 'get', hash_deviceid: await watchOf(token), rawdata_type: 2, ...WINDOW };
    const status = async (path: string, changes: object): Promise<number> =>
      (await cloud.call(path, { ...form, ...changes }, token)).status;
    expect(await status('/v2/rawdata', { enddate: START + 8 * DAY })).toBe(503);
    expect(await status('/v2/rawdata', { startdate: 'yesterday' })).toBe(503);
    expect(await status('/v2/rawdata', { startdate: '' })).toBe(503);
    expect(await status('/v2/rawdata', { offset: -1 })).toBe(503);
    expect(await status('/v2/rawdata', { rawdata_type: 3 })).toBe(503);
    expect(await status('/v2/heart', {})).toBe(503);
    expect(await status('/v2/heart', { action: 'delete' })).toBe(2554);
    expect(await status('/v3/heart', {})).toBe(2554);
    expect((await cloud.call('/v2/heart', { action: 'list' })).status).toBe(401);
    expect(await status('/v2/rawdata', { action: 'activate' })).toBe(0);
    expect(await status('/v2/rawdata', { action: 'deactivate' })).toBe(0);
    expect(await status('/v2/rawdata', { action: 'activate', hash_deviceid: 'none' })).toBe(503);
  });

  it('compresses for those who accept it, and not otherwise', async () => {
    await open({ days: 1 });
    const token = await cloud.token(0);
    const ask = async (encoding: string): Promise<[string | null, string]> => {
      const response = await fetch(`${cloud.url}/v2/heart?action=list`, {
        headers: { authorization: `Bearer ${token}`, 'accept-encoding': encoding },
      });
      return [response.headers.get('content-encoding'), await response.text()];
    };
    const [plain, zipped] = [await ask('identity'), await ask('gzip')];
    expect([plain[0], zipped[0]]).toEqual([null, 'gzip']);
    expect(zipped[1]).toBe(plain[1]);
  });

  it('answers alike with a cache that holds nothing, and with everything made beforehand', async () => {
    await open({ cacheBytes: 0 });
    const without = await framesOf(0, 2);
    await cloud.close();
    await open();
    expect(await cloud.control('warm', { user: 0, kind: 'ppg' })).toEqual({ sensorDays: 2 });
    expect(await framesOf(0, 2)).toEqual(without);
  });
});

type Truth = { path: string; signalid?: number; body: Record<string, unknown> };

const FILES = [...simulate(OPTIONS)];

function truthOf(user: number, kinds: readonly string[]): Truth[] {
  return FILES.filter(({ path }) => path.startsWith(`user-${1001 + user}/`))
    .map(({ path, text }) => ({
      path,
      ...(JSON.parse(text) as { kind: string; signalid?: number; response: Envelope }),
    }))
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ path, signalid, response: { body } }) => ({ path, body, ...(signalid !== undefined && { signalid }) }));
}

/** One line a distinct sample, in order of the counter. */
function samplesOf(frames: readonly Frame[]): string[] {
  const samples = new Set<string>();
  for (const { data } of frames) {
    if (data === '') continue;
    const columns = (typeof data === 'string' ? JSON.parse(data) : data) as Record<string, number[]>;
    const names = Object.keys(columns).toSorted();
    for (let i = 0; i < (columns['id'] ?? []).length; i++) {
      samples.add(names.map((name) => `${name}=${columns[name]?.[i]}`).join(' '));
    }
  }
  return [...samples].toSorted();
}
