import { describe, expect, it } from 'vitest';
import { answer, collect, rejection } from './collecting-sink.ts';

const PPG_DATA = {
  agc_green_adc_range: [3, 3],
  agc_green_current_ua: [28188, 28188],
  id: [124525, 124526],
  ppg_green: [415607, 415595],
  ppg_ir: [445317, 445329],
  ppg_red: [451761, 451769],
  timestamp: [1656329019, 1656329019],
};

const PPG = {
  data: PPG_DATA,
  hash_deviceid: '00d2',
  type: 2,
  format_version: 2,
  firmware_version: 2561,
  sensor_name: 'MAX8614X_PPG_AGC',
  startdate: 1656329019,
  enddate: 1656329071,
};

const ACCEL_DATA = { acc_x: [19], acc_y: [-49], acc_z: [657], id: [73141], timestamp: [1656322724] };
const ACCEL = { data: ACCEL_DATA, hash_deviceid: '00d2', type: 1, sensor_name: 'ADXL362_RAW' };

const page = (...rawdata: object[]) => answer({ rawdata, more: false, offset: 0 });

/** A PPG frame with some of its columns replaced. */
const withData = (data: object) => page({ ...PPG, data: { ...PPG_DATA, ...data } });

const withCounter = (id: number[]) => ({ ...PPG, data: { ...PPG_DATA, id } });

describe('a frame', () => {
  it('gives its header and its columns, those beside the counter under their own names', () => {
    const { frames, documents } = collect(page(PPG));
    expect(documents).toEqual(['0 ok']);
    expect(frames).toHaveLength(1);
    const { columns, ...rest } = frames[0] as (typeof frames)[0];
    expect(rest).toEqual({
      kind: 'ppg',
      deviceId: '00d2',
      constant: new Set(['agc_green_adc_range', 'agc_green_current_ua', 'timestamp']),
      sensorName: 'MAX8614X_PPG_AGC',
      firmwareVersion: 2561,
      formatVersion: 2,
      id: Uint32Array.of(124525, 124526),
      timestamp: Uint32Array.of(1656329019, 1656329019),
    });
    const others = Object.entries(PPG_DATA).filter(([name]) => name !== 'id' && name !== 'timestamp');
    expect([...columns].map(([name, values]) => [name, [...values]])).toEqual(others);
    for (const values of columns.values()) expect(values).toBeInstanceOf(Int32Array);
  });

  it('takes a column whose name is of any whole characters', () => {
    const { frames } = collect(withData({ '\u{1f49a} signal': [1, 2] }));
    expect(frames[0]?.columns.get('\u{1f49a} signal')).toEqual(Int32Array.of(1, 2));
  });

  it('may hold its data as a text', () => {
    const text = page({ ...PPG, data: JSON.stringify(PPG_DATA), format_version: 1 }, ACCEL);
    const { frames } = collect(text);
    expect(frames[0]).toEqual({ ...collect(page(PPG)).frames[0], formatVersion: 1 });
    expect(frames[1]?.kind).toBe('accel');
  });

  it.each([[''], [[]], [{}], ['{}'], ['[]'], [Object.fromEntries(Object.keys(PPG_DATA).map((name) => [name, []]))]])(
    'without samples (%j) gives nothing',
    (data) => {
      const { frames, documents } = collect(page({ ...PPG, data }));
      expect(frames).toEqual([]);
      expect(documents).toEqual(['0 ok']);
    },
  );

  it('keeps columns nobody knows yet: whole numbers as int32, others as float64', () => {
    const { frames } = collect(withData({ spo2: [97, 98], skin_temperature: [33.5, 34], far: [3e9, 1] }));
    expect(frames[0]?.columns.get('spo2')).toEqual(Int32Array.of(97, 98));
    expect(frames[0]?.columns.get('skin_temperature')).toEqual(Float64Array.of(33.5, 34));
    expect(frames[0]?.columns.get('far')).toEqual(Float64Array.of(3e9, 1));
  });

  it('takes ids and seconds up to 2^32 - 1', () => {
    const { frames } = collect(withData({ id: [4294967294, 4294967295], timestamp: [2147483648, 4294967295] }));
    expect(frames[0]?.id).toEqual(Uint32Array.of(4294967294, 4294967295));
    expect(frames[0]?.timestamp).toEqual(Uint32Array.of(2147483648, 4294967295));
  });

  it('is known by either name of its device, or none', () => {
    const device = (frame: object) =>
      collect(page({ ...ACCEL, hash_deviceid: undefined, ...frame })).frames[0]?.deviceId;
    expect(device({ hash_deviceid: 'h' })).toBe('h');
    expect(device({ deviceid: 12 })).toBe('12');
    expect(device({})).toBeNull();
  });

  it('says what it leaves out', () => {
    const { notices, frames } = collect(withData({ version: 3 }));
    expect(frames).toHaveLength(1);
    expect(notices).toEqual(['body.rawdata[0].data.version is no column (3): left out']);
  });
});

