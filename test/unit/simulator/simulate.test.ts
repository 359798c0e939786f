import { describe, expect, it } from 'vitest';
import { DEVICES } from '../../../src/core/devices.ts';
import { ArgumentError } from '../../../src/core/errors.ts';
import { type SimulationOptions, simulate } from '../../../src/simulator/simulate.ts';

const SMALL: SimulationOptions = { users: 2, days: 1, hours: 0.05, stethoSeconds: 2 };

/** As far as the tests look into an answer. */
type Entry = { ecg?: { signalid: number; afib: number }; signalid?: number; heart_rate?: number; timestamp: number };
type Body = {
  signal?: number[] | string;
  sampling_frequency?: number;
  frequency?: number;
  duration?: number;
  size?: number;
  heart_rate?: number | object;
  model?: number;
  series?: Entry[];
  devices?: { model: string | null; model_id: number }[];
  rawdata?: { type: number; data: object | string; format_version: number }[];
};
type Answer = { kind: string; userid: number | string; signalid?: number; response: { status: number; body: Body } };

const answers = new Map(
  [...simulate(SMALL)].map(({ path, text }): [string, Answer] => [path, JSON.parse(text) as Answer]),
);
const ofKind = (kind: string): Answer[] => [...answers.values()].filter((answer) => answer.kind === kind);
const bodies = (kind: string): Body[] => ofKind(kind).map(({ response }) => response.body);

