/** Checks of numeric arguments, so that every function of this folder refuses in the same words. */
import { ArgumentError } from '../core/errors.ts';

/** @throws ArgumentError unless `value` is a whole number in [low, high]. */
export function requireInteger(what: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new ArgumentError(`${what} is ${value}, expected a whole number from ${low} to ${high}`);
  }
}

/** @throws ArgumentError unless `value` is a finite number above zero. */
export function requirePositive(what: string, value: number): void {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new ArgumentError(`${what} is ${value}, expected a finite number above 0`);
  }
}

/** What a filter passes or stops, in SciPy's words. */
export type BandType = 'lowpass' | 'highpass' | 'bandpass' | 'bandstop';

/** Cutoff frequencies of each. */
const EDGE_COUNTS: Readonly<Record<BandType, number>> = { lowpass: 1, highpass: 1, bandpass: 2, bandstop: 2 };

/**
 * The edges of a band in Hz, checked: one for lowpass and highpass, two rising ones for bandpass and bandstop, all
 * between 0 and half of the sampling frequency, both excluded.
 *
 * @throws ArgumentError otherwise.
 */
export function requireBandEdges(
  where: string,
  type: BandType,
  cutoffHz: number | readonly [number, number],
  samplingFrequency: number,
): readonly number[] {
  requirePositive(`${where}: samplingFrequency`, samplingFrequency);
  const edges = typeof cutoffHz === 'number' ? [cutoffHz] : cutoffHz;
  const expected = EDGE_COUNTS[type];
  if (!Object.hasOwn(EDGE_COUNTS, type)) {
    throw new ArgumentError(`${where}: type is ${type}, expected ${Object.keys(EDGE_COUNTS).join(', ')}`);
  }
  if (edges.length !== expected) {
    throw new ArgumentError(
      `${where}: a ${type} filter got ${edges.length} cutoff frequencies, expected ${expected === 1 ? '1' : '2: [low, high]'}`,
    );
  }
  const nyquist = samplingFrequency / 2;
  let previous = 0;
  for (const edge of edges) {
    if (!(edge > previous && edge < nyquist)) {
      throw new ArgumentError(
        `${where}: cutoff ${edges.join('-')} Hz, expected rising frequencies above 0 and below ${nyquist} Hz, ` +
          `half of the sampling frequency`,
      );
    }
    previous = edge;
  }
  return edges;
}
