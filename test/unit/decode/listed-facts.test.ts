import { describe, expect, it } from 'vitest';
import { answer, collect, rejection } from './collecting-sink.ts';

const HEART_ENTRY = {
  deviceid: 'd1',
  model: 44,
  ecg: { signalid: 48, afib: 1 },
  bloodpressure: { diastole: 80, systole: 120 },
  stetho: { signalid: 49, vhd: 2 },
  heart_rate: 71,
  modified: 1594159700,
  timestamp: 1594159644,
  timezone: 'Europe/Paris',
};

const list = (...series: object[]) => answer({ series, more: false, offset: 0 });

describe('heart list', () => {
  it('gives facts of the ECG and of the stethoscope recording made with it', () => {
    const common = { recordedAt: 1594159644, deviceId: 'd1', modelId: 44, model: 'BPM Core', timezone: 'Europe/Paris' };
    const { facts, documents } = collect(list(HEART_ENTRY));
    expect(documents).toEqual(['0 ok']);
    expect(facts).toEqual([
      {
        subject: 'ecg',
        id: '48',
        modified: 1594159700,
        facts: { ...common, afib: 1, heartRate: 71, diastole: 80, systole: 120 },
      },
      { subject: 'stetho', id: '49', modified: 1594159700, facts: { ...common, vhd: 2 } },
    ]);
  });

  it('skips recordings that failed', () => {
    const failed = { deviceid: 'd1', model: 93, timestamp: 1594159000, modified: 1594159001 };
    expect(collect(list(failed, { ...failed, ecg: null }, { ...failed, ecg: [] }, HEART_ENTRY)).facts).toHaveLength(2);
    expect(collect(list(failed)).documents).toEqual(['0 ok']);
  });

  it('leaves out what is not told, and keeps codes nobody knows', () => {
    expect(
      collect(list({ timestamp: 5, model: null, heart_rate: null, ecg: { signalid: '7', afib: 99 } })).facts,
    ).toEqual([{ subject: 'ecg', id: '7', modified: null, facts: { recordedAt: 5, afib: 99 } }]);
  });

  it('tells its user when it is wrapped', () => {
    const { ends } = collect({ response: list(HEART_ENTRY), kind: 'heart-list', userid: 363 });
    expect(ends).toEqual([{ index: 0, status: 'ok', userId: '363', timezone: null }]);
  });

  it.each([
    [
      list({ startdate: 1, enddate: 2, timestamp: 1 }),
      'body.series[0].startdate: got 1, expected an element of a heart or stetho list, which has none',
    ],
    [
      list({ id: 4, model: 16 }),
      'body.series[0].timestamp: got nothing, expected an element of a heart or stetho list',
    ],
    [list({ timestamp: 5, ecg: { signalid: -1 } }), 'body.series[0].ecg.signalid: got -1'],
    [list({ timestamp: 5, ecg: 48 }), 'body.series[0].ecg: got 48, expected an object'],
    [answer({ series: { 0: HEART_ENTRY } }), 'body.series: got an object, expected an array'],
  ])('%# is rejected', (input, message) => {
    expect(rejection(input)).toContain(message);
  });
});

