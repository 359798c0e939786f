import fc from 'fast-check';
import { expect, it } from 'vitest';
import { collect, cutUp } from '../unit/decode/collecting-sink.ts';

/** Runs of each test; raise it to look longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 400);

const FRAME = {
  data: {
    acc_x: [19, 19],
    acc_y: [-49, 49],
    acc_z: [657, 663],
    id: [73141, 73142],
    timestamp: [1656322724, 1656322724],
  },
  hash_deviceid: '00d2',
  type: 1,
  format_version: 2,
  firmware_version: 2561,
  sensor_name: 'ADXL362_RAW',
};

/** One of every kind of document. */
const SAMPLES: readonly string[] = [
  {
    kind: 'ecg',
    userid: 3,
    signalid: 4,
    timestamp: 5,
    deviceid: 'd',
    timezone: 'Europe/Paris',
    response: {
      status: 0,
      body: {
        signal: [12, -7, 0, 300],
        sampling_frequency: 300,
        wearposition: 1,
        model: 93,
        heart_rate: { value: 70 },
      },
    },
  },
  { signal: '1,2,3', model: 44, sampling_frequency: 500, heart_rate: 60 },
  {
    status: 0,
    body: {
      signal: 'gICAgA==',
      frequency: 4000,
      duration: 1,
      size: 4,
      format: 1,
      resolution: 8,
      channel: 1,
      model: 71,
      position: 15,
      vhd: 0,
    },
  },
  { status: 0, body: { signal: [-128, 127, 0], frequency: 4000 } },
  {
    status: 0,
    body: {
      rawdata: [FRAME, { ...FRAME, data: JSON.stringify(FRAME.data) }, { ...FRAME, data: '' }],
      more: false,
      offset: 0,
    },
  },
  {
    response: {
      status: 0,
      body: {
        series: [
          {
            deviceid: 'd',
            model: 44,
            ecg: { signalid: 48, afib: 1 },
            bloodpressure: { systole: 120, diastole: 80 },
            stetho: { signalid: 2, vhd: 1 },
            heart_rate: 82,
            modified: 6,
            timestamp: 5,
            timezone: 'UTC',
          },
        ],
      },
    },
    kind: 'heart-list',
    userid: '7',
  },
  {
    status: 0,
    body: {
      devices: [
        { deviceid: 'd', hash_deviceid: 'h', model: 'ScanWatch', model_id: 93, timezone: 'UTC', last_session_date: 4 },
      ],
    },
  },
  { status: 601, body: { wait_seconds: 188 }, error: 'Same arguments in less than 10 seconds' },
]
  .map((document) => JSON.stringify(document))
  .flatMap((text, index, all) => (index === 0 ? [text, all.join('\n'), `[${all.join(',')}]`] : [text]))
  .concat(
    'date,type,frequency,duration,wearposition,signal,doctor\r\n2020-01-01Z,ECG,300,1,1,"1,2,3","a ""b"""\n5,44,500,1,,"0.5,1",\n',
  );

const sample = fc.constantFrom(...SAMPLES).map((text) => Buffer.from(text));
const name = fc.constantFrom('a.json', 'a.ndjson');
const cuts = fc.array(fc.nat(), { maxLength: 6 });

/** Bytes that mean something to a parser, or nothing at all. */
const byte = fc.oneof(fc.constantFrom(...Buffer.from('{}[]",:-.0159eE \n\r\\tfn;<x')), fc.nat({ max: 255 }));

const change = fc.record({
  how: fc.constantFrom('replace', 'insert', 'delete', 'cut', 'double'),
  at: fc.nat(),
  length: fc.integer({ min: 1, max: 12 }),
  byte,
});

function changed(
  bytes: Uint8Array,
  changes: readonly { how: string; at: number; length: number; byte: number }[],
): Uint8Array {
  const result = [...bytes];
  for (const { how, at: position, length, byte: value } of changes) {
    const at = position % (result.length + 1);
    if (how === 'replace') result[Math.min(at, Math.max(result.length - 1, 0))] = value;
    else if (how === 'insert') result.splice(at, 0, value);
    else if (how === 'delete') result.splice(at, length);
    else if (how === 'cut') result.length = at;
    else result.splice(at, 0, ...result.slice(at, at + length));
  }
  return Uint8Array.from(result);
}

it('yields the same however the bytes of an input are cut, be it good or bad', () => {
  fc.assert(
    fc.property(sample, fc.array(change, { maxLength: 2 }), cuts, name, (bytes, changes, where, as) => {
      const input = changed(bytes, changes);
      expect(collect(cutUp(input, where), as)).toEqual(collect(input, as));
    }),
    { numRuns: RUNS },
  );
});

it('ends every document of a damaged input, each in one line, and throws nothing', () => {
  fc.assert(
    fc.property(sample, fc.array(change, { minLength: 1, maxLength: 4 }), name, (bytes, changes, as) => {
      const { documents, ends, errors } = collect(changed(bytes, changes), as);
      expect(documents.map((line) => Number.parseInt(line, 10))).toEqual(documents.map((_, index) => index));
      expect(ends.length + errors.length).toBe(documents.length);
      for (const { message } of errors) {
        expect(message.length).toBeGreaterThan(10);
        expect(message).not.toMatch(/\p{Cc}|undefined|\[object/u);
      }
    }),
    { numRuns: RUNS * 3 },
  );
});

it('gives the numbers that were put in', () => {
  const count = fc.integer({ min: 0, max: 300 });
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const column = (value: fc.Arbitrary<number>, length: number) =>
    fc.array(value, { minLength: length, maxLength: length });
  const frame = count.chain((length) =>
    fc.record({
      id: fc.uniqueArray(uint32, { minLength: length, maxLength: length, size: 'max' }),
      timestamp: column(uint32, length),
      acc_x: column(int32, length),
      acc_y: column(fc.integer({ min: -300, max: 300 }), length),
      acc_z: column(fc.constant(657), length),
      novel: column(fc.double({ noNaN: true, noDefaultInfinity: true }), length),
    }),
  );
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 4 }), cuts, fc.boolean(), (frames, where, asText) => {
      const rawdata = frames.map((data) => ({ ...FRAME, data: asText ? JSON.stringify(data) : data }));
      const bytes = Buffer.from(JSON.stringify({ status: 0, body: { rawdata } }));
      const { frames: decoded, documents } = collect(cutUp(bytes, where));
      expect(documents).toEqual(['0 ok']);
      const seen = decoded.map(({ id, timestamp, columns }) => ({
        id: [...id],
        timestamp: [...timestamp],
        ...Object.fromEntries([...columns].map(([key, values]) => [key, [...values].map((value) => value + 0)])),
      }));
      const given = frames.filter(({ id }) => id.length > 0);
      expect(seen).toEqual(given.map((data) => ({ ...data, novel: data.novel.map((value) => value + 0) })));
    }),
    { numRuns: Math.ceil(RUNS / 4) },
  );
});
