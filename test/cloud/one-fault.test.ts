import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listPages, type SignalKind } from 'withings-signals';
import { temporaryFolder } from '../support/answers.ts';
import { authoriseUsers, requestsSince, SPAN, type TestCloud, tablesOf, truthOf } from '../support/cloud.ts';
import { archiveOf, DAY, heldBy, NOW, openCohort, PEOPLE, type Signals, START } from '../support/cohort.ts';

/** Of user 0, whose number is 1001. */
const DEVICES = { endpoint: 'user getdevice' };

describe.concurrent('what the cloud will not give costs only that', () => {
  it.for([
    ['a status that stays', { status: '2556', error: 'Unknown' }, /got status 2556/],
    ['an id deleted meanwhile', { status: '503', error: 'Invalid Params: signalid' }, /got status 503/],
    ['no right to it', { status: '277', error: 'Unauthorized' }, /got status 277/],
    ['a time-out', { status: '522', error: 'Timeout' }, /got status 522/],
    ['a bad state', { status: '524', error: 'Bad state' }, /got status 524/],
    ['a page of a proxy', { text: '<html><body>denied</body></html>' }, /the answer cannot be read: not JSON/],
    ['half an answer', { text: '{"status":0,"body":{"sig' }, /the answer cannot be read: truncated JSON/],
    ['a body that is none', { text: '{"status":0,"body":7}' }, /got a body that is no object/],
    ['a signal that is none', { body: '{"signal":"abc","sampling_frequency":300}' }, /cannot be decoded: .*got "abc"/],
    ['a hole in it', { body: '{"signal":[1,null,3],"sampling_frequency":300}' }, /cannot be decoded: .*got null/],
  ] as const)('one recording: %s', async ([, answer, says], test) => {
    const { cloud, fetch } = await openCohort(test);
    const [lost = 0] = (await signals()).ecg;
    await cloud.control('answer', { user: '0', endpoint: 'heart get', signalid: String(lost), ...answer });
    const report = await fetch();
    expect(report.users).toMatchObject([
      { userId: '1001', status: 'partly' },
      { status: 'ok', reasons: [] },
    ]);
    expect(report.users[0]?.reasons).toEqual([expect.stringMatching(new RegExp(`^ecg ${lost}: heart get .*`))]);
    expect(report.users[0]?.reasons[0]).toMatch(says);
    const { ecg, stetho } = await signals();
    expect(await heldBy(cloud, '1001')).toEqual({ ecg: ecg.filter((id) => id !== lost), stetho });

    await cloud.control('answer', { user: '0', endpoint: 'heart get', signalid: String(lost) });
    expect((await fetch()).users).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
    await expectTruth(cloud);
  });

  it('is asked for by the next run, and then less and less often', async (test) => {
    const { cloud, fetch } = await openCohort(test);
    const [lost = 0] = (await signals()).stetho;
    await cloud.control('answer', { user: '0', endpoint: 'stetho get', signalid: String(lost), status: '503' });
    const asked: number[] = [];
    for (let hour = 0; hour <= 700; hour += hour < 20 ? 0.5 : 10) {
      const before = cloud.report();
      const { users } = await fetch({ kinds: ['stetho'], at: NOW + hour * 3600 });
      expect(users[0]).toMatchObject({
        status: 'partly',
        reasons: [expect.stringMatching(/^stetho \d+: .* status 503/)],
      });
      const requests = requestsSince(before, cloud.report())['stetho get'] ?? 0;
      if (hour > 0 && requests > 0) asked.push(hour);
      else if (hour > 0) expect(users[0]?.reasons[0]).toMatch(/; asked for again from 20\d\d-.*Z on$/);
    }
    // After 0, 1, 2, 4, ... hours, at most a week.
    expect(asked).toEqual([0.5, 1.5, 3.5, 7.5, 15.5, 40, 80, 150, 280, 450, 620]);
  });

  it('is asked for at once when the user has authorised again', async (test) => {
    const { cloud, fetch } = await openCohort(test);
    await cloud.control('answer', { user: '0', endpoint: 'heart list', status: '277' });
    // Behind the first grant, before the second: grants have the time of the clock on the wall.
    const refusedAt = Math.ceil(Date.now() / 1000) + 1;
    for (let runs = 0; runs < 3; runs++) await fetch({ kinds: ['ecg'], at: refusedAt });
    await cloud.control('answer', { user: '0', endpoint: 'heart list' });
    expect((await fetch({ kinds: ['ecg'], at: refusedAt })).users[0]?.reasons).toEqual([
      expect.stringMatching(/^ecg: heart list .*asked for again from/),
    ]);
    await expect.poll(() => Date.now() / 1000, { timeout: 60_000 }).toBeGreaterThanOrEqual(refusedAt + 1);
    await authoriseUsers(cloud, 1);
    const { users } = await fetch({ kinds: ['ecg'], at: refusedAt + 2 });
    expect(users.map(({ reasons }) => reasons)).toEqual([[], []]);
  });

  it('one window of raw data, whatever follows it', async (test) => {
    const { cloud, fetch } = await openCohort(test);
    const first = await fetch({ kinds: ['ppg'] });
    const { pages } = await listPages(archiveOf(cloud));
    const window = pages.find(({ kind, userId }) => kind === 'ppg' && userId === '1001')!.request.parameters;
    const { startdate = '', enddate = '', hash_deviceid = '' } = window;
    const other = await openCohort(test);
    const about = { user: '0', endpoint: 'rawdata get', startdate, hash_deviceid };
    await other.cloud.control('answer', { ...about, status: '2556' });
    const report = await other.fetch({ kinds: ['ppg'] });
    expect(report.users).toMatchObject([{ status: 'partly' }, { status: 'ok' }]);
    expect(report.users[0]?.reasons).toEqual([
      expect.stringMatching(/^ppg of device ".*": 2024-\S+ to 2024-\S+: rawdata get .* 2556/),
    ]);
    const asked = (await listPages(archiveOf(other.cloud))).pages.map(({ request: { parameters } }) => parameters);
    expect(asked).not.toContainEqual(expect.objectContaining({ startdate, enddate, hash_deviceid }));
    await other.cloud.control('answer', about);
    expect((await other.fetch({ kinds: ['ppg'] })).users).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
    expect((await other.fetch({ kinds: ['ppg'] })).newPages).toBe(0);
    expect(first.kinds.ppg.samples).toBeGreaterThan(0);
    await expectTruth(other.cloud, ['ppg']);
  });

  it('a page of raw data that was promised and holds nothing', async (test) => {
    const { cloud, fetch } = await openCohort(test);
    const first = await openCohort(test);
    await first.fetch({ kinds: ['ppg'] });
    const { pages } = await listPages(archiveOf(first.cloud));
    const window = pages.find(({ kind, userId }) => kind === 'ppg' && userId === '1001')!.request.parameters;
    const { startdate = '', hash_deviceid = '' } = window;
    const about = { user: '0', endpoint: 'rawdata get', startdate, hash_deviceid };
    await cloud.control('answer', { ...about, body: '{"rawdata":[],"more":true,"offset":5}' });
    await cloud.control('answer', { ...about, offset: '5', body: '{}' });
    const { users } = await fetch({ kinds: ['ppg'] });
    expect(users).toMatchObject([{ status: 'partly' }, { status: 'ok' }]);
    expect(users[0]?.reasons).toEqual([expect.stringMatching(/the page at offset 5 holds nothing, expected what/)]);
  });

  it('raw data that a user has no right to: one request each, and one line a kind', async (test) => {
    const { cloud, fetch } = await openCohort(test);
    await cloud.control('answer', { user: '0', endpoint: 'rawdata get', status: '2555', error: 'Unauthorized' });
    const before = cloud.report();
    const { users } = await fetch();
    expect(
      users[0]?.reasons.filter((line) => /^(?:ppg|accel) of device "\w+": rawdata get .* 2555/.test(line)),
    ).toHaveLength(4);
    expect(new Set(users[0]?.reasons).size).toBe(4); // of two watches
    expect(requestsSince(before, cloud.report())['rawdata get']).toBeGreaterThan(0);
    await expectHeld(cloud);
  });

  it.for(['heart list', 'stetho list', 'user getdevice'])('the %s', async (endpoint, test) => {
    const { cloud, fetch } = await openCohort(test);
    for (const answer of [{ status: '503' }, { text: '<html>' }, { body: '{"series":"none","devices":5}' }]) {
      await cloud.control('answer', { user: '0', endpoint, ...answer });
      expect((await fetch()).users).toMatchObject([
        { status: 'partly', reasons: [expect.stringContaining(endpoint)] },
        { status: 'ok' },
      ]);
    }
    await cloud.control('answer', { user: '0', endpoint });
    expect((await fetch({ at: NOW + 30 * DAY })).users).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
    await expectTruth(cloud);
  });

  it('a page of a list whose word of more is odd: it counts, and what is behind it is missed by name', async (test) => {
    const { cloud, fetch } = await openCohort(test);
    const { ecg } = await signals();
    const series = [{ timestamp: START, ecg: { signalid: ecg[0] } }];
    await cloud.control('answer', {
      user: '0',
      endpoint: 'heart list',
      body: JSON.stringify({ series, more: 'perhaps' }),
    });
    const { users } = await fetch({ kinds: ['ecg'] });
    expect(users[0]?.reasons).toEqual([
      expect.stringMatching(/^ecg: heart list .*body\.more: got "perhaps", expected true or false/),
    ]);
    expect((await heldBy(cloud, '1001')).ecg).toEqual(ecg.slice(0, 1));
  });

  it('a server that answers nobody anything is left alone after a few attempts', async (test) => {
    const { cloud, fetch } = await openCohort(test);
    await cloud.control('answer', { user: '0', endpoint: 'heart get', status: '522' });
    const { users } = await fetch({ kinds: ['ecg', 'stetho'] });
    expect(users[0]?.reasons.at(-1)).toMatch(/^ecg: given up after 3 failures in a row: .*522/);
    expect((await heldBy(cloud, '1001')).stetho).toEqual((await signals()).stetho);
  });
});

