/**
 * As much complex arithmetic as filter design needs. The operations are those of NumPy (division by Smith's method,
 * square root as in C), so that poles come out as SciPy's do to the last bits, and ties between poles are mostly broken
 * alike.
 */
export type Complex = { readonly re: number; readonly im: number };

export const complex = (re: number, im = 0): Complex => ({ re, im });

export const add = (a: Complex, b: Complex): Complex => complex(a.re + b.re, a.im + b.im);

export const subtract = (a: Complex, b: Complex): Complex => complex(a.re - b.re, a.im - b.im);

export const multiply = (a: Complex, b: Complex): Complex =>
  complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);

export const scale = (a: Complex, factor: number): Complex => complex(a.re * factor, a.im * factor);

export const negate = (a: Complex): Complex => complex(-a.re, -a.im);

export const magnitude = (a: Complex): number => Math.hypot(a.re, a.im);

/** R. L. Smith, Algorithm 116: Complex division, CACM 5 (1962). */
export function divide(a: Complex, b: Complex): Complex {
  if (Math.abs(b.re) >= Math.abs(b.im)) {
    const ratio = b.im / b.re;
    const denominator = 1 / (b.re + b.im * ratio);
    return complex((a.re + a.im * ratio) * denominator, (a.im - a.re * ratio) * denominator);
  }
  const ratio = b.re / b.im;
  const denominator = 1 / (b.im + b.re * ratio);
  return complex((a.re * ratio + a.im) * denominator, (a.im * ratio - a.re) * denominator);
}

/** Principal root: real part >= 0. */
export function squareRoot(a: Complex): Complex {
  if (a.re === 0 && a.im === 0) return complex(0);
  if (a.re > 0) {
    const re = Math.sqrt(0.5 * (magnitude(a) + a.re));
    return complex(re, 0.5 * (a.im / re));
  }
  const im = Math.sqrt(0.5 * (magnitude(a) - a.re));
  return complex(Math.abs(0.5 * (a.im / im)), a.im < 0 || Object.is(a.im, -0) ? -im : im);
}

/** Product of all; 1 of none. */
export const product = (values: readonly Complex[]): Complex => values.reduce(multiply, complex(1));
