import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import { simulateClock } from '../../../src/simulator/clock.ts';

const START = 1_700_000_000.25;

describe('simulateClock', () => {
  it('counts samples at the true rate and cuts their times to whole seconds', () => {
    const { id, timestamp, trueTime, segment } = simulateClock({ start: START, durationSeconds: 60, rate: 25.5 });
    expect(id).toHaveLength(1530);
    expect([id[0], id[1529], trueTime[0]]).toEqual([0, 1529, START]);
    expect(trueTime[1529]! - START).toBeCloseTo(1529 / 25.5, 6);
    expect(timestamp).toEqual(Uint32Array.from(trueTime, Math.floor));
    expect(new Set(segment)).toEqual(new Set([0]));
  });

  it('drifts as a ramp: the mean rate of an hour is off by half of what the hour adds', () => {
    const { trueTime } = simulateClock({ start: START, durationSeconds: 3600, drift: { rampPpmPerHour: 2000 } });
    expect(trueTime.length).toBeCloseTo(90000 * (1 + 1000e-6), -1);
  });

  it('wanders by the seed, and by no more than asked for', () => {
    const options = { start: START, durationSeconds: 2400, drift: { wanderPpm: 100 } };
    const one = simulateClock({ ...options, seed: 1 });
    expect(simulateClock({ ...options, seed: 1 })).toEqual(one);
    expect(simulateClock({ ...options, seed: 2 }).trueTime).not.toEqual(one.trueTime);
    const periods = one.trueTime.slice(1).map((time, i) => time - one.trueTime[i]!);
    const offRate = periods.map((period) => Math.abs(period * 25 - 1)).sort();
    // Unix seconds in float64 are good to 0.24 µs: 12 ppm of a period.
    expect(offRate.at(-1)).toBeLessThan(115e-6);
    expect(offRate.at(-1)).toBeGreaterThan(50e-6);
  });

  it('counts through a gap unless told how far the counter moves', () => {
    const gap = { at: 10, seconds: 5 };
    const through = simulateClock({ start: START, durationSeconds: 20, gaps: [gap] });
    expect([through.id[249], through.id[250]]).toEqual([249, 375]);
    expect(through.trueTime[250]! - START).toBeCloseTo(15, 6);
    const paused = simulateClock({ start: START, durationSeconds: 20, gaps: [{ ...gap, idStep: 3 }] });
    expect([paused.id[249], paused.id[250]]).toEqual([249, 252]);
    expect(paused.trueTime[250]! - paused.trueTime[249]!).toBeCloseTo(5.04, 6);
    expect(paused.segment[250]).toBe(1);
  });

  it('restarts the counter and steps the delivered clock', () => {
    const { id, trueTime, segment } = simulateClock({
      start: START,
      durationSeconds: 30,
      firstId: 500,
      restarts: [{ at: 10, seconds: 2, firstId: 7 }],
      steps: [{ at: 20, seconds: -3.5 }],
    });
    expect([id[249], id[250]]).toEqual([749, 7]);
    expect(trueTime[250]! - START).toBeCloseTo(12, 6);
    const step = segment.indexOf(2);
    expect(id[step]! - id[step - 1]!).toBe(1);
    expect(trueTime[step]! - trueTime[step - 1]!).toBeCloseTo(0.04 - 3.5, 6);
  });

  it('refuses a rate or a duration that is not positive', () => {
    expect(() => simulateClock({ start: START, durationSeconds: 1, rate: 0 })).toThrow(ArgumentError);
    expect(() => simulateClock({ start: START, durationSeconds: Infinity })).toThrow(/durationSeconds is Infinity/);
  });
});
