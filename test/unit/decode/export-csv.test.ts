import { describe, expect, it } from 'vitest';
import type { DecodedEcg } from '../../../src/decode/decoded-sink.ts';
import { collect, rejection } from './collecting-sink.ts';

const HEADER = 'date,type,frequency,duration,wearposition,signal';
const WATCH = '2020-07-08T00:07:24+02:00,ECG,300,0.01,1,"12,-7,0"';

function row(line: string, header = HEADER): DecodedEcg {
  const [recording] = collect(`${header}\r\n${line}\r\n`, 'signal.csv').recordings;
  if (recording?.kind !== 'ecg') throw new Error('no ECG');
  return recording;
}

describe('a row', () => {
  it('is an ECG in µV when a watch recorded it', () => {
    const recording = row(WATCH);
    expect([...recording.ecg]).toEqual([12, -7, 0]);
    expect(recording.samplingFrequency).toBe(300);
    expect(recording.signalId).toBeNull();
    // 2020-07-07 22:07:24 UTC, by `date -u -d 2020-07-08T00:07:24+02:00 +%s`
    expect(recording.facts).toMatchObject({ recordedAt: 1594159644, wearPosition: 1, userId: null, model: null });
  });

  it.each([
    ['500 Hz', '1594159644,ECG,500,0.006,1,"0.012,-0.0075,1.5"'],
    ['the name of a blood-pressure monitor', '1594159644,BPM Core,300,0.01,1,"0.012,-0.0075,1.5"'],
    ['the name of its kind', '1594159644,Blood Pressure Monitor,300,0.01,1,"0.012,-0.0075,1.5"'],
    ['its model id', '1594159644,44,300,0.01,1,"0.012,-0.0075,1.5"'],
  ])('is an ECG in mV, to be rounded to whole µV, by %s', (_, line) => {
    expect([...row(line).ecg]).toEqual([12, -7, 1500]);
    expect(row(line).facts.recordedAt).toBe(1594159644);
  });

  it('in mV is rounded to the nearest whole µV', () => {
    expect([...row('5,ECG,500,0.01,1,"0.0126,-0.0126,0.0124,-0.0124,2"').ecg]).toEqual([13, -13, 12, -12, 2000]);
  });

  it('may stand in any order of columns, its signal in brackets, unquoted when it is one value', () => {
    expect([...row('"[1, 2]",300,2020-01-01', 'Signal, Frequency ,DATE').ecg]).toEqual([1, 2]);
    expect([...row('5,300,2020-01-01', 'signal,frequency,date').ecg]).toEqual([5]);
  });

  it('never yields what stands in columns that name people', () => {
    const all = collect(`${HEADER},doctor,comment\n${WATCH},"Dr. ""House""","see\nme"\n`);
    expect(all.documents).toEqual(['0 ok']);
    expect(JSON.stringify(all)).not.toMatch(/House|see/);
  });

  it('is pending while its signal is empty', () => {
    expect(collect(`${HEADER}\n2020-01-01,ECG,300,30,1,\n2020-01-01,ECG,300,30,1,""`).documents).toEqual([
      '0 pending',
      '1 pending',
    ]);
  });

  it('without a zone is taken as UTC wherever it is read, and that is said', () => {
    const line = '2020-07-07 22:07:24,ECG,300,0.01,1,"1,2,3"';
    expect(row(line).facts.recordedAt).toBe(1594159644);
    expect(collect(`${HEADER}\n${line}`).notices).toEqual([
      'row 1: date "2020-07-07 22:07:24" names no zone: taken as UTC',
    ]);
  });

  it.each([
    ['2020-07-07T22:07:24Z', 1594159644],
    ['2020-07-07T22:07:24.250Z', 1594159644.25],
    ['2020-07-08T00:07:24+0200', 1594159644],
    ['2020-07-08 00:07+02', 1594159620],
    ['2020-07-07Z', 1594080000],
    ['', null],
  ])('starts at its date: %j', (date, seconds) => {
    expect(row(`${date},ECG,300,0.01,1,"1,2,3"`).facts.recordedAt).toBe(seconds);
  });

  it('says when its duration is not that of its signal', () => {
    expect(collect(`${HEADER}\n2020-01-01Z,ECG,300,30,1,"1,2,3"`).notices).toEqual([
      'row 1: duration says 30 s at 300 Hz, signal holds 0.01 s: kept all samples',
    ]);
  });

  it.each([
    ['x,ECG,300,30,1,"1,2"', 'date: got "x", expected ISO 8601 such as 2026-11-01T08:30:00Z, or Unix seconds'],
    ['1594159644000,ECG,300,30,1,"1,2"', 'date: got "1594159644000"'],
    ['20200101,ECG,300,30,1,"1,2"', 'date: got "20200101", expected ISO 8601'],
    ['2020,ECG,300,30,1,"1,2"', 'date: got "2020", expected ISO 8601'],
    ['2020-13-01,ECG,300,30,1,"1,2"', 'date: got "2020-13-01"'],
    ['2021-02-30T18:29:57+02:00,ECG,300,30,1,"1,2"', 'date: got "2021-02-30T18:29:57+02:00"'],
    [
      '2100-02-29,ECG,300,30,1,"1,2"',
      'date: got "2100-02-29", expected ISO 8601 such as 2026-11-01T08:30:00Z, or Unix seconds, of a time that exists',
    ],
    ['2020-01-01 24:00,ECG,300,30,1,"1,2"', 'date: got "2020-01-01 24:00"'],
    ['1960-01-01,ECG,300,30,1,"1,2"', 'date: got "1960-01-01"'],
    ['2020-01-01Z,ECG,0,30,1,"1,2"', 'frequency: got 0, expected a sampling frequency above 0 Hz'],
    ['2020-01-01Z,ECG,-300,30,1,"1,2"', 'frequency: got -300'],
    ['2020-01-01Z,ECG,fast,30,1,"1,2"', 'frequency: got "fast"'],
    ['2020-01-01Z,ECG,,30,1,"1,2"', 'frequency: got nothing, and no nominal rate is known'],
    ['2020-01-01Z,ECG,300,30,1,"1,2.5"', 'signal[1]: got 2.5, expected a whole number'],
    ['2020-01-01Z,ECG,300,30,1,"1,x"', 'signal: got "1,x", expected a comma-separated list'],
    ['2020-01-01Z,ECG,300,30,1,"1,,2"', 'signal: the text it holds is not JSON'],
    [
      '2020-01-01Z,ECG,500,30,1,"1,1001"',
      'signal[1]: got 1001 in a row of a blood-pressure monitor, expected millivolts',
    ],
    ['2020-01-01Z,ECG,300,30,1,1,2', 'row 1: got 7 fields, expected 6 as in the header'],
    ['2020-01-01Z,ECG,300', 'row 1: got 3 fields, expected 6 as in the header'],
  ])('is rejected when odd: %s', (line, message) => {
    expect(rejection(`${HEADER}\n${line}\n`)).toContain(message);
  });
});

