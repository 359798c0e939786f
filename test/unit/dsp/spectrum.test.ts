import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import type { Window } from '../../../src/dsp/design/windows.ts';
import { type WelchOptions, welch } from '../../../src/dsp/spectrum.ts';
import { deviation, noise, readCases, unpack } from './oracle.ts';

type Case = {
  n: number;
  nperseg: number | null;
  noverlap: number | null;
  window: Window;
  detrend: 'constant' | 'none';
  scaling: 'density' | 'spectrum';
  peak: number;
  frequency: string;
  power: string;
};

describe('welch', () => {
  it('agrees with SciPy over lengths, overlaps, windows, detrending and scaling', () => {
    const cases = readCases<Case>('welch');
    expect(cases.length).toBe(72);
    for (const { n, nperseg, noverlap, window, detrend, scaling, peak, frequency, power } of cases) {
      const result = welch(noise(n, n), {
        samplingFrequency: 300,
        window,
        detrend,
        scaling,
        ...(nperseg === null ? {} : { nperseg }),
        ...(noverlap === null ? {} : { noverlap }),
      });
      const bins = result.power.length;
      const step = Math.max(1, Math.floor(bins / 12));
      const picked = [0, bins >> 1, bins - 1].map((k) => result.frequencyHz[k]!);
      // One sample less its mean is 0 but for rounding: there is no peak to compare with.
      const scale = Math.max(peak, 1e-20);
      expect(deviation(picked, unpack(frequency))).toBeLessThan(1e-15);
      expect(
        deviation(
          result.power.filter((_, k) => k % step === 0),
          unpack(power),
          scale,
        ),
        `${n} ${nperseg}`,
      ).toBeLessThan(1e-9);
    }
  });

  it('defaults to periodic Hann, 256 samples, half overlap, mean removed, density', () => {
    const x = noise(4, 2000);
    expect(welch(x, { samplingFrequency: 100 })).toEqual(
      welch(x, {
        samplingFrequency: 100,
        window: 'hann',
        nperseg: 256,
        noverlap: 128,
        detrend: 'constant',
        scaling: 'density',
      }),
    );
  });

  it('uses the whole signal where it is shorter than a segment', () => {
    expect(welch(noise(4, 50), { samplingFrequency: 100, nperseg: 1000 }).power.length).toBe(26);
  });

  it('puts the power of a sine at its frequency', () => {
    const x = Float64Array.from({ length: 4096 }, (_, i) => 2 * Math.sin((2 * Math.PI * 25 * i) / 256));
    const { frequencyHz, power } = welch(x, { samplingFrequency: 256, scaling: 'spectrum' });
    const top = power.indexOf(Math.max(...power));
    expect(frequencyHz[top]).toBe(25);
    // Mean square of amplitude 2.
    expect(power[top]).toBeCloseTo(2, 9);
  });

  it.each([
    [{ samplingFrequency: 0 }, 'samplingFrequency is 0'],
    [{ nperseg: 0 }, 'nperseg is 0'],
    [{ nperseg: 10.5 }, 'nperseg is 10.5'],
    [{ nperseg: 64, noverlap: 64 }, 'noverlap is 64, expected a whole number from 0 to 63'],
    [{ noverlap: -1 }, 'noverlap is -1'],
    [{ detrend: 'linear' }, 'detrend is linear, expected constant or none'],
    [{ scaling: 'power' }, 'scaling is power, expected density or spectrum'],
  ])('refuses %j', (options, message) => {
    const run = () => welch(noise(1, 500), { samplingFrequency: 100, ...options } as WelchOptions);
    expect(run).toThrow(ArgumentError);
    expect(run).toThrow(message);
  });

  it('refuses an empty signal', () => {
    expect(() => welch(new Float64Array(0), { samplingFrequency: 100 })).toThrow('length of the signal is 0');
  });
});
