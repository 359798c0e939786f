import { readFileSync } from 'node:fs';

/** The cases of `samples/oracle/dsp/<name>.json`, made by `make.py` there. */
export function readCases<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`../../../samples/oracle/dsp/${name}.json`, import.meta.url), 'utf8')) as T[];
}

/** Base64 of little-endian float64. */
export function unpack(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i));
}

/** The input `noise(seed, n)` of `make.py`: every operation is exact or rounded alike in both languages. */
export function noise(seed: number, n: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: n }, (_, i) => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1 + (0.5 * i) / n;
  });
}

/** The input `synthetic_ecg(seed, n)` of `make.py`, µV. */
export function syntheticEcg(seed: number, n: number): Int32Array {
  return Int32Array.from(
    noise(seed, n),
    (value, i) => Math.floor(60 * value) + ((3 * i) % 2000) - 1000 + (i % 250 < 6 ? 900 : 0),
  );
}

/** The samples of `n` that `sampled` of `make.py` stores: both ends in full, some between. */
export function sampled(values: Float64Array | Float32Array): number[] {
  const n = values.length;
  if (n <= 64) return [...values];
  const step = Math.max(1, Math.floor((n - 48) / 16));
  return [...values].filter((_, i) => i < 24 || i >= n - 24 || (i - 24) % step === 0);
}

/** Largest difference, relative to `peak`; Infinity for unequal lengths or numbers that are not finite. */
export function deviation(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  peak = Math.max(...Array.from(expected, Math.abs)),
): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    worst = Number.isFinite(difference) ? Math.max(worst, difference) : Number.POSITIVE_INFINITY;
  }
  return peak === 0 ? worst : worst / peak;
}