describe('a bad frame is told by its path, and spoils a document that has no good one', () => {
  it.each([
    [
      withData({ ppg_ir: [1] }),
      'body.rawdata[0].data.ppg_ir: got 1 values, expected 2 as in body.rawdata[0].data.agc_green_adc_range',
    ],
    [withData({ ppg_ir: [1, null] }), 'body.rawdata[0].data.ppg_ir[1]: got null, expected a number'],
    [withData({ ppg_ir: ['1', 2] }), 'body.rawdata[0].data.ppg_ir[0]: got "1", expected a number'],
    [withData({ ppg_ir: null }), 'body.rawdata[0].data.ppg_ir: got null, expected an array of numbers'],
    [withData({ ppg_ir: '1,2' }), 'body.rawdata[0].data.ppg_ir: got "1,2", expected an array of numbers'],
    [withData({ ppg_ir: [1, 2.5] }), 'data.ppg_ir[1]: got 2.5, expected a whole number'],
    [withData({ ppg_ir: [1, 2 ** 31] }), 'data.ppg_ir[1]: got 2147483648, expected a whole number from -2147483648'],
    [withData({ agc_green_adc_range: [3, 256] }), 'adc_range[1]: got 256, expected a whole number from 0 to 255'],
    [withData({ timestamp: [-1, 5] }), 'data.timestamp[0]: got -1, expected a whole number from 0 to 4294967295'],
    [withData({ timestamp: [1.5, 2] }), 'data.timestamp[0]: got 1.5'],
    [withData({ id: [1, -2] }), 'data.id[1]: got -2'],
    [withData({ id: [1, 2 ** 32] }), 'data.id[1]: got 4294967296'],
    [withData({ novel: [1, [2]] }), 'data.novel[1]: got'],
    [withData({ time: [1, 2] }), 'data.time: got 2 numbers, expected a name that the data set does not use itself'],
    [withData({ '': [1, 2] }), 'data."": got a column of that name, expected one that is not empty'],
    [withData({ 'x\ud800': [1, 2] }), 'data."x\\ud800": got a column of that name'],
    [withData({ '\udc00\ud800': [1, 2] }), 'data."\\udc00\\ud800": got a column of that name'],
    [
      page({ ...PPG, format_version: 1, data: JSON.stringify({ ...PPG_DATA, '\udfff': [1, 2] }) }),
      'data."\\udfff": got a column of that name',
    ],
    [withData({ id: undefined }), 'data.id: got nothing, expected the column, as in every ppg frame'],
    [withData({ ppg_red: undefined }), 'data.ppg_red: got nothing'],
    [
      page({ ...ACCEL, data: { ...ACCEL_DATA, acc_z: undefined } }),
      'data.acc_z: got nothing, expected the column, as in every accel',
    ],
    [page({ ...PPG, type: 3 }), 'body.rawdata[0].type: got 3, expected 1 (accelerometer) or 2 (PPG)'],
    [page({ ...PPG, type: undefined }), 'body.rawdata[0].type: got nothing'],
    [page({ ...PPG, data: null }), 'body.rawdata[0].data: got null, expected an object of columns'],
    [page({ ...PPG, data: 'not json' }), 'body.rawdata[0].data: the text it holds is not JSON at byte 0'],
    [page({ ...PPG, data: [1, 2] }), 'body.rawdata[0].data: got 2 numbers, expected an object'],
    [
      page(withCounter([7, 7]), { ...PPG, type: 9 }),
      'body.rawdata[0].data.id[1]: got 7 in second 1656329019 again, with other samples than at [0]; expected a counter of samples; none of the other 1 in the list can be used either',
    ],
    [answer({ rawdata: [1, 2] }), 'body.rawdata[0]: got 1, expected an object; none of the other 1'],
    [answer({ rawdata: { 0: PPG } }), 'body.rawdata: got an object, expected an array'],
    [withData(Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`c${i}`, [1, 2]]))), 'got more than 64 columns'],
  ])('%#', (input, message) => {
    expect(rejection(input)).toContain(message);
  });

  it('when a number of a column is not finite', () => {
    expect(rejection(JSON.stringify(withData({ novel: [1, 77] })).replace('77', '1e999'))).toContain(
      'data.novel[1]: got a number too large for float64',
    );
  });
});