describe.concurrent('an odd entry costs what is odd of it', () => {
  it.for([
    [{ modified: -1 }, /series\[\d+\]\.modified: got -1, expected seconds/, true],
    [{ modified: 'soon' }, /\.modified: got "soon"/, true],
    [{ ecg: { signalid: 'abc' } }, /\.ecg\.signalid: got "abc", expected an id/, false],
    [{ ecg: { signalid: 1.5 } }, /\.ecg\.signalid: got 1\.5/, false],
    [{ ecg: 7 }, /\.ecg: got 7, expected an object/, false],
    [{ timezone: { name: 'Europe/Paris' } }, /\.timezone: got an object/, true],
  ] as const)('of the heart list: %j', async ([odd, says, isHad], test) => {
    const { cloud, fetch } = await openCohort(test);
    const { ecg } = await signals();
    const series = ecg.map((signalid, i) => ({ timestamp: START + i, ecg: { signalid }, ...(i === 1 && odd) }));
    await cloud.control('answer', { user: '0', endpoint: 'heart list', body: JSON.stringify({ series }) });
    const { users } = await fetch();
    expect(users).toMatchObject([{ status: 'partly', reasons: [expect.stringMatching(says)] }, { status: 'ok' }]);
    expect((await heldBy(cloud, '1001')).ecg).toEqual(ecg.filter((_, i) => isHad || i !== 1));
  });

  it.for([
    [{ last_session_date: false }, /devices\[0\]\.last_session_date: got false, expected seconds/],
    [{ model_id: 'x', type: ['Watch'] }, /devices\[0\]\.(?:model_id|type): got/],
    [{ timezone: 5 }, /devices\[0\]\.timezone: got 5/],
  ] as const)('of the devices: %j, and raw data comes all the same', async ([odd, says], test) => {
    const { cloud, fetch } = await openCohort(test);
    const watch = await watchOf(cloud);
    await cloud.control('answer', { user: '0', ...DEVICES, body: JSON.stringify({ devices: [{ ...watch, ...odd }] }) });
    const { users } = await fetch();
    expect(users).toMatchObject([{ status: 'partly' }, { status: 'ok' }]);
    for (const reason of users[0]?.reasons ?? []) expect(reason).toMatch(says);
    await expectTruth(cloud, ['ppg', 'accel']);
  });

  it.for([{ series: {} }, { series: null }, {}, []])(
    'of a list there is nothing in %j: no failure',
    async (body, test) => {
      const { cloud, fetch } = await openCohort(test);
      for (const endpoint of ['heart list', 'stetho list']) {
        await cloud.control('answer', { user: '0', endpoint, body: JSON.stringify(body) });
      }
      expect((await fetch({ kinds: ['ecg', 'stetho'] })).users).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
      expect(await heldBy(cloud, '1001')).toEqual({ ecg: [], stetho: [] });
    },
  );
});

