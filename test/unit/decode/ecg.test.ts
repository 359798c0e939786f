import { describe, expect, it } from 'vitest';
import type { DecodedEcg } from '../../../src/decode/decoded-sink.ts';
import { answer, collect, rejection } from './collecting-sink.ts';

/** So many that the text of them stays bytes. */
const MANY = Array.from({ length: 40 }, (_, i) => i - 20);

const BODY = { signal: [12, -7, 0], sampling_frequency: 300, wearposition: 1, model: 93 };

function ecg(input: object): DecodedEcg {
  const [recording] = collect(input).recordings;
  if (recording?.kind !== 'ecg') throw new Error('no ECG');
  return recording;
}

describe('signal', () => {
  it.each([
    ['an array', [12, -7, 0]],
    ['an array of whole numbers written otherwise', JSON.parse('[1.2e1, -7.0, -0]')],
    ['a text that holds an array', '[12, -7, 0]'],
    ['a comma-separated text', '12,-7,0'],
    ['a comma-separated text with spaces', ' 12, -7, 0 '],
  ])('is read from %s', (_, signal) => {
    expect([...ecg(answer({ ...BODY, signal })).ecg]).toEqual([12, -7, 0]);
  });

  it.each([
    ['', ''],
    [' ', '  '],
    ['\n', '\u00a0'],
    [' '.repeat(70), ''],
  ])('is read from a long comma-separated text between %j and %j', (before, after) => {
    expect([...ecg(answer({ ...BODY, signal: `${before}${MANY.join(',')}${after}` })).ecg]).toEqual(MANY);
  });

  it('is a number alone, however much space is before it', () => {
    for (const spaces of [0, 70])
      expect([...ecg(answer({ ...BODY, signal: `${' '.repeat(spaces)}5` })).ecg]).toEqual([5]);
    expect(rejection(answer({ ...BODY, signal: '1'.repeat(70) }))).toContain(
      `got "${'1'.repeat(40)}…", expected an array`,
    );
  });

  it.each([[[]], [''], ['[]'], [' '], [' '.repeat(70)]])('is pending while it is %j', (signal) => {
    const { documents, recordings } = collect(answer({ ...BODY, signal }));
    expect(documents).toEqual(['0 pending']);
    expect(recordings).toEqual([]);
  });

  it.each([
    [[1, null, 3], 'body.signal[1]: got null, expected a number'],
    [[1, '2', 3], 'body.signal[1]: got "2", expected a number'],
    [[1, 2.5], 'body.signal[1]: got 2.5, expected a whole number from -2147483648 to 2147483647'],
    [[2 ** 31], 'body.signal[0]: got 2147483648, expected a whole number'],
    ['1,2,x', 'body.signal: got "1,2,x", expected an array of µV'],
    ['1,,2', 'body.signal: the text it holds is not JSON at byte 3 in [1]: got ",", expected a value'],
    ['[1,2', 'body.signal: the text it holds is truncated JSON'],
    [false, 'body.signal: got false, expected an array of numbers'],
    [{ 0: 1 }, 'body.signal: got an object, expected an array of numbers'],
  ])('is rejected when it is %j', (signal, message) => {
    expect(rejection(answer({ ...BODY, signal }))).toContain(message);
  });

  it.each([
    [',', 'body.signal: the text it holds is not JSON at byte 122 in [40]: got "]", expected a value'],
    [',,1', 'body.signal: the text it holds is not JSON at byte 122 in [40]: got ",", expected a value'],
    [' 1', 'body.signal: the text it holds is not JSON at byte 122 in [40]: got "1", expected , or ] after a number'],
    [
      ',01',
      'body.signal: the text it holds is not JSON at byte 122 in [40]: got "01", expected a number as JSON writes',
    ],
    [',1.5', 'body.signal[40]: got 1.5, expected a whole number from -2147483648 to 2147483647'],
    [',2147483648', 'body.signal[40]: got 2147483648, expected a whole number'],
    [',1e999', 'body.signal[40]: got a number too large for float64, expected a finite one'],
    ...[',x', ',null', ',[1]', ']', ',é'].map((odd) => [
      odd,
      'body.signal: got "-20,-19,-18,-17,-16,-15,-14,-13,-12,-11,…", expected an array of µV, or a text of one',
    ]),
  ])('is rejected when a long comma-separated text ends with %j', (odd, message) => {
    expect(rejection(answer({ ...BODY, signal: `${MANY.join(',')}${odd}` }))).toContain(message);
  });

  it('is rejected when a value is too large for any number', () => {
    expect(rejection('{"signal":[1,1e999],"sampling_frequency":300}')).toContain('signal[1]: got a number too large');
  });
});

