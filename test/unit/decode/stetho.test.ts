import { describe, expect, it } from 'vitest';
import type { StethoRecording } from '../../../src/signals/signal.ts';
import { answer, collect, rejection } from './collecting-sink.ts';

/** A-law codes and what ffmpeg and sox decode them to. */
const CODES = [0xd5, 0x55, 0xaa, 0x2a, 0x80, 0x00];
const PCM = [8, -8, 32256, -32256, 5504, -5504];
const SIGNED = CODES.map((code) => (code << 24) >> 24);

const BODY = { signal: CODES, frequency: 4000, model: 44 };

function repeated(numbers: readonly number[]): number[] {
  return Array.from({ length: 20 }, () => numbers).flat();
}

function stetho(input: object): StethoRecording {
  const [recording] = collect(input).recordings;
  if (recording?.kind !== 'stetho') throw new Error('no stethoscope recording');
  return recording;
}

describe('signal', () => {
  it.each([
    ['codes of 0 to 255', CODES],
    ['codes of -128 to 127', SIGNED],
    ['base64', Buffer.from(CODES).toString('base64')],
    ['base64 for URLs', Buffer.from(CODES).toString('base64url')],
    ['a text that holds an array', JSON.stringify(CODES)],
    ['a comma-separated text', SIGNED.join(',')],
  ])('is read from %s', (_, signal) => {
    expect([...stetho(answer({ ...BODY, signal })).pcm]).toEqual(PCM);
  });

  it.each([
    ['base64', Buffer.from(repeated(CODES)).toString('base64')],
    ['a comma-separated text', repeated(CODES).join(',')],
  ])('is read from %s so long that it stays bytes', (_, signal) => {
    expect([...stetho(answer({ ...BODY, signal })).pcm]).toEqual(repeated(PCM));
    expect(rejection(answer({ ...BODY, signal: `${signal}!` }))).toContain(
      `body.signal: got "${signal.slice(0, 40)}…", expected A-law codes: an array, a text of one, or base64`,
    );
  });

  it('keeps all 256 codes in both notations apart', () => {
    const all = Array.from({ length: 256 }, (_, code) => code);
    const unsigned = stetho(answer({ ...BODY, signal: all })).pcm;
    const signed = stetho(answer({ ...BODY, signal: all.map((code) => (code << 24) >> 24) })).pcm;
    expect(signed).toEqual(unsigned);
    expect(new Set(unsigned).size).toBe(256);
  });

  it('is pending while it is empty', () => {
    expect(collect(answer({ ...BODY, signal: [] })).documents).toEqual(['0 pending']);
  });

  it.each([
    [[1, 256], 'body.signal[1]: got 256, expected a whole number from -128 to 255'],
    [[-129], 'body.signal[0]: got -129'],
    [[-1, 200], 'body.signal: got -1 at [0] and 200 at [1], expected codes all in 0..255 or all in -128..127'],
    [[1.5], 'body.signal[0]: got 1.5'],
    [[1, null], 'body.signal[1]: got null, expected a number'],
    ['1VW', null],
    ['1VW!', 'body.signal: got "1VW!", expected A-law codes'],
    ['1VWqK', 'body.signal: got "1VWqK", expected A-law codes'],
    ['1VWq=', 'body.signal: got "1VWq=", expected A-law codes'],
  ])('%j is rejected when it is no A-law', (signal, message) => {
    if (message === null) expect(stetho(answer({ ...BODY, signal })).pcm.length).toBe(2);
    else expect(rejection(answer({ ...BODY, signal }))).toContain(message);
  });
});

describe('what stands beside the signal', () => {
  it('is kept with the recording', () => {
    const response = answer({
      ...BODY,
      channel: 1,
      format: 1,
      resolution: 8,
      position: 19,
      vhd: 2,
      size: 6,
      duration: 0.0015,
    });
    const { recordings, notices } = collect({ kind: 'stetho', userid: 7, signalid: 5, timestamp: 10, response });
    expect(notices).toEqual([]);
    expect(recordings[0]).toMatchObject({
      kind: 'stetho',
      signalId: 5,
      samplingFrequency: 4000,
      channels: 1,
      facts: { userId: '7', recordedAt: 10, modelId: 44, model: 'BPM Core', position: 19, vhd: 2, wearPosition: null },
    });
  });

  it('is checked against the signal: a mismatch is said, the samples are kept', () => {
    const { recordings, notices } = collect(answer({ ...BODY, size: 7, duration: 20 }));
    expect((recordings[0] as StethoRecording).pcm.length).toBe(6);
    expect(notices).toEqual([
      'body.size says 7 bytes, body.signal holds 6: kept these',
      'body.duration says 20 s at 4000 Hz, body.signal holds 0.0015 s: kept all samples',
    ]);
  });

  it('gives the rate of the model where it is absent, and that is said', () => {
    const input = answer({ signal: CODES, model: 71, position: 15 });
    expect(stetho(input).samplingFrequency).toBe(4000);
    expect(collect(input).notices).toEqual(['body.frequency is absent: took the nominal 4000 Hz of BeamO']);
    expect(rejection(answer({ signal: CODES, model: 93, position: 15 }))).toContain('body.frequency: got nothing');
  });

  it('may tell of several channels', () => {
    expect(stetho(answer({ ...BODY, channel: 2 })).channels).toBe(2);
    expect(rejection(answer({ ...BODY, channel: 4 }))).toContain('got 6 codes, expected a multiple of 4 channels');
  });

  it.each([
    [{ frequency: 0 }, 'body.frequency: got 0'],
    [{ frequency: -4000 }, 'body.frequency: got -4000'],
    [{ channel: 0 }, 'body.channel: got 0'],
    [{ format: 7 }, 'body.format: got 7, expected A-law'],
    [{ resolution: 16 }, 'body.resolution: got 16, expected A-law codes of 8 bits'],
  ])('is rejected when it contradicts A-law: %j', (odd, message) => {
    expect(rejection(answer({ ...BODY, ...odd }))).toContain(message);
  });
});

describe('kind of a bare signal', () => {
  it.each([
    [{ frequency: 4000 }, 'stetho'],
    [{ sampling_frequency: 300 }, 'ecg'],
    [{ model: 71 }, 'stetho'],
    [{ model: 93 }, 'ecg'],
    [{ model: 44, position: 15 }, 'stetho'],
    [{ model: 44, wearposition: 1 }, 'ecg'],
  ])('is told by %j', (beside, kind) => {
    expect(collect({ signal: [1, 2, 3], ...beside }).recordings[0]?.kind).toBe(kind);
  });

  it.each([[{}], [{ model: 44 }], [{ model: 9999 }], [{ sampling_frequency: 300, frequency: 4000 }]])(
    'is not guessed from %j, but taken from a wrapper',
    (beside) => {
      expect(rejection({ signal: [1], ...beside })).toContain('signal: got nothing beside it that tells an ECG');
      if ('model' in beside && beside.model === 44) {
        expect(collect({ kind: 'stetho', response: { signal: [1], ...beside } }).recordings[0]?.kind).toBe('stetho');
      }
    },
  );
});