describe.concurrent('what was asked for', () => {
  it.for([
    ['deviceid alone', ({ deviceid }: Watch) => ({ deviceid, model_id: 93, type: 'Activity Tracker' })],
    ['an unknown model', ({ deviceid }: Watch) => ({ hash_deviceid: deviceid, model_id: 4321, type: 'Smart Ring' })],
    ['neither model nor type', ({ deviceid }: Watch) => ({ deviceid, model: null })],
    ['a model by name', ({ deviceid }: Watch) => ({ deviceid, model: 'ScanWatch' })],
  ] as const)('comes from a watch with %s', async ([, device], test) => {
    const { cloud, fetch } = await openCohort(test);
    const devices = [device(await watchOf(cloud)), { model: 'Body+', model_id: 5, deviceid: 'scale' }];
    await cloud.control('answer', { user: '0', ...DEVICES, body: JSON.stringify({ devices }) });
    expect((await fetch()).users).toMatchObject([{ status: 'ok', notices: [] }, { status: 'ok' }]);
    await expectTruth(cloud, ['ppg', 'accel']);
  });

  it.for([
    [DAY, 1],
    [0, DAY],
    [null, DAY],
    [false, DAY],
  ] as const)('comes from a watch that is listed with two synchronisations, %j and %j', async (sessions, test) => {
    for (const both of [sessions, sessions.toReversed()]) {
      const { cloud, fetch } = await openCohort(test);
      const { deviceid } = await watchOf(cloud);
      const devices = both.map((session) => ({
        deviceid,
        model_id: 93,
        last_session_date: session === DAY ? START + DAY : session,
      }));
      await cloud.control('answer', { user: '0', ...DEVICES, body: JSON.stringify({ devices }) });
      await fetch({ kinds: ['ppg'] });
      await expectTruth(cloud, ['ppg']);
    }
  });

  it('comes from a watch whose synchronisation is written as 0', async (test) => {
    const { cloud, fetch } = await openCohort(test);
    const { deviceid } = await watchOf(cloud);
    const devices = [{ deviceid, model_id: 93, last_session_date: 0 }];
    await cloud.control('answer', { user: '0', ...DEVICES, body: JSON.stringify({ devices }) });
    expect((await fetch({ kinds: ['ppg'] })).users).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
    await expectTruth(cloud, ['ppg']);
  });

  it.for([
    ['long after its synchronisation: nothing', START + DAY, 3, 0],
    ['within two hours of it: the day before it', START + DAY, 1, 5],
    ['without word of one: the last day', null, 3, 4],
  ] as const)('is asked for again of a watch, when nothing is new, %s', async ([, session, hours, windows], test) => {
    const { cloud, fetch } = await openCohort(test);
    const { deviceid } = await watchOf(cloud);
    const devices = [{ deviceid, model_id: 93, last_session_date: session }];
    for (const user of ['0', '1']) {
      await cloud.control('answer', {
        user,
        ...DEVICES,
        body: JSON.stringify({ devices: user === '0' ? devices : [] }),
      });
    }
    await fetch({ at: START + DAY + hours * 3600 });
    const before = cloud.report();
    const { newPages } = await fetch({ at: START + DAY + hours * 3600 + 60 });
    const { 'heart list': heart = 0, ...asked } = requestsSince(before, cloud.report());
    const rawdata = windows === 0 ? {} : { 'rawdata get': expect.any(Number) as number };
    expect(asked).toEqual({ 'user getdevice': 2, 'stetho list': 2, ...rawdata });
    expect(heart).toBeGreaterThanOrEqual(2);
    // Two kinds; a window may have more than one page.
    expect(asked['rawdata get'] ?? 0).toBeGreaterThanOrEqual(2 * windows);
    // Windows that are cut anew are other pages.
    if (windows === 0) expect(newPages).toBe(0);
  });

  it('cannot come from a watch without an id: that is told', async (test) => {
    const { cloud, fetch } = await openCohort(test);
    const devices = [{ model_id: 93, model: 'ScanWatch' }];
    await cloud.control('answer', { user: '0', ...DEVICES, body: JSON.stringify({ devices }) });
    expect((await fetch()).users[0]).toMatchObject({
      status: 'partly',
      reasons: [
        'ppg, accel: a device (model "ScanWatch") came without id, expected hash_deviceid or deviceid: not asked for',
      ],
    });
  });

  it('and a user without devices are told in a line', async (test) => {
    const { cloud } = await openCohort(test);
    await cloud.control('answer', { user: '0', ...DEVICES, body: '{"devices":[]}' });
    const { code, stderr } = await cloud.run(['fetch', '--archive', archiveOf(cloud), ...SPAN]);
    expect([code, stderr]).toEqual([0, 'note user 1001: ppg, accel: no device, nothing to ask for\n']);
  });

  it('comes by an id that only the heart list names', async (test) => {
    const { cloud, fetch } = await openCohort(test);
    const { stetho } = await signals();
    const [first, ...others] = stetho;
    const heart = [{ timestamp: START, stetho: { signalid: String(first) } }];
    const series = others.map((signalid) => ({ signalid, timestamp: START }));
    await cloud.control('answer', { user: '0', endpoint: 'heart list', body: JSON.stringify({ series: heart }) });
    await cloud.control('answer', { user: '0', endpoint: 'stetho list', body: JSON.stringify({ series }) });
    expect((await fetch({ kinds: ['stetho'] })).users).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
    expect((await heldBy(cloud, '1001')).stetho).toEqual(stetho);
    const before = cloud.report();
    await fetch({ kinds: ['stetho'] });
    expect(requestsSince(before, cloud.report())['stetho get']).toBeUndefined();
  });

  it('is counted in samples, however they are written', async (test) => {
    const { fetch } = await openCohort(test);
    const report = await fetch();
    const tables = await truth();
    const rows = (kind: string, column: string): number =>
      Object.entries(tables)
        .filter(([path]) => path.startsWith(`${kind}/`))
        .reduce((sum, [, table]) => sum + lengthOf((table as Record<string, ArrayLike<unknown>>)[column]!), 0);
    expect(report.kinds.ecg.samples).toBe(rows('ecg', 'ecg'));
    expect(report.kinds.stetho.samples).toBe(rows('stetho', 'pcm'));
    // Frames overlap and repeat where windows meet.
    for (const kind of ['ppg', 'accel'] as const) {
      expect(report.kinds[kind].samples).toBeGreaterThanOrEqual(rows(kind, 'id'));
    }
  });
});

