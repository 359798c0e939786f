import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import { createAccelSensor, type SimulatedAccel, simulateAccel } from '../../../src/simulator/accelerometer.ts';
import { ACTIVITY_CODES } from '../../../src/simulator/activity.ts';
import { simulatePpg } from '../../../src/simulator/ppg.ts';

const RATE = 25;
const START = 1709510400;
const times = Float64Array.from({ length: 20 * 60 * RATE }, (_, i) => START + i / RATE);
const accel = simulateAccel(times, { seed: 3 });

describe('simulateAccel', () => {
  it('counts 2 mg within ±4 g', () => {
    for (const axis of [accel.x, accel.y, accel.z]) {
      expect(Math.min(...axis)).toBeGreaterThanOrEqual(-2048);
      expect(Math.max(...axis)).toBeLessThanOrEqual(2047);
    }
    const errors = Array.from(accel.x, (counts, i) => Math.abs(counts * 0.002 - (accel.acceleration[3 * i] ?? 0)));
    expect(Math.max(...errors)).toBeLessThan(0.02);
  });

  it('is still, walks and turns within twenty minutes', () => {
    expect(new Set(accel.activity)).toEqual(new Set(Object.values(ACTIVITY_CODES)));
  });

  it('feels 1 g at rest and while turning, more and less while walking', () => {
    const walking: number[] = [];
    const rest: number[] = [];
    accel.activity.forEach((code, i) => (code === ACTIVITY_CODES.walking ? walking : rest).push(magnitude(accel, i)));
    expect(Math.max(...rest.map((felt) => Math.abs(felt - 1)))).toBeLessThan(0.03);
    expect(Math.max(...walking)).toBeGreaterThan(1.15);
    expect(Math.min(...walking)).toBeLessThan(0.85);
  });

  it('keeps its posture at rest and has another after a turn', () => {
    const still = (i: number): boolean => accel.activity[i] === ACTIVITY_CODES.still;
    const changes = Array.from(accel.z, (counts, i) =>
      still(i) && still(i - 1) ? Math.abs(counts - (accel.z[i - 1] ?? 0)) : 0,
    );
    expect(Math.max(...changes)).toBeLessThan(20);
    const turn = accel.activity.indexOf(ACTIVITY_CODES.turning);
    const after = accel.activity.indexOf(ACTIVITY_CODES.still, turn);
    const change = Math.hypot(...[accel.x, accel.y, accel.z].map((axis) => (axis[after] ?? 0) - (axis[turn - 1] ?? 0)));
    expect(change).toBeGreaterThan(100);
  });

  it('moves when a PPG sensor on the same wrist says that it moves', () => {
    const { moving } = simulatePpg(times, { seed: 3 });
    expect([...moving]).toEqual([...accel.activity].map((code) => (code === ACTIVITY_CODES.still ? 0 : 1)));
  });

  it('gives the same samples however the times are cut into calls', () => {
    const sensor = createAccelSensor({ seed: 3, start: START });
    const parts = [0, 1, 1300, times.length].map((from, i, cuts) => sensor(times.subarray(from, cuts[i + 1])));
    expect(parts.flatMap((part) => [...part.y])).toEqual([...accel.y]);
  });

  it('refuses times that fall back', () => {
    expect(() => simulateAccel(Float64Array.of(START + 1, START))).toThrow(ArgumentError);
  });
});

/** g */
function magnitude({ x, y, z }: SimulatedAccel, i: number): number {
  return 0.002 * Math.hypot(x[i] ?? 0, y[i] ?? 0, z[i] ?? 0);
}
