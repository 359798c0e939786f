import { describe, expect, it } from 'vitest';
import { simulateClock } from '../../../src/simulator/clock.ts';
import { FRAME_SAMPLES, PAGE_FRAMES, type RawdataSource, rawdataPages } from '../../../src/simulator/rawdata-pages.ts';

type Columns = { id: number[]; timestamp: number[]; acc_x: number[] };
type Frame = { data: Columns | string; startdate: number; enddate: number };

/** 3 h at 25 Hz with one gap: 208 frames. */
const clock = simulateClock({
  start: 1709510400.3,
  durationSeconds: 10800,
  firstId: 500,
  gaps: [{ at: 1000, seconds: 100 }],
});

describe('rawdataPages', () => {
  it('delivers every sample of the clock, each value with its own id', () => {
    const values = new Map<number, number>();
    for (const { id, acc_x: x } of columnsOf(allFrames(2))) id.forEach((count, i) => values.set(count, x[i] ?? -1));
    expect([...values.keys()].toSorted((a, b) => a - b)).toEqual([...clock.id]);
    expect([...values].filter(([id, value]) => value !== id % 1000)).toEqual([]);
  });

  it('cuts full frames of about 52 s, in pages of at most 100 and what comes again', () => {
    const frames = columnsOf(allFrames(2));
    const full = frames.filter((columns) => columns.id.length === FRAME_SAMPLES);
    expect(full.length).toBeGreaterThan(150);
    for (const { timestamp } of full) {
      const seconds = (timestamp.at(-1) ?? 0) - (timestamp[0] ?? 0);
      expect([51, 52]).toContain(seconds);
    }
    for (const { rawdata } of rawdataPages(source(2))) expect(rawdata.length).toBeLessThanOrEqual(PAGE_FRAMES * 1.1);
  });

  it('says that there is more, and from where, on all pages but the last', () => {
    const pages = [...rawdataPages(source(2))].map(({ more, offset }) => ({ more, offset }));
    expect(pages).toEqual([
      { more: true, offset: 100 },
      { more: true, offset: 200 },
      { more: false, offset: 0 },
    ]);
  });

  it('has frames that overlap, come twice and come out of order', () => {
    const frames = columnsOf(allFrames(2));
    const starts = frames.map(({ id }) => id[0] ?? 0);
    expect(new Set(starts).size).toBeLessThan(starts.length);
    expect(starts.some((start, i) => i > 0 && start < (starts[i - 1] ?? 0))).toBe(true);
    expect(frames.some(({ id }) => id.length > FRAME_SAMPLES)).toBe(true);
  });

  it('has no frame that spans a gap, and no count that falls within a frame', () => {
    for (const { id } of columnsOf(allFrames(2))) {
      expect((id.at(-1) ?? 0) - (id[0] ?? 0)).toBe(id.length - 1);
    }
  });

  it('begins with a frame whose data is an empty string', () => {
    expect(allFrames(2)[0]?.data).toBe('');
  });

  it('writes data as an object in format 2, as a string of the same JSON in format 1', () => {
    const objects = allFrames(2).slice(1);
    const strings = allFrames(1).slice(1);
    expect(strings.every(({ data }) => typeof data === 'string')).toBe(true);
    expect(columnsOf(strings)).toEqual(objects.map(({ data }) => data));
  });

  it('says when a frame begins and ends', () => {
    for (const { data, startdate, enddate } of allFrames(2).slice(1)) {
      const seconds = typeof data === 'string' ? [] : data.timestamp;
      expect([startdate, enddate]).toEqual([seconds[0], seconds.at(-1)]);
    }
  });
});

function source(formatVersion: 1 | 2): RawdataSource {
  return {
    type: 1,
    sensorName: 'ADXL362_RAW',
    hashDeviceId: 'c0ffee',
    clock,
    formatVersion,
    columns: (from, to) => ({ acc_x: Int32Array.from(clock.id.subarray(from, to), (id) => id % 1000) }),
  };
}

function allFrames(formatVersion: 1 | 2): Frame[] {
  return [...rawdataPages(source(formatVersion))].flatMap(({ rawdata }) => rawdata as Frame[]);
}

function columnsOf(frames: readonly Frame[]): Columns[] {
  return frames
    .filter(({ data }) => data !== '')
    .map(({ data }) => (typeof data === 'string' ? (JSON.parse(data) as Columns) : data));
}
