import { requireBandEdges, requirePositive } from '../arguments.ts';
import type { Sos } from '../sos.ts';

/**
 * Second-order notch: removes one frequency, -3 dB at a width of `frequencyHz / q`.
 *
 * @param frequencyHz Hz, above 0 and below half of the sampling frequency.
 * @param q quality factor, above 0.
 * @returns one section, the `b, a` of `scipy.signal.iirnotch(frequencyHz, q, fs=samplingFrequency)`. `sosfiltfilt` of it
 * equals `scipy.signal.filtfilt(b, a, x)`: both extend the signal by 9 samples.
 * @throws ArgumentError for a frequency or quality factor out of range.
 *
 * Source: Orfanidis, Introduction to Signal Processing, formulas 11.3.4 to 11.3.7.
 */
export function iirnotch(
  frequencyHz: number,
  q: number,
  { samplingFrequency }: { readonly samplingFrequency: number },
): Sos {
  requireBandEdges('iirnotch', 'lowpass', frequencyHz, samplingFrequency);
  requirePositive('iirnotch: q', q);
  const normalized = (2 * frequencyHz) / samplingFrequency;
  const centre = normalized * Math.PI;
  const width = (normalized / q) * Math.PI;
  // At -3 dB the book's factor sqrt(1 - g^2) / g is 1.
  const gain = 1 / (1 + Math.tan(width / 2));
  const cosine = -2 * Math.cos(centre);
  return Float64Array.of(gain, gain * cosine, gain, 1, gain * cosine, 2 * gain - 1);
}
