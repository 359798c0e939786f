import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../../src/core/errors.ts';
import type { BandType } from '../../../../src/dsp/arguments.ts';
import { butter } from '../../../../src/dsp/design/butterworth.ts';
import { sosfiltfilt, sosfiltZi } from '../../../../src/dsp/filter.ts';
import { deviation, noise, readCases, unpack } from '../oracle.ts';

type Case = {
  order: number;
  cutoff: number | [number, number];
  type: BandType;
  fs: number;
  sos: string;
  zi: string;
  filtfilt: string;
};

const CASES = readCases<Case>('butter');

describe('butter', () => {
  it.each(['lowpass', 'highpass', 'bandpass', 'bandstop'] as const)('gives the sections of SciPy, %s', (type) => {
    const cases = CASES.filter((one) => one.type === type);
    expect(cases.length).toBeGreaterThan(30);
    for (const { order, cutoff, fs, sos } of cases) {
      const actual = butter(order, cutoff, { type, samplingFrequency: fs });
      const expected = unpack(sos);
      const label = `order ${order}, ${String(cutoff)} Hz of ${fs}`;
      // The first numerator carries the gain, which may be tiny: it is compared on its own scale.
      expect(deviation(actual.subarray(0, 3), expected.subarray(0, 3)), `gain, ${label}`).toBeLessThan(1e-12);
      expect(deviation(actual.subarray(3), expected.subarray(3)), label).toBeLessThan(1e-13);
    }
  });

  it('filters as the SciPy design does, to 1e-9 of the peak', () => {
    for (const { order, cutoff, type, fs, filtfilt } of CASES) {
      const y = sosfiltfilt(butter(order, cutoff, { type, samplingFrequency: fs }), noise(order, 300));
      const actual = y.filter((_, i) => i % 20 === 0);
      expect(deviation(actual, unpack(filtfilt)), `${type} ${order}, ${String(cutoff)} Hz of ${fs}`).toBeLessThan(1e-9);
    }
  });

  it('gives sections whose settled state is SciPy to the last digits', () => {
    for (const { sos, zi } of CASES) {
      expect(deviation(sosfiltZi(unpack(sos)), unpack(zi))).toBeLessThan(1e-15);
    }
  });

  it('halves the power at the cutoff and passes the middle', () => {
    const sos = butter(4, [0.5, 40], { type: 'bandpass', samplingFrequency: 300 });
    expect(powerGain(sos, 0.5, 300)).toBeCloseTo(0.5, 9);
    expect(powerGain(sos, 40, 300)).toBeCloseTo(0.5, 9);
    expect(powerGain(sos, 5, 300)).toBeCloseTo(1, 5);
  });

  it.each([
    [0, 40, 'lowpass', 'order is 0, expected a whole number from 1 to 10'],
    [11, 40, 'lowpass', 'order is 11'],
    [2.5, 40, 'lowpass', 'order is 2.5'],
    [Number.NaN, 40, 'lowpass', 'order is NaN'],
    [4, 0, 'lowpass', 'cutoff 0 Hz, expected rising frequencies above 0 and below 150 Hz'],
    [4, 150, 'highpass', 'cutoff 150 Hz'],
    [4, Number.NaN, 'highpass', 'cutoff NaN Hz'],
    [4, [40, 0.5], 'bandpass', 'cutoff 40-0.5 Hz'],
    [4, [5, 5], 'bandstop', 'cutoff 5-5 Hz'],
    [4, 5, 'bandstop', 'a bandstop filter got 1 cutoff frequencies, expected 2: [low, high]'],
    [4, [5, 6], 'lowpass', 'a lowpass filter got 2 cutoff frequencies, expected 1'],
    [4, 40, 'band', 'type is band, expected lowpass, highpass, bandpass, bandstop'],
    [4, 40, 'toString', 'type is toString'],
  ])('refuses order %s, cutoff %s, %s', (order, cutoff, type, message) => {
    const design = () => butter(order, cutoff as number, { type: type as BandType, samplingFrequency: 300 });
    expect(design).toThrow(ArgumentError);
    expect(design).toThrow(message);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a sampling frequency of %s', (samplingFrequency) => {
    expect(() => butter(4, 40, { type: 'lowpass', samplingFrequency })).toThrow(ArgumentError);
  });
});

/** |H|^2 of a cascade at one frequency. */
function powerGain(sos: Readonly<Float64Array>, frequency: number, fs: number): number {
  const w = (2 * Math.PI * frequency) / fs;
  let gain = 1;
  for (let at = 0; at < sos.length; at += 6) {
    gain *= power(sos.subarray(at, at + 3), w) / power(sos.subarray(at + 3, at + 6), w);
  }
  return gain;
}

function power([c0 = 0, c1 = 0, c2 = 0]: Iterable<number> & ArrayLike<number>, w: number): number {
  const re = c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w);
  const im = c1 * Math.sin(w) + c2 * Math.sin(2 * w);
  return re * re + im * im;
}