describe('one bad frame of several', () => {
  const bad = { ...PPG, data: { ...PPG_DATA, ppg_ir: [1, null] } };

  it.each([
    ['at the start', [bad, PPG, PPG]],
    ['in the middle', [PPG, bad, PPG]],
    ['at the end', [PPG, PPG, bad]],
  ])('costs that frame only: %s', (_, frames) => {
    const { frames: good, documents, rejectedElements } = collect(page(...frames));
    expect(documents).toEqual(['0 ok']);
    expect(good).toHaveLength(2);
    const at = frames.indexOf(bad);
    expect(rejectedElements).toEqual([`body.rawdata[${at}].data.ppg_ir[1]: got null, expected a number`]);
  });

  it.each([
    ['sensor_name', 5, 'sensorName'],
    ['firmware_version', 'x', 'firmwareVersion'],
    ['format_version', -2, 'formatVersion'],
    ['hash_deviceid', {}, 'deviceId'],
  ] as const)('is none where only %s is odd', (member, value, name) => {
    const { frames, notices, documents } = collect(page({ ...PPG, [member]: value }));
    expect(documents).toEqual(['0 ok']);
    expect(frames[0]).toMatchObject({ id: Uint32Array.from(PPG_DATA.id), [name]: null });
    expect(notices).toEqual([expect.stringMatching(`^body.rawdata\\[0\\].${member}: got .*: taken as not known$`)]);
  });
});

describe('a counter', () => {
  it('that does not count samples is none', () => {
    const rows = 1500;
    const column = (valueOf: (i: number) => number) => Array.from({ length: rows }, (_, i) => valueOf(i));
    const data = {
      id: column(() => 0),
      timestamp: column((i) => 1_656_322_724 + Math.floor(i / 25)),
      acc_x: column((i) => i),
      acc_y: column(() => 0),
      acc_z: column(() => 500),
    };
    const expected = 'body.rawdata[0].data.id[1]: got 0 in second 1656322724 again, with other samples than at [0]';
    expect(rejection(page({ ...ACCEL, data }))).toContain(expected);
    expect(rejection(page({ ...ACCEL, data: JSON.stringify(data) }))).toContain(expected);
  });

  it.each([
    ['repeats a sample in the same words', { id: [5, 5, 6], timestamp: [9, 9, 9], acc_x: [1, 1, 2] }],
    ['repeats an id in another second', { id: [5, 5, 5], timestamp: [9, 10, 11], acc_x: [1, 2, 3] }],
    ['falls back', { id: [7, 8, 1], timestamp: [9, 9, 9], acc_x: [1, 2, 3] }],
  ])('may be one that %s', (_, columns) => {
    const data = { ...columns, acc_y: [0, 0, 0], acc_z: [0, 0, 0] };
    expect(collect(page({ ...ACCEL, data })).frames).toHaveLength(1);
  });

  /** Values that never change: what a watch on a table delivers. */
  const still = (id: readonly number[], timestamp: readonly number[]) => {
    const same = (value: number) => id.map(() => value);
    return { id, timestamp, acc_x: same(1), acc_y: same(2), acc_z: same(500) };
  };
  const rows = (count: number, valueOf: (row: number) => number) => Array.from({ length: count }, (_, i) => valueOf(i));
  const second = (row: number) => 1_656_322_724 + Math.floor(row / 25);

  it.each([
    [
      'stands still',
      1,
      still(
        rows(500, () => 0),
        rows(500, second),
      ),
    ],
    ['stands still within one second', 1, still([7, 7], [9, 9])],
    ['counts seconds', 1, still(rows(500, second), rows(500, second))],
    ['counts seconds of two rows', 1, still([1, 1, 2, 2], [9, 9, 10, 10])],
    [
      'counts packets of five',
      1,
      still(
        rows(500, (i) => Math.floor(i / 5)),
        rows(500, second),
      ),
    ],
    [
      'counts packets of two and three',
      1,
      still(
        [1, 1, 2, 2, 2, 3, 3],
        rows(7, () => 9),
      ),
    ],
    [
      'stands still in a frame that was cut',
      2,
      still(
        rows(52, () => 0),
        rows(52, (i) => second(i + 24)),
      ),
    ],
    [
      'stands still in a frame of two passes',
      1,
      still(
        rows(100, () => 0),
        [...rows(50, second), ...rows(50, second)],
      ),
    ],
  ])('that %s is none, although all samples are equal', (_, at, data) => {
    const expected = `body.rawdata[0].data.id[${at}]: got ${data.id[at]} in second ${data.timestamp[at]} again as at [${at - 1}], and so with every id of the frame; expected a counter of samples`;
    for (const frame of [
      { ...ACCEL, data },
      { ...ACCEL, data: JSON.stringify(data) },
    ])
      expect(rejection(page(frame))).toBe(expected);
    const { frames, rejectedElements } = collect(page(ACCEL, { ...ACCEL, data }, ACCEL));
    expect([frames.length, rejectedElements]).toEqual([2, [expected.replace('[0]', '[1]')]]);
  });

  it.each([
    [
      'comes twice, row by row',
      still(
        rows(100, (i) => Math.floor(i / 2)),
        rows(100, (i) => second(i / 2)),
      ),
    ],
    [
      'comes twice, pass by pass',
      still(
        rows(100, (i) => i % 50),
        rows(100, (i) => second(i % 50)),
      ),
    ],
    ['stands in one row of each second', still([5, 5, 5], [9, 10, 11])],
    ['repeats in place but at its ends', still([1, 2, 2, 3], [9, 9, 9, 9])],
    ['repeats one row of several', still([1, 1, 2, 3], [9, 9, 10, 11])],
  ])('may be one that %s', (_, data) => {
    const { frames } = collect(page({ ...ACCEL, data }));
    expect(frames).toMatchObject([{ id: Uint32Array.from(data.id) }]);
  });

  it('is told by any column, wherever the two rows stand', () => {
    const data = { acc_x: [1, 2, 1], acc_y: [0, 0, 0], acc_z: [0, 0, 0], id: [4, 5, 4], timestamp: [9, 9, 9] };
    expect(collect(page({ ...ACCEL, data })).frames).toHaveLength(1);
    expect(rejection(page({ ...ACCEL, data: { ...data, novel: [0.5, 0, 0.25] } }))).toContain(
      'data.id[2]: got 4 in second 9 again, with other samples than at [0]',
    );
  });
});

