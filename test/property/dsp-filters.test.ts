import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { butter } from '../../src/dsp/design/butterworth.ts';
import { createEcgChain } from '../../src/dsp/ecg-chain.ts';
import { sosfilt, sosfiltfilt } from '../../src/dsp/filter.ts';
import { rfft } from '../../src/dsp/fourier.ts';
import { resamplePoly } from '../../src/dsp/resample.ts';

const samples = (minLength: number, maxLength: number) =>
  fc
    .array(fc.integer({ min: -32768, max: 32767 }), { minLength, maxLength })
    .map((values) => Float64Array.from(values));

const order = fc.integer({ min: 1, max: 10 });

/** Edges as fractions of the sampling frequency, not so near to each other or to the limits that a double runs out. */
const band = fc
  .tuple(fc.double({ min: 0.01, max: 0.2, noNaN: true }), fc.double({ min: 1.5, max: 2.4, noNaN: true }))
  .map(([low, ratio]) => [low, low * ratio] as const);

describe('butter', () => {
  it('designs stable filters with real, finite coefficients', () => {
    fc.assert(
      fc.property(
        order,
        band,
        fc.constantFrom('lowpass', 'highpass', 'bandpass', 'bandstop'),
        fc.double({ min: 1, max: 1e4, noNaN: true }),
        (n, [low, high], type, fs) => {
          const cutoff = type.startsWith('band') ? ([low * fs, high * fs] as const) : low * fs;
          const sos = butter(n, cutoff, { type, samplingFrequency: fs });
          expect(sos.every(Number.isFinite)).toBe(true);
          for (let at = 0; at < sos.length; at += 6) {
            // The triangle of stable sections (Jury's criterion).
            const [a1 = 0, a2 = 0] = sos.subarray(at + 4, at + 6);
            expect(Math.abs(a2)).toBeLessThan(1);
            expect(Math.abs(a1)).toBeLessThan(1 + a2);
          }
        },
      ),
    );
  });
});

describe('zero-phase filtering', () => {
  it('is linear', () => {
    fc.assert(
      fc.property(order, band, samples(200, 400), fc.integer({ min: -5, max: 5 }), (n, edges, x, factor) => {
        const sos = butter(n, edges, { type: 'bandpass', samplingFrequency: 1 });
        const other = x.toReversed();
        const sum = sosfiltfilt(
          sos,
          x.map((value, i) => factor * value + other[i]!),
        );
        const [a, b] = [sosfiltfilt(sos, x), sosfiltfilt(sos, other)];
        const peak = Math.max(1, ...x.map(Math.abs));
        sum.forEach((value, i) => {
          expect(Math.abs(value - (factor * a[i]! + b[i]!))).toBeLessThan(1e-8 * peak);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('in pieces of any size equals one pass, bit for bit', () => {
    fc.assert(
      fc.property(order, samples(1, 300), fc.array(fc.nat(300), { maxLength: 6 }), (n, x, cuts) => {
        const sos = butter(n, 0.1, { type: 'lowpass', samplingFrequency: 1 });
        const state = new Float64Array(sos.length / 3);
        const bounds = [0, ...cuts.map((cut) => Math.min(cut, x.length)), x.length].sort((a, b) => a - b);
        const pieces = bounds.slice(1).flatMap((end, i) => [...sosfilt(sos, x.subarray(bounds[i], end), state)]);
        expect(Float64Array.from(pieces)).toEqual(sosfilt(sos, x));
      }),
    );
  });
});

describe('resamplePoly', () => {
  const ratio = fc.integer({ min: 1, max: 30 });

  it('depends on the ratio alone', () => {
    fc.assert(
      fc.property(ratio, ratio, ratio, samples(0, 200), (up, down, factor, x) => {
        expect(resamplePoly(x, up * factor, down * factor)).toEqual(resamplePoly(x, up, down));
      }),
    );
  });

  it('keeps a level in the middle of a record', () => {
    fc.assert(
      fc.property(ratio, ratio, (up, down) => {
        const y = resamplePoly(new Float64Array(900).fill(1000), up, down);
        // Half a filter reaches 10 samples in, more when going down.
        const reach = Math.ceil((10 * Math.max(up, down)) / down);
        for (const value of y.subarray(reach, y.length - reach)) {
          // Ripple of the Kaiser 5.0 design.
          expect(Math.abs(value - 1000)).toBeLessThan(5);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('gives the chain its length and its rate for any pair of decimal rates', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), fc.nat(50), (from, to, n) => {
        const chain = createEcgChain({ band: null, notch: null, rate: to / 10 }, from / 10);
        expect(chain.samplingFrequency).toBe(to / 10);
        expect(chain.apply(new Int32Array(n)).length).toBe(Math.ceil((n * to) / from));
      }),
    );
  });
});

describe('rfft', () => {
  it('keeps the energy of a signal of any length (Parseval)', () => {
    fc.assert(
      fc.property(samples(1, 300), (x) => {
        const { re, im } = rfft(x);
        const n = x.length;
        const spectral = re.reduce((sum, value, k) => {
          const sides = k === 0 || 2 * k === n ? 1 : 2;
          return sum + sides * (value ** 2 + im[k]! ** 2);
        }, 0);
        const energy = x.reduce((sum, value) => sum + value ** 2, 0);
        expect(Math.abs(spectral / n - energy)).toBeLessThanOrEqual(1e-11 * energy);
      }),
    );
  });
});
