import { describe, expect, test } from 'vitest';
import { listHeart } from '../../../src/withings/endpoints/heart.ts';
import type { Page } from '../../../src/withings/endpoints/paginate.ts';
import { getRawdata } from '../../../src/withings/endpoints/rawdata.ts';
import { getStetho, listStetho } from '../../../src/withings/endpoints/stetho.ts';
import { startBench } from '../../support/api-client.ts';

const WINDOW = { hashDeviceId: '00d2', kind: 'ppg', from: 1_656_518_000, to: 1_656_604_400 } as const;
const FRAME = { data: { id: [1], ppg_green: [2] }, type: 2 };

async function all<T>(pages: AsyncIterable<Page<T>>): Promise<Page<T>[]> {
  const list: Page<T>[] = [];
  for await (const page of pages) list.push(page);
  return list;
}

describe('raw data', () => {
  test('comes page by page, from where the last one said', async () => {
    const answers = [
      { rawdata: [FRAME, FRAME], more: true, offset: 2 },
      { rawdata: [FRAME], more: 1, offset: '7' },
      { rawdata: [], more: 0, offset: 7 },
    ];
    const { server, client, user } = await startBench(({ index }) => ({ status: 0, body: answers[index] }));
    const pages = await all(getRawdata(client, user, WINDOW));
    expect(pages.map(({ offset, nextOffset }) => [offset, nextOffset])).toEqual([
      [0, 2],
      [2, 7],
      [7, null],
    ]);
    expect(pages.map(({ answer }) => answer.envelope.frames)).toEqual([2, 1, 0]);
    const window = { hash_deviceid: '00d2', rawdata_type: '2', startdate: '1656518000', enddate: '1656604400' };
    expect(server.asked.map(({ form }) => Object.fromEntries(form))).toEqual([
      { action: 'get', ...window },
      { action: 'get', ...window, offset: '2' },
      { action: 'get', ...window, offset: '7' },
    ]);
    expect(pages[1]?.answer.parameters).toEqual({ ...window, offset: '2' });
  });

  test('goes on where it was left', async () => {
    const { server, client, user } = await startBench(() => ({ status: 0, body: { rawdata: [FRAME], more: false } }));
    const [page] = await all(getRawdata(client, user, WINDOW, { offset: 41 }));
    expect(page).toMatchObject({ offset: 41, nextOffset: null });
    expect(server.asked[0]?.form.get('offset')).toBe('41');
  });

  test('asks for a page only when the last one was taken', async () => {
    const { server, client, user } = await startBench(({ index }) => ({
      status: 0,
      body: { rawdata: [FRAME], more: true, offset: index + 1 },
    }));
    const pages = getRawdata(client, user, WINDOW);
    await pages.next();
    await pages.next();
    await pages.return();
    expect(server.asked).toHaveLength(2);
  });

  test.for([
    [0, 'the same for ever'],
    [null, 'none'],
    [-3, 'negative'],
  ] as const)('stops with an error at an offset that is %s', async ([offset]) => {
    const { server, client, user } = await startBench(() => ({
      status: 0,
      body: { rawdata: [FRAME], more: 1, offset },
    }));
    await expect(all(getRawdata(client, user, WINDOW))).rejects.toMatchObject({ reason: 'protocol', retry: 'never' });
    expect(server.asked).toHaveLength(1);
  });

  test('stops with an error at an offset that falls back, after the good pages', async () => {
    const offsets = [5, 9, 5];
    const { client, user } = await startBench(({ index }) => ({
      status: 0,
      body: { rawdata: [FRAME], more: true, offset: offsets[index] },
    }));
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const page of getRawdata(client, user, WINDOW)) seen.push(page.offset);
    };
    await expect(read()).rejects.toThrow(
      'rawdata get for user "363": the page at offset 9 says that more begins at 5, expected a larger one',
    );
    expect(seen).toEqual([0, 5, 9]);
  });

  test('stops with an error when nothing but empty pages come', async () => {
    const { server, client, user } = await startBench(({ index }) => ({
      status: 0,
      body: { rawdata: [], more: true, offset: index + 1 },
    }));
    await expect(all(getRawdata(client, user, WINDOW))).rejects.toThrow(/got 100 empty pages/);
    expect(server.asked).toHaveLength(100);
  });

  test('without an entitlement is an empty page', async () => {
    const { client, user } = await startBench(() => ({ status: 0, body: [] }));
    expect(await all(getRawdata(client, user, WINDOW))).toMatchObject([{ nextOffset: null }]);
  });
});

