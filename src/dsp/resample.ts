import { upfirdn } from '../kernels/upfirdn/index.ts';
import { requireInteger } from './arguments.ts';
import { firwin } from './design/fir.ts';

/** Largest `up` or `down` after reduction: the filter has 20 times as many taps. */
export const MAX_RATIO_TERM = 10_000;

/** Filter half-length in units of the slower of the two sample spacings, and window: SciPy's defaults. */
const HALF_LENGTH = 10;
const KAISER_BETA = 5;

/**
 * Changes the sampling frequency by the factor `up / down` with an anti-aliasing FIR filter, without delay.
 *
 * @param x any unit, taken as 0 before its beginning and after its end. A sample that is not finite makes the outputs
 * within ten sample spacings so, as in SciPy; not those where its tap is 0, where SciPy's is 1e-17.
 * @param up whole number; after reduction by their common divisor neither exceeds 10,000.
 * @param down likewise.
 * @returns `ceil(x.length * up / down)` samples, the first at the time of `x[0]`; equal to
 * `scipy.signal.resample_poly(x, up, down)` to 1e-9 of the peak.
 * @throws ArgumentError for factors out of range.
 */
export function resamplePoly(x: Float64Array, up: number, down: number): Float64Array {
  const resampler = createResampler(up, down);
  const y = new Float64Array(resampler.outputLength(x.length));
  resampler.apply(y, x, 0, x.length);
  return y;
}

/** Resampling by a fixed ratio, its filter made once for many records. */
export type Resampler = {
  outputLength(inputLength: number): number;
  /** Resamples `x[start]` .. `x[start + count - 1]` into the beginning of `y`. */
  apply(y: Float64Array, x: Float64Array, start: number, count: number): void;
  /** What `apply` hands to the kernel; `null` for the ratio 1, where nothing is done. */
  readonly polyphase: Polyphase | null;
};

/** A filter between two rates: see the kernel. */
export type Polyphase = {
  readonly bank: Readonly<Float64Array>;
  readonly width: number;
  readonly up: number;
  readonly down: number;
  /** Of the filter, in steps of the upsampled signal. */
  readonly delay: number;
};

export function createResampler(upFactor: number, downFactor: number): Resampler {
  requireInteger('resamplePoly: up', upFactor, 1, Number.MAX_SAFE_INTEGER);
  requireInteger('resamplePoly: down', downFactor, 1, Number.MAX_SAFE_INTEGER);
  const divisor = greatestCommonDivisor(upFactor, downFactor);
  const up = upFactor / divisor;
  const down = downFactor / divisor;
  requireInteger('resamplePoly: up, reduced', up, 1, MAX_RATIO_TERM);
  requireInteger('resamplePoly: down, reduced', down, 1, MAX_RATIO_TERM);
  if (up === down) {
    return {
      outputLength: (inputLength) => inputLength,
      apply: (y, x, start, count) => y.set(x.subarray(start, start + count)),
      polyphase: null,
    };
  }
  const longer = Math.max(up, down);
  const half = HALF_LENGTH * longer;
  const taps = firwin(2 * half + 1, 1 / longer, { samplingFrequency: 2, window: ['kaiser', KAISER_BETA] });
  for (let k = 0; k < taps.length; k++) {
    // The sine is 0 there; computed it is 1e-17, which the kernel could not skip.
    const isZero = k !== half && (k - half) % longer === 0;
    // The gain of `up` makes good for the zeros put between the samples.
    taps[k] = isZero ? 0 : taps[k]! * up;
  }
  const width = Math.ceil(taps.length / up);
  const bank = polyphaseBank(taps, up, width);
  const outputLength = (inputLength: number): number => Math.ceil((inputLength * up) / down);
  return {
    outputLength,
    apply(y, x, start, count) {
      // Starting half a filter in takes its delay away.
      upfirdn(y, outputLength(count), x, start, count, bank, width, up, down, half);
    },
    polyphase: { bank, width, up, down, delay: half },
  };
}

/** Rows of the taps that meet a sample at each phase, latest sample last; see the kernel. */
function polyphaseBank(taps: Float64Array, up: number, width: number): Float64Array {
  const bank = new Float64Array(up * width);
  for (let k = 0; k < taps.length; k++) {
    bank[(k % up) * width + (width - 1 - Math.floor(k / up))] = taps[k]!;
  }
  return bank;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