describe('sampling frequency', () => {
  it('is taken from the answer', () => {
    expect(ecg(answer({ ...BODY, sampling_frequency: 500 })).samplingFrequency).toBe(500);
  });

  it.each([['300'], ['3e2'], ['300.0']])('may be a text of a number: %j', (rate) => {
    expect(ecg(answer({ ...BODY, sampling_frequency: rate })).samplingFrequency).toBe(300);
  });

  it.each([
    [44, 500, 'BPM Core'],
    [91, 300, 'Move ECG'],
    ['93', 300, 'ScanWatch'],
    ['ScanWatch 2', 300, 'ScanWatch 2'],
  ])('is the nominal one of model %j when absent, and that is said', (model, hertz, name) => {
    for (const missing of [{}, { sampling_frequency: null }]) {
      const input = answer({ signal: [1], wearposition: 1, model, ...missing });
      expect(ecg(input).samplingFrequency).toBe(hertz);
      expect(collect(input).notices).toEqual([
        `body.sampling_frequency is absent: took the nominal ${hertz} Hz of ${name}`,
      ]);
    }
  });

  it.each([[9999], [71], [null], ['Toaster']])('cannot be absent for model %j', (model) => {
    expect(rejection(answer({ signal: [1], wearposition: 1, model }))).toContain(
      'body.sampling_frequency: got nothing, and no nominal rate is known of model',
    );
  });

  it.each([[0], [-300], ['fast'], [''], [true], [[300]]])(
    'is rejected when it is %j, also for a known model',
    (rate) => {
      expect(rejection(answer({ ...BODY, sampling_frequency: rate }))).toContain('body.sampling_frequency: got');
    },
  );

  it('is rejected when it is not finite', () => {
    expect(rejection('{"signal":[1],"sampling_frequency":1e999}')).toContain(
      'expected a sampling frequency above 0 Hz',
    );
  });
});