describe('lists', () => {
  test('of ECGs tell the signals and what became of each recording, in whatever types', async () => {
    const series = [
      {
        deviceid: '892359876fd8805ac45bab078c4828692f0276b1',
        model: 44,
        ecg: { signalid: 48, afib: 1 },
        bloodpressure: { diastole: 100, systole: 101 },
        stetho: { signalid: '49', vhd: 0 },
        heart_rate: 82,
        modified: 1_594_159_650,
        timestamp: 1_594_159_644,
        timezone: 'Europe/Paris',
      },
      { deviceid: 12, model: '93', ecg: [], heart_rate: null, timestamp: '1594159700', modified: null },
      { ecg: { signalid: 9_007_199_254_740_991 }, heart_rate: { grpid: 1, value: 60 } },
    ];
    const { client, user, server } = await startBench(() => ({ status: 0, body: { series, more: false, offset: 0 } }));
    const [page] = await all(listHeart(client, user, { from: 1_594_159_000, to: 1_594_160_000 }));
    expect(page?.items).toEqual([
      {
        ecgSignalId: 48,
        stethoSignalId: 49,
        recordedAt: 1_594_159_644,
        modified: 1_594_159_650,
        deviceId: '892359876fd8805ac45bab078c4828692f0276b1',
        modelId: 44,
        timezone: 'Europe/Paris',
      },
      {
        ecgSignalId: null,
        stethoSignalId: null,
        recordedAt: 1_594_159_700,
        modified: null,
        deviceId: '12',
        modelId: 93,
        timezone: null,
      },
      {
        ecgSignalId: 9_007_199_254_740_991,
        stethoSignalId: null,
        recordedAt: null,
        modified: null,
        deviceId: null,
        modelId: null,
        timezone: null,
      },
    ]);
    expect(Object.fromEntries(server.asked[0]?.form ?? [])).toEqual({
      action: 'list',
      startdate: '1594159000',
      enddate: '1594160000',
    });
  });

  test('of stethoscope recordings tell their signals, and those are fetched', async () => {
    const series = [{ hash_deviceid: 'h', signalid: 1, vhd: 1, timestamp: 1_594_159_644, timezone: 'Europe/Paris' }];
    const { client, user } = await startBench(({ form }) => ({
      status: 0,
      body: form.get('action') === 'list' ? { series, more: 0 } : { signal: [213, 85], frequency: 4000 },
    }));
    const [page] = await all(listStetho(client, user, { from: null, to: null }));
    expect(page?.items).toEqual([
      { signalId: 1, recordedAt: 1_594_159_644, modified: null, deviceId: 'h', timezone: 'Europe/Paris' },
    ]);
    expect(await getStetho(client, user, 1)).toMatchObject({ pending: false, answer: { endpoint: 'stetho get' } });
  });

  test('with a signal id that numbers cannot tell tell that, and do not cut it', async () => {
    const { client, user } = await startBench((_, response) => {
      response.end('{"status":0,"body":{"series":[{"ecg":{"signalid":9007199254740993}}]}}');
    });
    const [page] = await all(listHeart(client, user, { from: null, to: null }));
    expect(page).toMatchObject({
      items: [{ ecgSignalId: null }],
      odd: ['series[0].ecg.signalid: got 9007199254740992, expected an id: a whole number from 0'],
    });
  });

  test('with odd entries give the others, and what is not odd of these', async () => {
    const good = { signalid: '7', timestamp: 1_594_159_644, modified: '1594159645', hash_deviceid: 'h' };
    const series = [good, 5, { ...good, modified: -1 }, null, { ...good, signalid: 'abc' }, { ...good, timezone: 3 }];
    const { client, user } = await startBench(() => ({ status: 0, body: { series } }));
    const [page] = await all(listStetho(client, user, { from: null, to: null }));
    const entry = { signalId: 7, recordedAt: 1_594_159_644, modified: 1_594_159_645, deviceId: 'h', timezone: null };
    expect(page?.items).toEqual([entry, { ...entry, modified: null }, { ...entry, signalId: null }, entry]);
    expect(page?.odd).toEqual([
      'series[1]: got 5, expected an object',
      'series[2].modified: got -1, expected seconds since 1970 (not milliseconds)',
      'series[3]: got null, expected an object',
      'series[4].signalid: got "abc", expected an id: a whole number from 0',
      'series[5].timezone: got 3, expected a text of at most 256 characters',
    ]);
  });

  test('that hold numbers in place of entries do not look empty', async () => {
    const { client, user } = await startBench(() => ({ status: 0, body: { series: [1, 2] } }));
    const [page] = await all(listHeart(client, user, { from: null, to: null }));
    expect([page?.items, page?.odd.length]).toEqual([[], 2]);
  });

  test.for([{ rawdata: 'none' }, { rawdata: { 0: {} } }, { frames: [] }])(
    'of raw data must not be %j',
    async (body) => {
      const { client, user } = await startBench(() => ({ status: 0, body }));
      await expect(all(getRawdata(client, user, WINDOW))).rejects.toThrow(/body\.rawdata: got .*, expected a list/);
    },
  );

  test.for(['maybe', 7, {}, -1])('whose word of more is %j are kept, and then it is told', async (more) => {
    const { client, user } = await startBench(() => ({ status: 0, body: { rawdata: [FRAME], more, offset: 1 } }));
    const pages: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const page of getRawdata(client, user, WINDOW)) pages.push(page);
    };
    await expect(read()).rejects.toThrow(/body\.more: got .*, expected true or false, 1 or 0/);
    expect(pages).toMatchObject([{ nextOffset: null, flaw: { code: 'API', reason: 'protocol' } }]);
  });

  test('without anything in them are empty', async () => {
    const bodies = [[], {}, { more: false }, { series: [] }, { series: {} }, { series: null, total: 0 }, ''];
    const { client, user } = await startBench(({ index }) => ({ status: 0, body: bodies[index] }));
    for (const _ of bodies) {
      expect(await all(listHeart(client, user, { from: null, to: null }))).toMatchObject([
        { items: [], nextOffset: null },
      ]);
    }
  });

  test('with something else instead of the list are refused', async () => {
    const { client, user } = await startBench(() => ({ status: 0, body: { recordings: [], more: false } }));
    await expect(all(listHeart(client, user, { from: null, to: null }))).rejects.toThrow(/body\.series/);
  });
});