describe('a list with something odd in it', () => {
  it.each([
    [{ timestamp: -5 }, 'body.series[0].timestamp: got -5', 'recordedAt'],
    [{ modified: -1 }, 'body.series[0].modified: got -1', null],
    [{ heart_rate: '' }, 'body.series[0].heart_rate: got ""', 'heartRate'],
    [{ model: 40_000 }, 'body.series[0].model: got 40000', 'modelId'],
    [{ deviceid: {} }, 'body.series[0].deviceid: got an object', 'deviceId'],
    [{ timezone: 3 }, 'body.series[0].timezone: got 3', 'timezone'],
    [{ bloodpressure: { systole: 120, diastole: false } }, 'bloodpressure.diastole: got false', 'diastole'],
    [{ ecg: { signalid: 48, afib: '?' } }, 'body.series[0].ecg.afib: got "?"', 'afib'],
  ])('keeps the entry without the fact: %j', (odd, message, name) => {
    const { facts, notices, documents } = collect(list({ ...HEART_ENTRY, stetho: undefined, ...odd }, HEART_ENTRY));
    expect(documents).toEqual(['0 ok']);
    expect(facts).toHaveLength(3);
    if (name !== null) expect(facts[0]?.facts).not.toHaveProperty(name);
    expect(facts[1]?.facts).toMatchObject({ heartRate: 71, afib: 1, recordedAt: 1594159644 });
    expect(notices).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    [{ ecg: { signalid: 'abc' } }, 'body.series[1].ecg.signalid: got "abc"'],
    [{ ecg: 48 }, 'body.series[1].ecg: got 48, expected an object'],
    [{ startdate: 5 }, 'body.series[1].startdate: got 5, expected an element of a heart or stetho list'],
  ])('costs the entry that nothing can be joined to: %j', (odd, message) => {
    const { facts, rejectedElements, documents } = collect(list(HEART_ENTRY, { ...HEART_ENTRY, ...odd }, HEART_ENTRY));
    expect(documents).toEqual(['0 ok']);
    expect(facts.map(({ id }) => id)).toEqual(['48', '49', '48', '49']);
    expect(rejectedElements).toEqual([expect.stringContaining(message)]);
  });

  it('takes an entry whose time is missing for what it tells', () => {
    const { facts, rejectedElements } = collect(list({ ...HEART_ENTRY, timestamp: undefined }));
    expect(rejectedElements).toEqual([]);
    expect(facts.map(({ id }) => id)).toEqual(['48', '49']);
    expect(facts[0]?.facts).toMatchObject({ heartRate: 71, afib: 1 });
    expect(facts[0]?.facts).not.toHaveProperty('recordedAt');
  });

  it('tells of a device what is not odd', () => {
    const devices = [{ deviceid: 'd1', hash_deviceid: 5.5, model_id: 93, last_session_date: false, timezone: '' }, 'x'];
    const { facts, notices, rejectedElements } = collect(answer({ devices }));
    expect(facts).toEqual([
      { subject: 'device', id: 'd1', modified: null, facts: { modelId: 93, model: 'ScanWatch' } },
    ]);
    expect(notices.map((text) => text.split(':')[0])).toEqual([
      'body.devices[0].hash_deviceid',
      'body.devices[0].last_session_date',
    ]);
    expect(rejectedElements).toEqual(['body.devices[1]: got "x", expected an object']);
  });
});

describe('stetho list', () => {
  it('gives facts of each recording', () => {
    const entry = { hash_deviceid: 'h1', signalid: 5, vhd: 1, timestamp: 1594159644, timezone: 'Europe/Paris' };
    expect(collect(list(entry)).facts).toEqual([
      {
        subject: 'stetho',
        id: '5',
        modified: null,
        facts: { recordedAt: 1594159644, deviceId: 'h1', timezone: 'Europe/Paris', vhd: 1 },
      },
    ]);
  });
});

describe('getdevice', () => {
  const DEVICE = {
    type: 'Activity Tracker',
    model: 'ScanWatch',
    model_id: 93,
    battery: 'high',
    last_session_date: 1594159644,
  };

  it('gives facts under both ids of a device', () => {
    const facts = { model: 'ScanWatch', modelId: 93, timezone: 'Europe/Paris' };
    const device = { ...DEVICE, deviceid: 'd1', hash_deviceid: 'h1', timezone: 'Europe/Paris' };
    expect(collect(answer({ devices: [device] })).facts).toEqual([
      { subject: 'device', id: 'd1', modified: 1594159644, facts },
      { subject: 'device', id: 'h1', modified: 1594159644, facts },
    ]);
  });

  it('gives one when both are the same, and takes numbers for ids', () => {
    expect(collect(answer({ devices: [{ deviceid: 12, hash_deviceid: '12' }] })).facts).toEqual([
      { subject: 'device', id: '12', modified: null, facts: {} },
    ]);
  });

  it('takes models that are null or unknown', () => {
    const facts = (device: object) => collect(answer({ devices: [{ deviceid: 'd', ...device }] })).facts[0]?.facts;
    expect(facts({ model: null, model_id: null })).toEqual({});
    expect(facts({ model: 'Toaster', model_id: 4321 })).toEqual({ model: 'Toaster', modelId: 4321 });
    expect(facts({ model_id: 4321 })).toEqual({ modelId: 4321 });
  });

  it.each([
    [{ devices: [{ name: 'x' }] }, 'body.devices[0].deviceid: got nothing, expected the id of a device'],
    [{ devices: ['x'] }, 'body.devices[0]: got "x", expected an object'],
    [{ devices: [{ deviceid: true }] }, 'body.devices[0].deviceid: got true'],
  ])('%# is rejected', (body, message) => {
    expect(rejection(answer(body))).toContain(message);
  });
});
