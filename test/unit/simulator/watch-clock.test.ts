import { describe, expect, it } from 'vitest';
import { simulateClock } from '../../../src/simulator/clock.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { watchClock } from '../../../src/simulator/watch-clock.ts';

const MIDNIGHT = 1709510400;

describe('watchClock', () => {
  it('keeps 24 hours within their UTC day', () => {
    for (const seed of [1, 2]) {
      const { timestamp } = clockOf(seed, 24);
      expect(timestamp[0]).toBe(MIDNIGHT);
      expect(timestamp.at(-1)).toBeGreaterThan(MIDNIGHT + 86390);
      expect(timestamp.at(-1)).toBeLessThan(MIDNIGHT + 86400);
    }
  });

  it('has gaps through which the counter runs on, in proportion to the hours', () => {
    for (const [hours, gaps] of [
      [0.05, 1],
      [7, 3],
    ] as const) {
      const { id, trueTime, segment } = clockOf(4, hours);
      expect(segment.at(-1)).toBe(gaps);
      for (let i = 1; i < id.length; i++) {
        if (segment[i] === segment[i - 1]) continue;
        const [ids, seconds] = [(id[i] ?? 0) - (id[i - 1] ?? 0), (trueTime[i] ?? 0) - (trueTime[i - 1] ?? 0)];
        expect(seconds).toBeGreaterThan(1.9);
        expect(Math.abs(ids / seconds - 25)).toBeLessThan(0.65);
      }
    }
  });

  it('begins the counter anew once where asked', () => {
    const falls = ({ id }: { id: Uint32Array }): number => id.filter((count, i) => count < (id[i - 1] ?? 0)).length;
    expect(falls(clockOf(5, 1, true))).toBe(1);
    expect(falls(clockOf(5, 1))).toBe(0);
  });

  it('is off its nominal rate by no more than 2.6 %, by another share for another seed', () => {
    const rates = [6, 7, 8, 9].map((seed) => {
      const { trueTime } = clockOf(seed, 0.01);
      return 10 / ((trueTime[10] ?? 0) - (trueTime[0] ?? 0));
    });
    for (const rate of rates) expect(Math.abs(rate / 25 - 1)).toBeLessThan(0.026);
    expect(Math.max(...rates) - Math.min(...rates)).toBeGreaterThan(0.1);
  });

  it('counts on from day to day', () => {
    const last = clockOf(1, 24).id.at(-1) ?? 0;
    expect(
      watchClock({ number: 1, midnight: MIDNIGHT + 86400, hours: 1 }, false, createRandom(2)).firstId,
    ).toBeGreaterThan(last);
  });
});

function clockOf(seed: number, hours: number, restart = false): ReturnType<typeof simulateClock> {
  return simulateClock(watchClock({ number: 0, midnight: MIDNIGHT, hours }, restart, createRandom(seed)));
}
