import { SECTION_LENGTH, type Sos } from '../sos.ts';
import { type Complex, complex, magnitude, subtract } from './complex.ts';

/** A filter as its zeros, poles and gain. Complex ones come in conjugate pairs, both members listed. */
export type Zpk = { readonly zeros: readonly Complex[]; readonly poles: readonly Complex[]; readonly gain: number };

/**
 * Second-order sections of a digital filter with as many zeros as poles.
 *
 * The pole nearest to the unit circle gets the zeros nearest to it, and so on; the sections are ordered with the poles
 * nearest to the circle last, and the first carries the gain: `scipy.signal.zpk2sos`, pairing 'nearest'. Of poles
 * equally near (a band that lies symmetrically about a quarter of the rate) rounding decides, there as here.
 */
export function sosFromZpk({ zeros, poles, gain }: Zpk): Sos {
  // An odd count is made even by a zero and a pole at the origin, which cancel. Real ones then come in even numbers too.
  const filler = poles.length % 2 === 1 ? [complex(0)] : [];
  const freeZeros = upperHalf([...zeros, ...filler]);
  const freePoles = upperHalf([...poles, ...filler]);
  const sections = (poles.length + filler.length) / 2;
  const sos = new Float64Array(sections * SECTION_LENGTH);

  for (let section = sections - 1; section >= 0; section--) {
    const pole = takeLeast(freePoles, distanceToCircle);
    const otherPole = isReal(pole) ? takeLeast(freePoles.filter(isReal), distanceToCircle, freePoles) : conjugate(pole);
    const distanceToPole = (zero: Complex): number => magnitude(subtract(zero, pole));
    const zero = takeLeast(freeZeros, distanceToPole);
    const otherZero = isReal(zero) ? takeLeast(freeZeros.filter(isReal), distanceToPole, freeZeros) : conjugate(zero);
    sos.set([...quadratic(zero, otherZero), ...quadratic(pole, otherPole)], section * SECTION_LENGTH);
  }
  for (let i = 0; i < 3; i++) {
    sos[i]! *= gain;
  }
  return sos;
}

/** One of each conjugate pair, by real part, then imaginary part; then the real ones, rising. */
function upperHalf(values: readonly Complex[]): Complex[] {
  // 100 units in the last place: an imaginary part below is rounding. SciPy's limit.
  const tolerance = 100 * Number.EPSILON;
  const nearlyReal = (value: Complex): boolean => Math.abs(value.im) <= tolerance * magnitude(value);
  const sorted = [...values].sort((a, b) => a.re - b.re || Math.abs(a.im) - Math.abs(b.im));
  return [
    ...sorted.filter((value) => !nearlyReal(value) && value.im > 0),
    ...sorted.filter(nearlyReal).map((value) => complex(value.re)),
  ];
}

const isReal = (value: Complex): boolean => value.im === 0;

const conjugate = (value: Complex): Complex => complex(value.re, -value.im);

const distanceToCircle = (pole: Complex): number => Math.abs(1 - magnitude(pole));

/** Removes from `pool` the first of the `candidates` with the least measure, and returns it. */
function takeLeast(candidates: Complex[], measure: (value: Complex) => number, pool = candidates): Complex {
  const least = candidates.reduce((best, value) => (measure(value) < measure(best) ? value : best));
  pool.splice(pool.indexOf(least), 1);
  return least;
}

/** Coefficients of (1 - r z^-1)(1 - s z^-1), for two real numbers or a conjugate pair. */
function quadratic(r: Complex, s: Complex): [number, number, number] {
  return [1, -r.re - s.re, r.re * s.re - r.im * s.im];
}
