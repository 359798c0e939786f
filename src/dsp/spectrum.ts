import { ArgumentError } from '../core/errors.ts';
import { requireInteger, requirePositive } from './arguments.ts';
import { createWindow, type Window } from './design/windows.ts';
import { createRfft } from './fourier.ts';

export interface WelchOptions {
  /** Hz. */
  readonly samplingFrequency: number;
  /** @default 'hann' (periodic) */
  readonly window?: Window;
  /** Samples a segment; the whole signal where that is shorter. @default 256 */
  readonly nperseg?: number;
  /** Samples that neighbouring segments share. @default half of a segment, rounded down */
  readonly noverlap?: number;
  /** 'constant' takes each segment's mean away. @default 'constant' */
  readonly detrend?: 'constant' | 'none';
  /** 'density' in squared units per Hz, 'spectrum' in squared units. @default 'density' */
  readonly scaling?: 'density' | 'spectrum';
}

export type PowerSpectrum = {
  /** Hz, from 0 to half of the sampling frequency. */
  readonly frequencyHz: Float64Array;
  /** One-sided, in the square of the signal's unit, per Hz for a density. */
  readonly power: Float64Array;
};

/**
 * Power spectrum by Welch's method: the mean of the periodograms of overlapping windowed segments.
 *
 * @param x 1 or more samples; those after the last whole segment are not used.
 * @returns `floor(nperseg / 2) + 1` bins, equal to `scipy.signal.welch` with the same arguments to 1e-9 of the peak.
 * @throws ArgumentError for an empty signal or options out of range.
 *
 * Source: Welch, IEEE Trans. Audio Electroacoustics 15 (1967).
 */
export function welch(x: Float64Array, options: WelchOptions): PowerSpectrum {
  const { samplingFrequency, window = 'hann', detrend = 'constant', scaling = 'density' } = options;
  requirePositive('welch: samplingFrequency', samplingFrequency);
  requireInteger('welch: length of the signal', x.length, 1, Number.MAX_SAFE_INTEGER);
  requireInteger('welch: nperseg', options.nperseg ?? 256, 1, Number.MAX_SAFE_INTEGER);
  const length = Math.min(options.nperseg ?? 256, x.length);
  const overlap = options.noverlap ?? Math.floor(length / 2);
  requireInteger('welch: noverlap', overlap, 0, length - 1);
  requireWord('detrend', detrend, ['constant', 'none']);
  requireWord('scaling', scaling, ['density', 'spectrum']);

  const taper = createWindow(window, length, 'periodic');
  const transform = createRfft(length);
  const segment = new Float64Array(length);
  const power = new Float64Array(Math.floor(length / 2) + 1);
  let segments = 0;
  for (let start = 0; start + length <= x.length; start += length - overlap) {
    const offset = detrend === 'constant' ? mean(x, start, length) : 0;
    for (let i = 0; i < length; i++) {
      segment[i] = (x[start + i]! - offset) * taper[i]!;
    }
    const { re, im } = transform(segment);
    for (let k = 0; k < power.length; k++) {
      power[k]! += re[k]! * re[k]! + im[k]! * im[k]!;
    }
    segments++;
  }

  const norm = windowPower(taper, scaling, samplingFrequency);
  for (let k = 0; k < power.length; k++) {
    // The negative frequencies are added to the positive ones; 0 and half the rate have no counterpart.
    const sides = k === 0 || 2 * k === length ? 1 : 2;
    power[k]! *= sides / (norm * segments);
  }
  return { frequencyHz: Float64Array.from(power, (_, k) => (k * samplingFrequency) / length), power };
}

function requireWord(option: string, word: string, expected: readonly string[]): void {
  if (!expected.includes(word)) {
    throw new ArgumentError(`welch: ${option} is ${word}, expected ${expected.join(' or ')}`);
  }
}

function mean(x: Float64Array, start: number, length: number): number {
  let total = 0;
  for (let i = start; i < start + length; i++) {
    total += x[i]!;
  }
  return total / length;
}

/** What the window does to the power: of noise for a density, of a sine for a spectrum. */
function windowPower(taper: Float64Array, scaling: 'density' | 'spectrum', samplingFrequency: number): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < taper.length; i++) {
    sum += taper[i]!;
    squares += taper[i]! * taper[i]!;
  }
  return scaling === 'density' ? samplingFrequency * squares : sum * sum;
}