describe('facts', () => {
  it('come from the answer and its wrapper, whatever the order of its keys', () => {
    const response = answer({ ...BODY, heart_rate: 71, afib: 1 });
    const about = {
      kind: 'ecg',
      userid: 363,
      signalid: 48,
      timestamp: 1594159644,
      deviceid: 'd1',
      timezone: 'Europe/Paris',
    };
    for (const input of [
      { ...about, response },
      { response, ...about },
    ]) {
      const { recordings, ends } = collect(input);
      expect(recordings[0]).toMatchObject({
        signalId: 48,
        facts: {
          userId: '363',
          deviceId: 'd1',
          modelId: 93,
          model: 'ScanWatch',
          recordedAt: 1594159644,
          timezone: 'Europe/Paris',
          wearPosition: 1,
          heartRate: 71,
          afib: 1,
          systole: null,
          position: null,
        },
      });
      expect(ends).toEqual([{ index: 0, status: 'ok', userId: '363', timezone: 'Europe/Paris' }]);
    }
  });

  it('are null where nothing is told', () => {
    const { facts, signalId } = ecg({ signal: [1], sampling_frequency: 300 });
    expect(signalId).toBeNull();
    expect(new Set(Object.values(facts))).toEqual(new Set([null]));
  });

  it('take heart_rate as a number and as an object around one', () => {
    const rate = (heart_rate: unknown) => ecg(answer({ ...BODY, heart_rate })).facts.heartRate;
    expect(rate(82)).toBe(82);
    expect(rate('82')).toBe(82);
    expect(rate({ value: '82' })).toBe(82);
    expect(rate({ grpid: 1, value: 82, date: 1594159644, is_deleted: false })).toBe(82);
    expect(rate({ grpid: 1, value: null })).toBeNull();
    expect(rate(null)).toBeNull();
  });

  it('keep codes and models nobody knows yet', () => {
    expect(ecg(answer({ ...BODY, afib: 77, model: 1234 })).facts).toMatchObject({
      afib: 77,
      modelId: 1234,
      model: null,
    });
  });

  it('take ids as text or number', () => {
    const wrapped = (userid: unknown, signalid: unknown) => ecg({ userid, signalid, response: answer(BODY) });
    expect(wrapped('363', '48')).toMatchObject({ signalId: 48, facts: { userId: '363' } });
    expect(wrapped(363, 48)).toMatchObject({ signalId: 48, facts: { userId: '363' } });
    expect(wrapped(null, null)).toMatchObject({ signalId: null, facts: { userId: null } });
  });

  it.each([
    [{ kind: 'photo' }, 'kind: got "photo", expected one of ecg, stetho, ppg, accel'],
    [{ kind: 'stetho' }, 'kind: got "stetho", but the response is an ECG'],
  ])('are rejected when odd: %j', (about, message) => {
    expect(rejection({ ...about, response: answer(BODY) })).toContain(message);
  });

  it.each([
    [{ timestamp: -1 }, 'timestamp: got -1, expected seconds since 1970', { recordedAt: null }],
    [{ timestamp: 1594159644000 }, 'not milliseconds', { recordedAt: null }],
    [{ timestamp: true }, 'timestamp: got true', { recordedAt: null }],
    [{ timezone: 7 }, 'timezone: got 7, expected a text', { timezone: null }],
    [{ timezone: 'z'.repeat(257) }, 'timezone: got "zzz', { timezone: null }],
    [{ deviceid: false }, 'deviceid: got false', { deviceId: null }],
    [{ signalid: -48 }, 'signalid: got -48, expected an id: a whole number', {}],
    [{ signalid: '../../x' }, 'signalid: got "../../x"', {}],
    [{ userid: 1.5 }, 'userid: got 1.5, expected an identifier', { userId: null }],
    [{ userid: {} }, 'userid: got an object', { userId: null }],
  ])('beside the answer are not known when odd, which is said: %j', (about, message, unknown) => {
    const { recordings, notices, documents } = collect({ ...about, response: answer(BODY) });
    expect(documents).toEqual(['0 ok']);
    expect(recordings[0]).toMatchObject({ signalId: null, ecg: Int32Array.from(BODY.signal), facts: unknown });
    expect(notices).toEqual([expect.stringContaining(message)]);
    expect(notices[0]).toMatch(/: taken as not known$/);
  });

  it.each([
    ['wearPosition', { wearposition: 1e6 }],
    ['wearPosition', { wearposition: -1 }],
    ['modelId', { model: 40_000 }],
    ['modelId', { model: '40000' }],
    ['modelId', { model: {} }],
    ['afib', { afib: 0.5 }],
    ['afib', { afib: false }],
    ['afib', { afib: [] }],
    ['heartRate', { heart_rate: -1 }],
    ['heartRate', { heart_rate: 'x' }],
    ['heartRate', { heart_rate: '' }],
    ['heartRate', { heart_rate: [5] }],
    ['heartRate', { heart_rate: { value: 'x' } }],
    ['systole', { bloodpressure: { systole: -1, diastole: 80 } }],
    ['diastole', { bloodpressure: 7 }],
    ['deviceId', { deviceid: -1 }],
    ['recordedAt', { timestamp: {} }],
    ['timezone', { timezone: ['Europe/Paris'] }],
  ] as const)('%s is not known when odd, which is said by name: %j', (name, odd) => {
    const { recordings, notices } = collect(answer({ afib: 1, ...BODY, ...odd }));
    const [recording] = recordings;
    expect(recording?.facts[name]).toBeNull();
    expect(recording).toMatchObject({ ecg: Int32Array.from(BODY.signal), facts: name === 'afib' ? {} : { afib: 1 } });
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(
      new RegExp(`^body\\.${Object.keys(odd)[0]}\\b.*: got .*, expected .*: taken as not known$`),
    );
  });

  it('are not known when odd, but what samples cannot do without is not guessed', () => {
    for (const sampling_frequency of [0, -300, {}, true]) {
      expect(rejection(answer({ ...BODY, sampling_frequency }))).toContain('body.sampling_frequency: got');
    }
  });
});
