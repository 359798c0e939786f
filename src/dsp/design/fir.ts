import { ArgumentError } from '../../core/errors.ts';
import { type BandType, requireBandEdges, requireInteger } from '../arguments.ts';
import { createWindow, type Window } from './windows.ts';

export interface FirwinOptions {
  /** @default 'lowpass' */
  readonly type?: BandType;
  /** Hz. */
  readonly samplingFrequency: number;
  /** @default 'hamming' */
  readonly window?: Window;
  /**
   * Make the gain exactly 1 at 0 Hz (lowpass, bandstop), at half of the rate (highpass), or mid-band (bandpass).
   * @default true
   */
  readonly scale?: boolean;
}

/**
 * Linear-phase FIR filter by the window method.
 *
 * @param numtaps length of the result, 1 to 10,000,001; odd for highpass and bandstop.
 * @param cutoffHz half-amplitude frequency in Hz; `[low, high]` for bandpass and bandstop.
 * @returns the taps of `scipy.signal.firwin(numtaps, cutoffHz, pass_zero=type, window=window, scale=scale, fs=...)`.
 * @throws ArgumentError for a length, frequencies or a window out of range.
 *
 * Source: Oppenheim and Schafer, Discrete-Time Signal Processing, section 7.5.
 */
export function firwin(
  numtaps: number,
  cutoffHz: number | readonly [number, number],
  { type = 'lowpass', samplingFrequency, window = 'hamming', scale = true }: FirwinOptions,
): Float64Array {
  requireInteger('firwin: numtaps', numtaps, 1, 10_000_001);
  const edges = requireBandEdges('firwin', type, cutoffHz, samplingFrequency).map(
    (edge) => edge / (samplingFrequency / 2),
  );
  const passesNyquist = type === 'highpass' || type === 'bandstop';
  if (passesNyquist && numtaps % 2 === 0) {
    throw new ArgumentError(
      `firwin: numtaps is ${numtaps} for a ${type} filter, expected an odd number: an even one blocks half the rate`,
    );
  }
  const passesZero = type === 'lowpass' || type === 'bandstop';
  const limits = [...(passesZero ? [0] : []), ...edges, ...(passesNyquist ? [1] : [])];

  const middle = (numtaps - 1) / 2;
  const taps = createWindow(window, numtaps, 'symmetric');
  for (let i = 0; i < numtaps; i++) {
    taps[i]! *= idealTap(limits, i - middle);
  }
  if (scale) {
    const [low = 0, high = 1] = limits;
    const frequency = low === 0 ? 0 : high === 1 ? 1 : (low + high) / 2;
    divideAll(taps, gainAt(taps, middle, frequency));
  }
  return taps;
}

/** Impulse response, `m` samples from its middle, of the filter that passes between each two `limits` (1 = half the rate). */
function idealTap(limits: readonly number[], m: number): number {
  let sum = 0;
  for (let i = 0; i < limits.length; i += 2) {
    const low = limits[i]!;
    const high = limits[i + 1]!;
    sum += high * sinc(high * m) - low * sinc(low * m);
  }
  return sum;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

function gainAt(taps: Float64Array, middle: number, frequency: number): number {
  let sum = 0;
  for (let i = 0; i < taps.length; i++) {
    sum += taps[i]! * Math.cos(Math.PI * (i - middle) * frequency);
  }
  return sum;
}

function divideAll(values: Float64Array, divisor: number): void {
  for (let i = 0; i < values.length; i++) {
    values[i]! /= divisor;
  }
}
