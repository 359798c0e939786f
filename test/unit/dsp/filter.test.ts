import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import type { BandType } from '../../../src/dsp/arguments.ts';
import { butter } from '../../../src/dsp/design/butterworth.ts';
import { sosfilt, sosfiltfilt, sosfiltZi } from '../../../src/dsp/filter.ts';
import { deviation, noise, readCases, sampled, unpack } from './oracle.ts';

type Case = {
  order: number;
  cutoff: number | [number, number];
  type: BandType;
  fs: number;
  n: number;
  edge: number;
  sosfilt: string;
  settled: string;
  state: string;
  sosfiltfilt: string;
};

const CASES = readCases<Case>('filters').map((one) => ({
  ...one,
  sos: butter(one.order, one.cutoff, { type: one.type, samplingFrequency: one.fs }),
  x: noise(one.n, one.n),
}));
const BAND = butter(4, [0.5, 40], { type: 'bandpass', samplingFrequency: 300 });

describe('sosfilt', () => {
  it('agrees with SciPy from rest', () => {
    for (const { sos, x, sosfilt: expected } of CASES) {
      expect(deviation(sampled(sosfilt(sos, x)), unpack(expected))).toBeLessThan(1e-9);
    }
  });

  it('agrees with SciPy from a given state, and leaves SciPy its final state', () => {
    for (const { sos, x, settled, state: expected } of CASES) {
      const state = sosfiltZi(sos).map((z) => z * x[0]!);
      expect(deviation(sampled(sosfilt(sos, x, state)), unpack(settled))).toBeLessThan(1e-9);
      expect(deviation(state, unpack(expected))).toBeLessThan(1e-9);
    }
  });

  it('gives the same bits in pieces as at once', () => {
    const x = noise(3, 5000);
    const state = new Float64Array(8);
    const pieces = [x.subarray(0, 1), x.subarray(1, 1), x.subarray(1, 2500), x.subarray(2500)];
    const joined = pieces.flatMap((piece) => [...sosfilt(BAND, piece, state)]);
    expect(Float64Array.from(joined)).toEqual(sosfilt(BAND, x));
  });

  it('holds a constant input at a constant output from the settled state', () => {
    const lowpass = butter(5, 10, { type: 'lowpass', samplingFrequency: 300 });
    expect(
      deviation(sosfilt(lowpass, new Float64Array(500).fill(1), sosfiltZi(lowpass)), new Float64Array(500).fill(1)),
    ).toBeLessThan(1e-12);
  });

  it('leaves no subnormal numbers in the state after silence', () => {
    const fast = butter(4, 100, { type: 'lowpass', samplingFrequency: 300 });
    const state = new Float64Array(4);
    sosfilt(fast, Float64Array.of(1), state);
    sosfilt(fast, new Float64Array(20_000), state);
    expect([...state]).toEqual([0, 0, 0, 0]);
  });

  it('spreads a sample that is not finite to all later ones, and to none before', () => {
    const x = noise(1, 100);
    x[40] = Number.NaN;
    const y = sosfilt(BAND, x);
    expect(y.subarray(0, 40).every(Number.isFinite)).toBe(true);
    expect(y.subarray(40).every(Number.isNaN)).toBe(true);
  });

  it('leaves its input alone', () => {
    const x = noise(2, 300);
    sosfilt(BAND, x);
    sosfiltfilt(BAND, x);
    expect(x).toEqual(noise(2, 300));
  });

  it.each([
    ['no section', new Float64Array(0), 'sos has 0 numbers'],
    ['five numbers', new Float64Array(5), 'sos has 5 numbers'],
    ['a0 of 2', Float64Array.of(1, 0, 0, 2, 0, 0), 'sos section 0 has a0 = 2, expected 1'],
  ])('refuses %s', (_, sos, message) => {
    expect(() => sosfilt(sos, new Float64Array(10))).toThrow(ArgumentError);
    expect(() => sosfilt(sos, new Float64Array(10))).toThrow(message);
  });

  it('refuses a state of the wrong length', () => {
    expect(() => sosfilt(BAND, new Float64Array(10), new Float64Array(7))).toThrow('state has 7 numbers, expected 8');
  });
});

describe('sosfiltZi', () => {
  it('refuses an integrator, which never settles', () => {
    expect(() => sosfiltZi(Float64Array.of(1, 0, 0, 1, -1, 0))).toThrow(ArgumentError);
  });
});

describe('sosfiltfilt', () => {
  it('agrees with SciPy from the shortest signal allowed to 9000 samples', () => {
    for (const { sos, x, n, sosfiltfilt: expected } of CASES) {
      expect(deviation(sampled(sosfiltfilt(sos, x)), unpack(expected)), `${n} samples`).toBeLessThan(1e-9);
    }
  });

  it('refuses a signal as short as the padding, naming both lengths', () => {
    for (const { sos, x, edge } of CASES.filter((one) => one.n === one.edge + 1)) {
      const tooShort = () => sosfiltfilt(sos, x.subarray(0, edge));
      expect(tooShort).toThrow(ArgumentError);
      expect(tooShort).toThrow(`the signal has ${edge} samples, expected more than ${edge}`);
    }
    expect(() => sosfiltfilt(BAND, new Float64Array(0))).toThrow(ArgumentError);
  });

  it('turns wholly not finite from one such sample, as SciPy does', () => {
    const x = noise(1, 100);
    x[40] = Number.POSITIVE_INFINITY;
    expect(sosfiltfilt(BAND, x).some(Number.isFinite)).toBe(false);
  });
});
