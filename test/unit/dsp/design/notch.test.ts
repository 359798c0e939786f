import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../../src/core/errors.ts';
import { iirnotch } from '../../../../src/dsp/design/notch.ts';
import { sosfiltfilt } from '../../../../src/dsp/filter.ts';
import { deviation, noise, readCases, sampled, unpack } from '../oracle.ts';

type Case = { frequency: number; q: number; fs: number; n: number; sos: string; filtfilt: string };

describe('iirnotch', () => {
  const cases = readCases<Case>('notch');

  it('gives the coefficients of SciPy', () => {
    expect(cases.length).toBe(40);
    for (const { frequency, q, fs, sos } of cases) {
      expect(deviation(iirnotch(frequency, q, { samplingFrequency: fs }), unpack(sos))).toBeLessThan(1e-15);
    }
  });

  it('applied forward and backward equals filtfilt of b and a, padding included', () => {
    for (const { frequency, q, fs, n, filtfilt } of cases) {
      const y = sosfiltfilt(iirnotch(frequency, q, { samplingFrequency: fs }), noise(n, n));
      expect(deviation(sampled(y), unpack(filtfilt)), `${frequency} Hz of ${fs}, Q ${q}, ${n} samples`).toBeLessThan(
        1e-9,
      );
    }
  });

  it.each([
    [0, 30],
    [150, 30],
    [Number.NaN, 30],
    [50, 0],
    [50, -1],
    [50, Number.NaN],
  ])('refuses %s Hz with Q %s at a rate of 300', (frequency, q) => {
    expect(() => iirnotch(frequency, q, { samplingFrequency: 300 })).toThrow(ArgumentError);
  });
});