let known: Promise<Readonly<Record<string, unknown>>> | null = null;

/** Every table of what these people recorded. */
function truth(): Promise<Readonly<Record<string, unknown>>> {
  known ??= (async () => {
    const finished: (() => void | Promise<void>)[] = [];
    const folder = await temporaryFolder((end) => finished.push(end));
    const tables = await tablesOf(await truthOf(folder, PEOPLE));
    for (const end of finished) await end();
    return tables;
  })();
  return known;
}

type Watch = { readonly deviceid: string };

/** Signals of user 0, as the truth has them. */
async function signals(): Promise<Signals> {
  const tables = await truth();
  const ids = (kind: string): readonly number[] =>
    Object.entries(tables)
      .filter(([path]) => path.startsWith(`${kind}/user=1001`))
      .flatMap(([, table]) => Array.from((table as Record<string, ArrayLike<unknown>>)['signal_id']!, Number))
      .sort((a, b) => a - b);
  return { ecg: ids('ecg'), stetho: ids('stetho') };
}

/** The watch of user 0. */
async function watchOf(cloud: TestCloud): Promise<Watch> {
  const { access_token: token } = (await cloud.control('token', { user: '0' })) as { access_token: string };
  const response = await fetch(`${cloud.url}/v2/user`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams({ action: 'getdevice' }),
  });
  const { body } = (await response.json()) as { body: { devices: readonly (Watch & { model_id: number })[] } };
  return body.devices.find((device) => device.model_id === 93)!;
}

