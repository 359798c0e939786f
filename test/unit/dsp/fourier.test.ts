import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import { createRfft, rfft } from '../../../src/dsp/fourier.ts';
import { deviation, noise, readCases, sampled, unpack } from './oracle.ts';

type Case = { n: number; peak: number; re: string; im: string };

describe('rfft', () => {
  it('agrees with SciPy for powers of two, primes and lengths between', () => {
    const cases = readCases<Case>('spectrum');
    expect(cases.length).toBe(19);
    for (const { n, peak, re, im } of cases) {
      const actual = rfft(noise(n, n));
      expect(actual.re.length).toBe(Math.floor(n / 2) + 1);
      expect(deviation(sampled(actual.re), unpack(re), peak), `${n} samples`).toBeLessThan(1e-13);
      expect(deviation(sampled(actual.im), unpack(im), peak), `${n} samples`).toBeLessThan(1e-13);
    }
  });

  it('gives the same for a second signal as a fresh transform', () => {
    for (const n of [64, 100]) {
      const transform = createRfft(n);
      transform(noise(1, n));
      expect(transform(noise(2, n))).toEqual(rfft(noise(2, n)));
    }
  });

  it('refuses an empty signal', () => {
    expect(() => rfft(new Float64Array(0))).toThrow(ArgumentError);
  });
});
