import { type BandType, requireBandEdges, requireInteger } from '../arguments.ts';
import type { Sos } from '../sos.ts';
import {
  add,
  type Complex,
  complex,
  divide,
  multiply,
  negate,
  product,
  scale,
  squareRoot,
  subtract,
} from './complex.ts';
import { power } from './power.ts';
import { sosFromZpk, type Zpk } from './zpk.ts';

export interface ButterOptions {
  readonly type: BandType;
  /** Hz. */
  readonly samplingFrequency: number;
}

/**
 * Digital Butterworth filter as second-order sections.
 *
 * @param order 1 to 10; a bandpass or bandstop filter has twice as many poles.
 * @param cutoffHz -3 dB frequency in Hz; `[low, high]` for bandpass and bandstop.
 * @returns sections as `scipy.signal.butter(order, cutoffHz, type, fs=samplingFrequency, output='sos')` gives them.
 * @throws ArgumentError for an order out of range, or frequencies not rising between 0 and half of the sampling frequency.
 *
 * Method: zeros, poles and gain of the analogue prototype, moved to the band (Parks and Burrus, Digital Filter Design,
 * chapter 7), bilinear transform with pre-warped edges, then {@link sosFromZpk}.
 */
export function butter(
  order: number,
  cutoffHz: number | readonly [number, number],
  { type, samplingFrequency }: ButterOptions,
): Sos {
  requireInteger('butter: order', order, 1, 10);
  const edges = requireBandEdges('butter', type, cutoffHz, samplingFrequency);
  // As SciPy does: a rate of 2, so that half of it is 1.
  const [low = 0, high = low] = edges.map((edge) => 4 * Math.tan((Math.PI * ((2 * edge) / samplingFrequency)) / 2));
  const prototype = butterworthPoles(order);
  return sosFromZpk(bilinear(MOVE_TO_BAND[type](prototype, low, high)));
}

/** Poles of the analogue lowpass with cutoff 1 rad/s: evenly spread over the left half of the unit circle. Gain 1. */
function butterworthPoles(order: number): Complex[] {
  return Array.from({ length: order }, (_, i) => {
    // Times the reciprocal, as NumPy divides: a different last bit grows large in steep, wide bandstops.
    const angle = Math.PI * (2 * i + 1 - order) * (1 / (2 * order));
    // `sin` of exactly 0 gives the middle pole of an odd order an imaginary part of exactly 0.
    return complex(-Math.cos(angle), -Math.sin(angle));
  });
}

/** Analogue lowpass poles to the analogue filter with the given edges, rad/s. */
const MOVE_TO_BAND: Readonly<Record<BandType, (poles: readonly Complex[], low: number, high: number) => Zpk>> = {
  /** s -> s / w0 */
  lowpass: (poles, cutoff) => ({
    zeros: [],
    poles: poles.map((pole) => scale(pole, cutoff)),
    gain: power(cutoff, poles.length),
  }),

  /** s -> w0 / s */
  highpass: (poles, cutoff) => ({
    zeros: poles.map(() => complex(0)),
    poles: poles.map((pole) => divide(complex(cutoff), pole)),
    gain: inverseGain(poles),
  }),

  /** s -> (s^2 + w0^2) / (s bw) */
  bandpass: (poles, low, high) => ({
    zeros: poles.map(() => complex(0)),
    poles: splitAbout(
      poles.map((pole) => scale(pole, (high - low) / 2)),
      Math.sqrt(low * high),
    ),
    gain: power(high - low, poles.length),
  }),

  /** s -> s bw / (s^2 + w0^2) */
  bandstop: (poles, low, high) => {
    const centre = Math.sqrt(low * high);
    return {
      zeros: [...poles.map(() => complex(0, centre)), ...poles.map(() => complex(0, -centre))],
      poles: splitAbout(
        poles.map((pole) => divide(complex((high - low) / 2), pole)),
        centre,
      ),
      gain: inverseGain(poles),
    };
  },
};

/** Each pole p to the two roots p +- sqrt(p^2 - centre^2). */
function splitAbout(poles: readonly Complex[], centre: number): Complex[] {
  const roots = poles.map((pole) => squareRoot(subtract(multiply(pole, pole), complex(centre * centre))));
  return [...poles.map((pole, i) => add(pole, roots[i]!)), ...poles.map((pole, i) => subtract(pole, roots[i]!))];
}

/** Gain left over when s is inverted. */
const inverseGain = (poles: readonly Complex[]): number => divide(complex(1), product(poles.map(negate))).re;

/** Analogue to digital with z = (4 + s) / (4 - s), 4 being twice the rate; zeros at infinity go to half the rate. */
function bilinear({ zeros, poles, gain }: Zpk): Zpk {
  const toDigital = (s: Complex): Complex => divide(add(complex(4), s), subtract(complex(4), s));
  const fromFour = (values: readonly Complex[]): Complex => product(values.map((s) => subtract(complex(4), s)));
  return {
    zeros: [...zeros.map(toDigital), ...Array.from({ length: poles.length - zeros.length }, () => complex(-1))],
    poles: poles.map(toDigital),
    gain: gain * divide(fromFour(zeros), fromFour(poles)).re,
  };
}