describe('a file', () => {
  it('is read in chunks of any size, with either line end, with or without the last', () => {
    const text = `\ufeff${HEADER}\r\n${WATCH}\r\n\r\n${WATCH}\n${WATCH}`;
    const whole = collect(text);
    expect(whole.documents).toEqual(['0 ok', '1 ok', '2 ok']);
    expect(collect([...Buffer.from(text)].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('goes on behind a bad row', () => {
    expect(collect(`${HEADER}\n${WATCH}\nbad\n${WATCH}\n`).documents.map((text) => text.slice(0, 10))).toEqual([
      '0 ok',
      '1 rejected',
      '2 ok',
    ]);
  });

  it('ends where its quotes no longer match', () => {
    expect(collect(`${HEADER}\n${WATCH}\n"a"b\n${WATCH}\n`).documents[1]).toContain('got more behind a closing quote');
    expect(collect(`${HEADER}\n${WATCH}\n2020-01-01,ECG,300,30,1,"1,2`).documents[1]).toContain('truncated CSV');
  });

  it('may hold what is not UTF-8 where it does not matter', () => {
    const file = (before: string, behind: string) =>
      collect(Buffer.concat([Buffer.from(`${HEADER}\n${before}`), Buffer.from([0xff]), Buffer.from(`${behind}\n`)]))
        .documents;
    expect(file('2020-01-01Z,Montre ', ',300,0.01,1,"1,2,3"')).toEqual(['0 ok']);
    expect(file('2020-01-01Z', ',ECG,300,0.01,1,"1,2,3"')[0]).toContain('0 rejected: date: got');
    expect(file('2020-01-01Z,ECG,300,0.01,1,"1,2', ',3"')[0]).toContain('0 rejected: signal: got');
  });

  it('with a row that has no end is rejected before it fills the memory', () => {
    const parts = (part: string) => [Buffer.from(`${HEADER}\n`), ...Array<Uint8Array>(80).fill(Buffer.from(part))];
    expect(collect(parts(`"${'1,'.repeat(2 ** 19)}`)).errors[0]?.message).toContain('got more behind a closing quote');
    const open = [
      Buffer.from(`${HEADER}\n5,ECG,300,1,1,"`),
      ...Array<Uint8Array>(80).fill(Buffer.from('1,'.repeat(2 ** 19))),
    ];
    expect(collect(open).errors[0]?.message).toBe(
      `too large at byte ${HEADER.length + 1}: got a row of more than 67108864 bytes`,
    );
    expect(collect(parts(','.repeat(2 ** 12))).errors[0]?.message).toContain('got a row of more than 1024 fields');
  });
});
