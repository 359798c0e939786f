import { describe, expect, it } from 'vitest';
import { type HeartbeatOptions, heartbeats } from '../../../src/simulator/heartbeat.ts';
import { createRandom } from '../../../src/simulator/random.ts';

describe('heartbeats', () => {
  it('keeps the mean rate asked for in both rhythms', () => {
    for (const rhythm of ['sinus', 'afib'] as const) {
      const { mean } = statistics(intervals({ rhythm, heartRate: 80 }));
      expect(Math.abs(60 / mean - 80)).toBeLessThan(1.6);
    }
  });

  it('varies the intervals of sinus rhythm by the share asked for', () => {
    const { mean, deviation } = statistics(intervals({ variability: 0.05 }));
    expect(deviation / mean).toBeGreaterThan(0.04);
    expect(deviation / mean).toBeLessThan(0.06);
  });

  it('makes neighbouring intervals alike in sinus rhythm, independent in atrial fibrillation', () => {
    expect(autocorrelation(intervals({ rhythm: 'afib' }))).toBeLessThan(0.1);
    const fast = autocorrelation(intervals({ rhythm: 'sinus', respirationHz: 0.1 }));
    expect(fast).toBeGreaterThan(0.5);
  });

  it('spreads the intervals of atrial fibrillation widely, none shorter than 330 ms', () => {
    const all = intervals({ rhythm: 'afib', heartRate: 110 });
    const { mean, deviation } = statistics(all);
    expect(deviation / mean).toBeGreaterThan(0.17);
    expect(Math.min(...all)).toBeGreaterThan(0.33 - 1e-9);
  });

  it('starts at the time asked for, and equal seeds give equal beats', () => {
    expect(heartbeats({ random: createRandom(1), start: 1.7e9 }).next().value).toBe(1.7e9);
    expect(intervals({}, 50)).toEqual(intervals({}, 50));
    expect(intervals({}, 50)).not.toEqual(intervals({}, 50, 8));
  });
});

function intervals(options: Omit<HeartbeatOptions, 'random' | 'start'>, count = 3000, seed = 7): number[] {
  const out: number[] = [];
  let previous: number | undefined;
  for (const time of heartbeats({ ...options, random: createRandom(seed), start: 0 })) {
    if (previous !== undefined) out.push(time - previous);
    previous = time;
    if (out.length === count) return out;
  }
  return out;
}

function statistics(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation };
}

/** Correlation of each value with the next. */
function autocorrelation(values: readonly number[]): number {
  const { mean, deviation } = statistics(values);
  let sum = 0;
  for (let i = 1; i < values.length; i++) sum += ((values[i] ?? 0) - mean) * ((values[i - 1] ?? 0) - mean);
  return sum / (values.length - 1) / deviation ** 2;
}
