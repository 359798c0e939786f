import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import { createEcgChain } from '../../../src/dsp/ecg-chain.ts';
import { deviation, readCases, sampled, syntheticEcg, unpack } from './oracle.ts';

type Case = {
  band: [number, number] | null;
  notch: number | null;
  rate: number | null;
  fs: number;
  n: number;
  length: number;
  y: string;
};

const FULL = { band: [0.5, 40], notch: 50, rate: 250 } as const;

describe('createEcgChain', () => {
  it('equals the SciPy chain to float32 rounding', () => {
    const cases = readCases<Case>('ecg-chain');
    expect(cases.length).toBe(16);
    for (const { band, notch, rate, fs, n, length, y } of cases) {
      const chain = createEcgChain({ band, notch, rate }, fs);
      const filtered = chain.apply(syntheticEcg(n, n));
      expect(chain.samplingFrequency).toBe(rate ?? fs);
      expect(filtered.length).toBe(length);
      const expected = unpack(y);
      const peak = Math.max(...expected.map(Math.abs));
      sampled(filtered).forEach((value, i) => {
        // Half a unit in the last place of a float32, and 1e-9 of the peak from the chain itself.
        expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(2 ** -24 * Math.abs(expected[i]!) + 1e-9 * peak);
      });
    }
  });

  it('passes the recording through when every step is left out', () => {
    const chain = createEcgChain({ band: null, notch: null, rate: null }, 300);
    const ecg = Int32Array.of(-3, 0, 5);
    expect(chain.apply(ecg)).toEqual(Float32Array.of(-3, 0, 5));
    expect(chain.apply(new Int32Array(0))).toEqual(new Float32Array(0));
  });

  it('gives each recording what a chain of its own would give, whatever came before', () => {
    const chain = createEcgChain(FULL, 300);
    const long = chain.apply(syntheticEcg(1, 9000));
    const copy = long.slice();
    const short = chain.apply(syntheticEcg(2, 100));
    expect(long).toEqual(copy);
    expect(short).toEqual(createEcgChain(FULL, 300).apply(syntheticEcg(2, 100)));
    expect(chain.apply(syntheticEcg(1, 9000))).toEqual(long);
    expect(short.buffer.byteLength).toBe(4 * short.length);
  });

  it.each([
    FULL,
    { ...FULL, notch: null },
    { ...FULL, rate: null },
    { ...FULL, rate: 300 },
    { ...FULL, rate: 1000, bandOrder: 7 },
    { band: null, notch: null, rate: 125 },
    { band: null, notch: null, rate: 299.7 },
    { band: null, notch: null, rate: null },
  ])('gives a batch the bits of one after the other: %j', (plan) => {
    // Pairs, odd ones, neighbours of other lengths, chunk borders, and one too long to be taken side by side.
    const lengths = [9000, 9000, 100, 9001, 9000, 4096, 4096, 4097, 9000, 9000, 40_000, 40_000];
    const ecgs = lengths.map((n, i) => syntheticEcg(i, n));
    const [chain, other] = [createEcgChain(plan, 300), createEcgChain(plan, 300)];
    const batch = chain.applyBatch(ecgs);
    expect(batch.length).toBe(ecgs.length);
    batch.forEach((filtered, i) => {
      expect(Buffer.from(filtered.buffer).equals(Buffer.from(other.apply(ecgs[i]!).buffer)), `recording ${i}`).toBe(
        true,
      );
    });
    expect(ecgs).toEqual(lengths.map((n, i) => syntheticEcg(i, n)));
    expect(chain.applyBatch([])).toEqual([]);
  });

  it('refuses a batch with a recording that is too short', () => {
    const ecgs = [9000, 9000, 27].map((n) => syntheticEcg(1, n));
    expect(() => createEcgChain(FULL, 300).applyBatch(ecgs)).toThrow('ECG of 27 samples is too short to filter');
  });

  it('leaves the recording alone', () => {
    const ecg = syntheticEcg(5, 1000);
    createEcgChain(FULL, 300).apply(ecg);
    expect(ecg).toEqual(syntheticEcg(5, 1000));
  });

  it('takes decimal rates at their word', () => {
    const chain = createEcgChain({ band: null, notch: null, rate: 25 }, 25.6);
    expect(deviation(chain.apply(new Int32Array(256)), new Float32Array(250))).toBe(0);
    // 0.1 has no exact binary form; as a decimal it is a tenth of 1.
    expect(createEcgChain({ band: null, notch: null, rate: 1 }, 0.1).apply(new Int32Array(3)).length).toBe(30);
  });

  it('needs more samples than the padding of its longest filter', () => {
    expect(() => createEcgChain(FULL, 300).apply(new Int32Array(27))).toThrow(ArgumentError);
    expect(() => createEcgChain(FULL, 300).apply(new Int32Array(27))).toThrow('use `--ecg-band none`');
    expect(createEcgChain(FULL, 300).apply(new Int32Array(28)).length).toBe(24);
    expect(createEcgChain({ ...FULL, band: null }, 300).apply(new Int32Array(10)).length).toBe(9);
  });

  it.each([
    [{ ...FULL, band: [0.5, 150] }, 300, 'ECG band 0.5-150 Hz does not fit a recording of 300 Hz'],
    [{ ...FULL, band: [40, 0.5] }, 300, 'ECG band 40-0.5 Hz'],
    [{ ...FULL, band: [Number.NaN, 40] }, 300, 'ECG band NaN-40 Hz'],
    [{ ...FULL, band: null }, 100, 'ECG notch at 50 Hz does not fit a recording of 100 Hz'],
    [
      FULL,
      299.87,
      'ECG of 299.87 Hz cannot be resampled to 250 Hz, expected two rates whose ratio in lowest terms stays within 10000',
    ],
    [{ ...FULL, rate: 1e300 }, 300, 'use `--ecg-rate native`'],
    [{ ...FULL, rate: 0 }, 300, 'ECG rate is 0'],
    [FULL, 0, 'ECG sampling frequency is 0'],
    [FULL, Number.NaN, 'ECG sampling frequency is NaN'],
  ])('refuses %j at %s Hz', (plan, samplingFrequency, message) => {
    const create = () => createEcgChain(plan as typeof FULL, samplingFrequency);
    expect(create).toThrow(ArgumentError);
    expect(create).toThrow(message);
  });
});
