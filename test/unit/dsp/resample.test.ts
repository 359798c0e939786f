import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import { resamplePoly } from '../../../src/dsp/resample.ts';
import { deviation, noise, readCases, sampled, unpack } from './oracle.ts';

type Case = { up: number; down: number; n: number; y: string };

describe('resamplePoly', () => {
  it('agrees with SciPy', () => {
    const cases = readCases<Case>('resample');
    expect(cases.length).toBe(84);
    for (const { up, down, n, y } of cases) {
      const actual = resamplePoly(noise(n, n), up, down);
      expect(actual.length).toBe(Math.ceil((n * up) / down));
      expect(deviation(sampled(actual), unpack(y)), `${up}/${down}, ${n} samples`).toBeLessThan(1e-12);
    }
  });

  it('copies when the rates are equal', () => {
    const x = noise(1, 10);
    const y = resamplePoly(x, 4, 4);
    expect(y).toEqual(x);
    expect(y).not.toBe(x);
  });

  it('gives nothing for nothing', () => {
    expect(resamplePoly(new Float64Array(0), 5, 6)).toEqual(new Float64Array(0));
  });

  it('keeps a slow sine in place and in size', () => {
    const at = (rate: number, n: number) =>
      Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * 3 * i) / rate));
    const y = resamplePoly(at(300, 3000), 5, 6);
    // 50 samples at the ends see the zeros outside.
    expect(deviation(y.subarray(50, 2450), at(250, 2500).subarray(50, 2450))).toBeLessThan(1e-3);
  });

  it('spreads a sample that is not finite no further than its taps reach', () => {
    const x = noise(6, 200);
    const clean = resamplePoly(x, 5, 6);
    x[100] = Number.NaN;
    resamplePoly(x, 5, 6).forEach((value, m) => {
      // Ten spacings of the slower rate either side of sample 100.
      const near = Math.abs(m * 6 - 100 * 5) <= 60;
      expect(Object.is(value, clean[m])).toBe(!near);
      if (near) expect(value).toBeNaN();
    });
  });

  it.each([
    [0, 1, 'up is 0'],
    [1, 0, 'down is 0'],
    [2.5, 1, 'up is 2.5'],
    [1, Number.NaN, 'down is NaN'],
    [1, 10_007, 'down, reduced is 10007, expected a whole number from 1 to 10000'],
    [20_011, 2, 'up, reduced is 20011'],
  ])('refuses %s/%s', (up, down, message) => {
    expect(() => resamplePoly(new Float64Array(5), up, down)).toThrow(ArgumentError);
    expect(() => resamplePoly(new Float64Array(5), up, down)).toThrow(message);
  });
});
