import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import { alawToLinear } from '../../../src/kernels/alaw/index.ts';
import { simulatePhonocardiogram } from '../../../src/simulator/phonocardiogram.ts';

describe('simulatePhonocardiogram', () => {
  it('has 20 s at 4000 Hz by default', () => {
    expect(simulatePhonocardiogram().alaw.length).toBe(80000);
  });

  it('decodes to its own PCM within a step of A-law', () => {
    const { alaw, truth } = simulatePhonocardiogram({ murmur: 0.5 });
    const decoded = new Int16Array(alaw.length);
    alawToLinear(decoded, alaw);
    // G.711: steps of 16 up to 512, then of a sixteenth to a thirty-second of the value.
    const wrong = truth.pcm.filter((exact, i) => Math.abs((decoded[i] ?? 0) - exact) > 16 + Math.abs(exact) / 32);
    expect(wrong).toHaveLength(0);
  });

  it('is loud at S1 and S2, S1 louder, and quiet in diastole', () => {
    const { truth } = simulatePhonocardiogram();
    const loudness = (times: Float64Array, offset = 0): number => {
      const each = [...times].slice(1, -1).map((time) => rms(truth.pcm, time + offset - 0.03, time + offset + 0.03));
      return each.reduce((sum, value) => sum + value, 0) / each.length;
    };
    expect(loudness(truth.s1)).toBeGreaterThan(loudness(truth.s2));
    expect(loudness(truth.s2)).toBeGreaterThan(10 * loudness(truth.s2, 0.3));
  });

  it('has each S2 between its S1 and the next, after 250 to 400 ms', () => {
    const { s1, s2 } = simulatePhonocardiogram({ heartRate: 72 }).truth;
    for (const second of [...s2].slice(1)) {
      const first = [...s1].findLast((time) => time < second) ?? 0;
      expect(second - first).toBeGreaterThan(0.25);
      expect(second - first).toBeLessThan(0.4);
    }
    expect(Math.abs(s1.length - s2.length)).toBeLessThanOrEqual(1);
    expect(s1.length).toBeGreaterThan(22);
  });

  it('has a murmur between S1 and S2 only when asked', () => {
    const systole = (murmur: number): number => {
      const { pcm, s1 } = simulatePhonocardiogram({ murmur }).truth;
      return rms(pcm, (s1[3] ?? 0) + 0.13, (s1[3] ?? 0) + 0.2);
    };
    expect(systole(0)).toBeLessThan(100);
    expect(systole(0.4)).toBeGreaterThan(5 * systole(0));
  });

  it('gives equal bytes for equal seeds, others for another seed', () => {
    expect(simulatePhonocardiogram({ seed: 2 }).alaw).toEqual(simulatePhonocardiogram({ seed: 2 }).alaw);
    expect(simulatePhonocardiogram({ seed: 2 }).alaw).not.toEqual(simulatePhonocardiogram({ seed: 3 }).alaw);
  });

  it('refuses a duration that is not positive', () => {
    expect(() => simulatePhonocardiogram({ durationSeconds: 0 })).toThrow(ArgumentError);
  });
});

/** Between two times in seconds. */
function rms(pcm: Int16Array, from: number, to: number): number {
  const part = pcm.subarray(Math.round(from * 4000), Math.round(to * 4000));
  return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length);
}