describe('a page of frames', () => {
  it('tells its user and time zone at its end, also when they stand behind the frames', () => {
    const { ends, frames } = collect({ response: page(PPG, PPG), kind: 'ppg', userid: 363, timezone: 'Europe/Paris' });
    expect(frames).toHaveLength(2);
    expect(ends).toEqual([{ index: 0, status: 'ok', userId: '363', timezone: 'Europe/Paris' }]);
  });

  it('gives each frame columns of its own type, whatever the frame before held', () => {
    const novel = (values: number[]) => ({ ...ACCEL, data: { ...ACCEL_DATA, novel: values } });
    const types = collect(page(novel([0.5]), novel([1]), novel([1e10]), novel([2]))).frames.map(
      ({ columns }) => columns.get('novel')?.constructor.name,
    );
    expect(types).toEqual(['Float64Array', 'Int32Array', 'Float64Array', 'Int32Array']);
  });

  it('may be followed by another on the next line', () => {
    const line = `${JSON.stringify(page(PPG))}\n`;
    const { documents, frames } = collect(line + line);
    expect(documents).toEqual(['0 ok', '1 ok']);
    expect(frames).toHaveLength(2);
  });

  it('may be empty', () => {
    expect(collect(page()).documents).toEqual(['0 ok']);
  });

  it('is rejected when it is not of the kind its wrapper says', () => {
    expect(rejection({ response: page(PPG), kind: 'accel' })).toBe(
      'kind: got "accel", but the response holds ppg frames',
    );
    expect(rejection({ response: page(PPG), kind: 'ecg' })).toBe('kind: got "ecg", but the response is raw data');
  });

  it('is rejected when its list comes twice, or is overridden by another key', () => {
    const frames = JSON.stringify([ACCEL]);
    expect(rejection(`{"rawdata":${frames},"rawdata":${frames}}`)).toContain('rawdata: got a second list');
    expect(rejection(`{"body":{"rawdata":${frames}},"body":{"signal":[1],"sampling_frequency":300}}`)).toBe(
      'rawdata: got a list in an answer of another kind (an ECG)',
    );
  });
});
