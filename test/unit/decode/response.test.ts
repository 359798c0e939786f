import { describe, expect, it } from 'vitest';
import { ArgumentError, InputError } from '../../../src/core/errors.ts';
import { decodeResponse } from '../../../src/decode/response.ts';

const ECG = { status: 0, body: { signal: [1, 2, 3], sampling_frequency: 300 } };

const frame = (first: number, more: object = {}, head: object = {}) => ({
  data: { id: [first, first + 1], timestamp: [5, 5], acc_x: [1, 2], acc_y: [3, 4], acc_z: [5, 6], ...more },
  hash_deviceid: 'h',
  type: 1,
  ...head,
});

const page = (...rawdata: object[]) => ({ status: 0, body: { rawdata } });

describe('decodeResponse', () => {
  it('takes text, bytes and a parsed object alike', () => {
    const text = JSON.stringify(ECG);
    const [recording] = decodeResponse(text);
    expect(recording).toMatchObject({ kind: 'ecg', ecg: Int32Array.of(1, 2, 3), samplingFrequency: 300 });
    expect(decodeResponse(Buffer.from(text))).toEqual([recording]);
    expect(decodeResponse(ECG)).toEqual([recording]);
    expect(decodeResponse(`\ufeff${text}\n`)).toEqual([recording]);
  });

  it('gives samples that belong to the caller: the next answer leaves them as they were', () => {
    const [first] = decodeResponse(ECG);
    const other = { ...ECG, body: { ...ECG.body, signal: [4, 5, 6] } };
    expect(decodeResponse(other)[0]).toMatchObject({ ecg: Int32Array.of(4, 5, 6) });
    expect(first).toMatchObject({ ecg: Int32Array.of(1, 2, 3) });
  });

  it('fills in what the answer does not tell itself, and nothing else', () => {
    const context = { userid: 363, signalid: '48', timestamp: 1594159644, deviceid: 'd', timezone: 'Europe/Paris' };
    expect(decodeResponse(ECG, context)[0]).toMatchObject({
      signalId: 48,
      facts: { userId: '363', recordedAt: 1594159644, deviceId: 'd', timezone: 'Europe/Paris' },
    });
    expect(decodeResponse({ userid: 7, response: ECG }, context)[0]).toMatchObject({
      facts: { userId: '7', deviceId: 'd' },
    });
    expect(decodeResponse(page(frame(1)), context)[0]).toMatchObject({
      userId: '363',
      timezone: 'Europe/Paris',
      deviceId: 'h',
    });
    expect(decodeResponse({ signal: [1], model: 44 }, { kind: 'ecg' })[0]).toMatchObject({ samplingFrequency: 500 });
  });

  it('throws what is wrong with one frame, or tells it and decodes the others', () => {
    const input = page(frame(1), frame(3, { acc_x: [1, null] }), frame(5, {}, { firmware_version: 'x' }));
    const message = 'body.rawdata[1].data.acc_x[1]: got null, expected a number';
    expect(() => decodeResponse(input)).toThrow(new InputError(message));
    const told: string[] = [];
    const recordings = decodeResponse(
      input,
      {},
      {
        onNotice: (text) => told.push(text),
        onRejected: (error) => told.push(error.message),
      },
    );
    expect(recordings.map((one) => one.kind === 'accel' && [...one.id])).toEqual([[1, 2, 5, 6]]);
    expect(told).toEqual([expect.stringContaining('body.rawdata[2].firmware_version: got "x"'), message]);
  });

  it('joins the frames of a device in delivered order', () => {
    const [series, ...others] = decodeResponse(page(frame(10), frame(1, { acc_x: [-7, 7] }), frame(10)));
    expect(others).toEqual([]);
    expect(series).toMatchObject({
      kind: 'accel',
      deviceId: 'h',
      id: Uint32Array.of(10, 11, 1, 2, 10, 11),
      timestamp: Uint32Array.of(5, 5, 5, 5, 5, 5),
    });
    expect(series?.kind === 'accel' && series.columns.get('acc_x')).toEqual(Int32Array.of(1, 2, -7, 7, 1, 2));
  });

  it('keeps apart what differs in device, firmware or columns', () => {
    const recordings = decodeResponse(
      page(
        frame(1),
        frame(3, {}, { hash_deviceid: 'other' }),
        frame(5, { novel: [1, 2] }),
        frame(7),
        frame(9, { novel: [0.5, 1] }),
      ),
    );
    expect(recordings.map((series) => (series.kind === 'accel' ? [...series.id] : []))).toEqual([
      [1, 2, 7, 8],
      [3, 4],
      [5, 6, 9, 10],
    ]);
    const last = recordings[2];
    expect(last?.kind === 'accel' && last.columns.get('novel')).toEqual(Float64Array.of(1, 2, 0.5, 1));
  });

  it('gives no recordings for a pending signal, an empty page and a list', () => {
    expect(decodeResponse({ signal: [], sampling_frequency: 300 })).toEqual([]);
    expect(decodeResponse(page())).toEqual([]);
    expect(decodeResponse({ status: 0, body: { series: [{ timestamp: 1, ecg: { signalid: 2 } }] } })).toEqual([]);
  });

  it.each([
    [
      { status: 401, error: 'Unauthorized', body: {} },
      401,
      null,
      /"Unauthorized".*the token was no good: fetch it again/,
    ],
    [{ status: 601, body: { wait_seconds: 42 }, error: 'Too Many Requests' }, 601, 42, /too many.* again in 42 s$/],
    [{ status: 601, body: { wait_seconds: '7.5' } }, 601, 7.5, /status 601 "Too many request".*again in 7\.5 s$/],
    [{ status: 601, body: [], wait_seconds: 3 }, 601, 3, /again in 3 s$/],
    [{ status: 601, body: { wait_seconds: '' } }, 601, null, /again in a minute$/],
    [{ status: 601, body: { wait_seconds: -1 } }, 601, null, /again in a minute$/],
    [{ status: 2555 }, 2555, null, /the user has not granted this/],
    [{ status: 503, error: 'Invalid Params' }, 503, null, /with other parameters/],
    [{ status: 522 }, 522, null, /"Timeout".*fetch it again later$/],
    [{ response: { status: 401 }, signalid: 48 }, 401, null, /status 401 "Authentication failed"/],
  ])('tells what a refused answer says of itself: %j', (answer, status, waitSeconds, says) => {
    for (const given of [answer, JSON.stringify(answer), Buffer.from(JSON.stringify(answer))]) {
      const error = errorOf(() => decodeResponse(given));
      expect(error).toBeInstanceOf(InputError);
      expect(error).toMatchObject({ status, waitSeconds, message: expect.stringMatching(says) });
    }
  });

  it('tells of no status where there is none', () => {
    expect(errorOf(() => decodeResponse('{'))).toMatchObject({ status: null, waitSeconds: null });
  });

  it.each([
    ['', 'empty'],
    ['<html>', 'an HTML page'],
    ['{"status":601,"error":"Too many"}', 'status 601 "Too many"'],
    [`${JSON.stringify(ECG)}\n${JSON.stringify(ECG)}`, 'got 2 documents, expected one API answer'],
    [{ signal: Int32Array.of(1, 2), sampling_frequency: 300 }, 'signal: got an object, expected an array of numbers'],
    [{ signal: [1n], sampling_frequency: 300 }, 'the object has no JSON form'],
    [{ signal: [NaN], sampling_frequency: 300 }, 'signal[0]: got null, expected a number'],
  ])('throws an InputError for %#', (input, message) => {
    expect(() => decodeResponse(input)).toThrow(InputError);
    expect(() => decodeResponse(input)).toThrow(message);
  });

  it('throws an ArgumentError for a context that is none', () => {
    expect(() => decodeResponse(ECG, { timestamp: -1 })).toThrow(ArgumentError);
    expect(() => decodeResponse(ECG, { timestamp: -1 })).toThrow('context.timestamp: got -1');
    expect(() => decodeResponse(ECG, { kind: 'photo' as 'ecg' })).toThrow('context.kind: got "photo"');
  });
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
