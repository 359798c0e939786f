import { ArgumentError } from '../../core/errors.ts';

/** A window by SciPy's name; the Kaiser window with its beta. */
export type Window = 'hann' | 'hamming' | readonly ['kaiser', number];

/**
 * Window of `length` points.
 *
 * @param symmetry 'symmetric' for filter design; 'periodic' for spectra: the symmetric one of `length + 1` points without
 * its last.
 * @throws ArgumentError for an unknown window, or a Kaiser beta that is negative, above 700 (the Bessel function overflows)
 * or not a number.
 *
 * Source: Harris, Proc. IEEE 66 (1978); equals `scipy.signal.get_window` to rounding.
 */
export function createWindow(window: Window, length: number, symmetry: 'symmetric' | 'periodic'): Float64Array {
  const shape = shapeOf(window);
  if (length === 1) return Float64Array.of(1);
  const last = symmetry === 'symmetric' ? length - 1 : length;
  const points = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    points[i] = shape((2 * i) / last - 1);
  }
  return points;
}

/** The window over [-1, 1], 1 at 0. */
function shapeOf(window: Window): (position: number) => number {
  if (window === 'hann') return (position) => 0.5 + 0.5 * Math.cos(Math.PI * position);
  if (window === 'hamming') return (position) => 0.54 + 0.46 * Math.cos(Math.PI * position);
  if (Array.isArray(window) && window[0] === 'kaiser') {
    const beta = window[1];
    if (!(beta >= 0 && beta <= 700)) {
      throw new ArgumentError(`the beta of a Kaiser window is ${beta}, expected a number from 0 to 700`);
    }
    const peak = besselI0(beta);
    return (position) => besselI0(beta * Math.sqrt(1 - position * position)) / peak;
  }
  throw new ArgumentError(`window is ${JSON.stringify(window)}, expected "hann", "hamming" or ["kaiser", beta]`);
}

/**
 * Modified Bessel function of the first kind, order 0 (DLMF 10.25.2). All terms are positive: nothing cancels, the sum
 * is good to the last few bits.
 */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * Number.EPSILON * 0.01; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}
