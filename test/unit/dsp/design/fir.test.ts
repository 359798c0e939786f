import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../../src/core/errors.ts';
import type { BandType } from '../../../../src/dsp/arguments.ts';
import { type FirwinOptions, firwin } from '../../../../src/dsp/design/fir.ts';
import type { Window } from '../../../../src/dsp/design/windows.ts';
import { deviation, readCases, unpack } from '../oracle.ts';

type Case = {
  type: BandType;
  cutoff: number | [number, number];
  numtaps: number;
  window: Window;
  scale: boolean;
  fs: number;
  taps: string;
};

describe('firwin', () => {
  it('gives the taps of SciPy', () => {
    const cases = readCases<Case>('fir');
    expect(cases.length).toBeGreaterThan(120);
    for (const { type, cutoff, numtaps, window, scale, fs, taps } of cases) {
      const actual = firwin(numtaps, cutoff, { type, samplingFrequency: fs, window, scale });
      const label = `${type} ${numtaps} ${JSON.stringify(window)} ${scale}`;
      expect(actual.length).toBe(numtaps);
      expect(deviation(actual.subarray(0, (numtaps + 1) >> 1), unpack(taps)), label).toBeLessThan(1e-12);
    }
  });

  it('is symmetric', () => {
    const taps = firwin(51, [5, 15], { type: 'bandpass', samplingFrequency: 250 });
    expect(deviation(taps, taps.toReversed())).toBeLessThan(1e-15);
  });

  it('defaults to a scaled lowpass with a Hamming window', () => {
    const taps = firwin(33, 10, { samplingFrequency: 100 });
    expect(taps).toEqual(firwin(33, 10, { samplingFrequency: 100, type: 'lowpass', window: 'hamming', scale: true }));
    expect(taps.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
  });

  it.each([
    [0, 10, {}, 'numtaps is 0'],
    [3.5, 10, {}, 'numtaps is 3.5'],
    [32, 10, { type: 'highpass' }, 'numtaps is 32 for a highpass filter, expected an odd number'],
    [32, [10, 20], { type: 'bandstop' }, 'numtaps is 32 for a bandstop filter, expected an odd number'],
    [33, 50, {}, 'cutoff 50 Hz'],
    [33, 10, { window: 'flat' }, 'window is "flat", expected "hann", "hamming" or ["kaiser", beta]'],
    [33, 10, { window: ['kaiser', -1] }, 'beta of a Kaiser window is -1'],
    [33, 10, { window: ['kaiser', Number.NaN] }, 'beta of a Kaiser window is NaN'],
  ])('refuses %s taps, %s Hz, %j', (numtaps, cutoff, options, message) => {
    const design = () =>
      firwin(numtaps, cutoff as number, { samplingFrequency: 100, ...options } as unknown as FirwinOptions);
    expect(design).toThrow(ArgumentError);
    expect(design).toThrow(message);
  });
});
