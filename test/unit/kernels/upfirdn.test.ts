import { describe, expect, it } from 'vitest';
import { upfirdnKernel } from '../../../src/kernels/upfirdn/index.ts';
import { deviation, noise } from '../dsp/oracle.ts';

/** `null` where this run has no WebAssembly kernels. */
const wasm = upfirdnKernel.wasm?.() ?? null;
const twins = Object.entries({ reference: upfirdnKernel.reference, fast: upfirdnKernel.fast, wasm });

describe.each(twins.flatMap(([name, twin]) => (twin === null ? [] : [[name, twin] as const])))(
  'polyphase resampling, %s',
  (_, upfirdn) => {
    it('puts each tap where upsampling by hand puts it', () => {
      // v = 1 0 0 2 0 0 3 0 0, h = 1 10 100 1000: their convolution, every second value.
      const bank = Float64Array.of(1000, 1, 0, 10, 0, 100);
      const y = new Float64Array(6);
      upfirdn(y, 6, Float64Array.of(1, 2, 3), 0, 3, bank, 2, 3, 2, 0);
      expect([...y]).toEqual([1, 100, 20, 2003, 300, 0]);
    });

    it('reads only the samples it is given and writes only the outputs asked for', () => {
      const x = new Float64Array(300).fill(Number.NaN);
      x.set(noise(1, 200), 50);
      const bank = noise(2, 5 * 7);
      const [bare, framed] = [new Float64Array(100), new Float64Array(110).fill(9)];
      upfirdn(bare, 100, noise(1, 200), 0, 200, bank, 7, 5, 6, 11);
      upfirdn(framed, 100, x, 50, 200, bank, 7, 5, 6, 11);
      expect(framed.subarray(0, 100)).toEqual(bare);
      expect([...framed.subarray(100)]).toEqual(new Array(10).fill(9));
    });

    it('gives zeros where no sample is near', () => {
      const y = new Float64Array(40).fill(9);
      upfirdn(y, 40, noise(1, 3), 0, 3, noise(2, 4), 4, 1, 1, 10);
      expect([...y]).toEqual(new Array(40).fill(0));
      upfirdn(y, 40, new Float64Array(0), 0, 0, noise(2, 4), 4, 1, 1, 0);
      expect([...y]).toEqual(new Array(40).fill(0));
    });
  },
);

describe('polyphase resampling twins', () => {
  it('agree over ratios, lengths and offsets', () => {
    for (const up of [1, 2, 3, 5, 7, 64]) {
      for (const down of [1, 2, 3, 6, 75]) {
        for (const width of [1, 2, 9, 25]) {
          for (const n of [1, 8, 100, 401]) {
            const bank = noise(up, up * width).map((tap, i) => (i % 3 === 0 ? 0 : tap));
            const count = Math.ceil((n * up) / down) + 3;
            const [a, b] = [new Float64Array(count), new Float64Array(count)];
            const first = (width * up) >> 1;
            upfirdnKernel.reference(a, count, noise(n, n), 0, n, bank, width, up, down, first);
            upfirdnKernel.fast(b, count, noise(n, n), 0, n, bank, width, up, down, first);
            expect(deviation(b, a), `${up}/${down} ${width} ${n}`).toBeLessThan(upfirdnKernel.tolerance);
          }
        }
      }
    }
  });
});

describe.skipIf(wasm === null)('polyphase resampling side by side', () => {
  it('gives the bits of the plain loop over ratios, lengths and offsets', () => {
    for (const [up, down] of [
      [1, 1],
      [1, 2],
      [2, 1],
      [5, 6],
      [64, 75],
      [1, 100],
      [700, 1],
      [5000, 1],
      [1, 5000],
    ] as const) {
      for (const width of [1, 2, 25]) {
        for (const count of [511, 512, 4097, 20_001]) {
          for (const first of [0, up * width - 1, 3 * up * width]) {
            const n = Math.ceil((count * down) / up) - (first % 3);
            const x = noise(n, Math.min(n, 50_000));
            expectSameBits(x, 3, x.length - 5, count, sparseBank(up, width), width, up, down, first);
          }
        }
      }
    }
  });

  it('lets samples that are not finite spread as far as their taps', () => {
    const x = noise(1, 3000);
    x[700] = Number.NaN;
    x[1500] = Number.POSITIVE_INFINITY;
    expectSameBits(x, 0, 3000, 2500, sparseBank(5, 25), 25, 5, 6, 60);
    expectSameBits(x, 0, 3000, 1500, sparseBank(1, 41), 41, 1, 2, 20);
  });

  it('reads nothing outside of the samples it is given', () => {
    const x = new Float64Array(4000).fill(Number.NaN);
    x.set(noise(1, 3000), 500);
    expectSameBits(x, 500, 3000, 2500, sparseBank(5, 25), 25, 5, 6, 60);
  });

  /** Every third tap 0, as in a half-band filter. */
  function sparseBank(up: number, width: number): Float64Array {
    return noise(up, up * width).map((tap, i) => (i % 3 === 0 ? 0 : tap));
  }

  function expectSameBits(
    x: Float64Array,
    xStart: number,
    xCount: number,
    count: number,
    bank: Float64Array,
    width: number,
    up: number,
    down: number,
    first: number,
  ): void {
    const [a, b] = [new Float64Array(count + 9).fill(7), new Float64Array(count + 9).fill(7)];
    upfirdnKernel.fast(a, count, x, xStart, xCount, bank, width, up, down, first);
    wasm!(b, count, x, xStart, xCount, bank, width, up, down, first);
    expect(bitsOf(b).equals(bitsOf(a)), `${up}/${down} width ${width} count ${count} first ${first}`).toBe(true);
  }
});

function bitsOf(values: Float64Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