describe('simulate', () => {
  it('writes one file for each answer, named after what it holds', () => {
    expect([...answers.keys()].filter((path) => path.startsWith('user-1001/'))).toEqual([
      'user-1001/ecg-10010001.json',
      'user-1001/ecg-10010002.json',
      'user-1001/stetho-10010003.json',
      'user-1001/stetho-10010004.json',
      'user-1001/ecg-10010005.json',
      'user-1001/ecg-10010006.json',
      'user-1001/heart-list.json',
      'user-1001/stetho-list.json',
      'user-1001/devices.json',
      'user-1001/ppg-2024-03-04-000.json',
      'user-1001/accel-2024-03-04-000.json',
    ]);
    for (const [path, { kind, signalid, userid, response }] of answers) {
      expect(response.status).toBe(0);
      expect(path).toContain(`user-${userid}/`);
      expect(path).toContain(signalid === undefined ? '' : `${kind}-${signalid}.json`);
    }
  });

  it('gives equal bytes for equal options, others for another seed', () => {
    const texts = (options: SimulationOptions): string[] => [...simulate(options)].map(({ text }) => text);
    expect(texts(SMALL)).toEqual(texts(SMALL));
    const other = texts({ ...SMALL, seed: 2 });
    texts(SMALL).forEach((text, i) => expect(text).not.toBe(other[i]));
  });

  it('gives a user the same files however many users there are', () => {
    const alone = [...simulate({ ...SMALL, users: 1 })];
    expect(alone).toEqual([...simulate(SMALL)].slice(0, alone.length));
  });

  it('makes files only as they are asked for', () => {
    // All of them would take years.
    expect(simulate({ users: 1e6, days: 1000 }).next().value?.path).toBe('user-1001/ecg-10010001.json');
  });

  it('writes ECG signals as an array, a JSON string and a comma-separated string, one still to come', () => {
    const signals = bodies('ecg').map(({ signal }) => signal);
    expect(signals.filter((signal) => Array.isArray(signal) && signal.length > 0)).not.toHaveLength(0);
    expect(signals.filter((signal) => typeof signal === 'string' && signal.startsWith('['))).not.toHaveLength(0);
    expect(signals.filter((signal) => typeof signal === 'string' && /^-?\d/.test(signal))).not.toHaveLength(0);
    expect(signals.filter((signal) => Array.isArray(signal) && signal.length === 0)).toHaveLength(2);
  });

  it('delivers the ECG to come when it has arrived, and changes nothing else', () => {
    const arrived = [...simulate({ ...SMALL, arrived: true })];
    const changed = arrived.filter(({ path, text }) => JSON.stringify(answers.get(path)) !== text.trim());
    expect(changed.map(({ path }) => path)).toEqual(['user-1001/ecg-10010006.json', 'user-1002/ecg-10020006.json']);
    for (const { text } of changed) expect((JSON.parse(text) as Answer).response.body.signal).toHaveLength(9000);
  });

  it('has as many ECG samples as the model records at its nominal rate', () => {
    for (const { signal, sampling_frequency: rate, model } of bodies('ecg')) {
      const samples = typeof signal === 'string' ? signal.split(',').length : (signal?.length ?? 0);
      expect(rate).toBe(DEVICES[model ?? 0]?.ecgSamplingFrequency);
      expect([0, (rate ?? 0) * (model === 44 ? 20 : 30)]).toContain(samples);
    }
  });

  it('writes the heart rate as a number and as an object', () => {
    expect(new Set(bodies('ecg').map(({ heart_rate: rate }) => typeof rate))).toEqual(new Set(['number', 'object']));
  });

  it('writes stethoscope bytes unsigned, signed and in base64, size and duration in agreement', () => {
    const found = new Set<string>();
    for (const { signal, size, frequency, duration } of bodies('stetho')) {
      found.add(typeof signal === 'string' ? 'base64' : Math.min(...(signal ?? [])) < 0 ? 'signed' : 'unsigned');
      const bytes = typeof signal === 'string' ? Buffer.from(signal, 'base64').length : signal?.length;
      expect(size).toBe(bytes);
      expect((frequency ?? 0) * (duration ?? 0)).toBe(bytes);
    }
    expect(found).toEqual(new Set(['unsigned', 'signed', 'base64']));
  });

  it('lists every recording, newest first, and a failed one without ECG and heart rate', () => {
    const [list] = bodies('heart-list');
    const entries = list?.series ?? [];
    const listed = entries.flatMap(({ ecg }) => ecg?.signalid ?? []);
    const delivered = ofKind('ecg').filter(({ userid }) => userid === 1001);
    expect(new Set(listed)).toEqual(new Set(delivered.map(({ signalid }) => signalid)));
    expect(entries.filter(({ ecg, heart_rate: rate }) => ecg === undefined && rate === undefined)).toHaveLength(1);
    expect(entries.map(({ timestamp }) => timestamp)).toEqual(
      entries.map(({ timestamp }) => timestamp).toSorted((a, b) => b - a),
    );
    const stethos = bodies('stetho-list').flatMap(({ series }) => series ?? []);
    expect(new Set(stethos.map(({ signalid }) => signalid))).toEqual(
      new Set(ofKind('stetho').map(({ signalid }) => signalid)),
    );
  });

  it('marks the recordings of fibrillating hearts', () => {
    const codes = bodies('heart-list').map(({ series }) => series?.map(({ ecg }) => ecg?.afib));
    expect(codes[0]).not.toContain(1);
    expect(codes[1]).toContain(1);
  });

  it('has devices of the table under their names, and one of no known model', () => {
    for (const { model, model_id: id } of bodies('devices').flatMap(({ devices }) => devices ?? [])) {
      expect(model).toBe(DEVICES[id]?.name ?? null);
    }
    expect(bodies('devices')[0]?.devices?.map(({ model_id: id }) => id)).toEqual([44, 71, 93, 9999]);
  });

  it('delivers raw data as objects to the first user and as strings to the second', () => {
    for (const [kind, type] of [
      ['ppg', 2],
      ['accel', 1],
    ] as const) {
      const [first, second] = bodies(kind).map(({ rawdata }) => rawdata?.slice(1) ?? []);
      expect(first?.every((frame) => frame.type === type && frame.format_version === 2)).toBe(true);
      expect(first?.every(({ data }) => typeof data === 'object')).toBe(true);
      expect(second?.every(({ data, format_version: version }) => typeof data === 'string' && version === 1)).toBe(
        true,
      );
    }
  });

  it('names raw data by the UTC days from the one that start lies in', () => {
    const paths = [...simulate({ hours: 0.01, days: 2, start: 1709600000, stethoSeconds: 1 })].map(({ path }) => path);
    expect(paths.filter((path) => path.includes('ppg'))).toEqual([
      'user-1001/ppg-2024-03-05-000.json',
      'user-1001/ppg-2024-03-06-000.json',
    ]);
  });

  it('refuses options out of their range', () => {
    for (const options of [
      { users: 0 },
      { days: 1.5 },
      { hours: 25 },
      { hours: 0 },
      { seed: -1 },
      { seed: Number.NaN },
    ]) {
      expect(() => simulate(options)).toThrow(ArgumentError);
    }
    expect(() => simulate({ hours: 25 })).toThrow('simulate: hours is 25, expected a number from 0.01 to 24');
  });
});