async function expectHeld(cloud: TestCloud): Promise<void> {
  expect(await heldBy(cloud, '1001')).toEqual(await signals());
}

/** All that these people recorded, of these kinds, is in the archive. */
async function expectTruth(
  cloud: TestCloud,
  kinds: readonly SignalKind[] = ['ecg', 'stetho', 'ppg', 'accel'],
): Promise<void> {
  const out = join(cloud.folder, 'signals');
  const { code, stderr } = await cloud.run(['convert', archiveOf(cloud), '--out', out, '--kinds', kinds.join(',')]);
  // An odd fact of a device is told, and costs nothing else.
  expect([code, stderr.split('\n').filter((line) => line !== '' && !line.startsWith('note '))]).toEqual([0, []]);
  const tables = await truth();
  const [got, wanted] = [await tablesOf(out), tables].map((all) =>
    Object.fromEntries(Object.entries(all).filter(([path]) => kinds.some((kind) => path.startsWith(`${kind}/`)))),
  );
  expect(got).toEqual(wanted);
}

function lengthOf(column: ArrayLike<unknown>): number {
  return Array.from(column).reduce<number>(
    (sum, cell) => sum + (ArrayBuffer.isView(cell) || Array.isArray(cell) ? (cell as ArrayLike<unknown>).length : 1),
    0,
  );
}
