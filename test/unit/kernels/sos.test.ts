import { describe, expect, it } from 'vitest';
import { sosKernel } from '../../../src/kernels/sos/index.ts';
import { deviation, noise, readCases, unpack } from '../dsp/oracle.ts';

type Case = { order: number; type: string; fs: number; cutoff: unknown; sos: string; filtfilt: string };

const CASES = readCases<Case>('butter').filter(({ fs }) => fs === 300 || fs === 4000);

describe.each(['reference', 'fast'] as const)('section cascade, %s', (twin) => {
  const filter = sosKernel[twin];

  it('agrees with SciPy given its coefficients, forward and backward', () => {
    // Forward and backward over the odd extension, as the expectations were made, written out plainly.
    for (const { order, sos: packed, filtfilt } of CASES) {
      const sos = unpack(packed);
      const sections = sos.length / 6;
      expect(deviation(roundTrip(filter, sos, sections, noise(order, 300)), unpack(filtfilt))).toBeLessThan(1e-9);
    }
  });

  it('works in place as it does out of place', () => {
    for (let sections = 1; sections <= 11; sections++) {
      const sos = someSections(sections);
      const x = noise(sections, 5000);
      const y = new Float64Array(5000);
      filter(y, x, 0, 5000, 1, sos, sections, new Float64Array(2 * sections));
      filter(x, x, 0, 5000, 1, sos, sections, new Float64Array(2 * sections));
      expect(x).toEqual(y);
    }
  });

  it('backward equals forward over the reversed record', () => {
    const sos = someSections(5);
    const x = noise(9, 5000);
    const forward = new Float64Array(5000);
    const backward = new Float64Array(5000);
    filter(forward, x.toReversed(), 0, 5000, 1, sos, 5, new Float64Array(10));
    filter(backward, x, 4999, 5000, -1, sos, 5, new Float64Array(10));
    expect(backward.toReversed()).toEqual(forward);
  });

  it('touches nothing outside its range', () => {
    const y = new Float64Array(100).fill(7);
    filter(y, noise(1, 100), 10, 20, 1, someSections(3), 3, new Float64Array(6));
    filter(y, noise(1, 100), 69, 20, -1, someSections(3), 3, new Float64Array(6));
    const outside = [...y].filter((_, i) => i < 10 || (i >= 30 && i < 50) || i >= 70);
    expect(outside.every((value) => value === 7)).toBe(true);
    expect([...y].filter((value) => value === 7).length).toBe(outside.length);
  });

  it('without sections copies', () => {
    const y = new Float64Array(10);
    filter(y, noise(1, 10), 0, 10, 1, new Float64Array(0), 0, new Float64Array(0));
    expect(y).toEqual(noise(1, 10));
  });

  it('leaves no subnormal numbers in the state', () => {
    const state = Float64Array.of(1e-310, -5e-324);
    filter(new Float64Array(1), new Float64Array(1), 0, 1, 1, Float64Array.of(1, 0, 0, 1, -0.5, 0.1), 1, state);
    expect([...state].every((z) => z === 0)).toBe(true);
  });
});

describe('section cascade twins', () => {
  it('agree bit for bit over any number of sections, with their states', () => {
    for (let sections = 0; sections <= 13; sections++) {
      const sos = someSections(sections);
      const x = noise(sections, 4500);
      const [a, b] = [new Float64Array(4500), new Float64Array(4500)];
      const [stateA, stateB] = [noise(1, 2 * sections), noise(1, 2 * sections)];
      sosKernel.reference(a, x, 0, 4500, 1, sos, sections, stateA);
      sosKernel.fast(b, x, 0, 4500, 1, sos, sections, stateB);
      expect(b).toEqual(a);
      expect(stateB).toEqual(stateA);
    }
  });
});

/** Stable sections, all different. */
function someSections(sections: number): Float64Array {
  const rows = Array.from({ length: sections }, (_, s) => [1 + s / 10, -0.3, 0.2 * s, 1, -1.2 + 0.1 * (s % 5), 0.5]);
  return Float64Array.from(rows.flat());
}

function roundTrip(filter: typeof sosKernel.fast, sos: Float64Array, sections: number, x: Float64Array): Float64Array {
  const counts = [2, 5].map(
    (at) => Array.from({ length: sections }, (_, s) => sos[6 * s + at]).filter((c) => c === 0).length,
  );
  const edge = 3 * (2 * sections + 1 - Math.min(...counts));
  const n = x.length;
  const ext = Float64Array.from({ length: n + 2 * edge }, (_, i) => {
    if (i < edge) return 2 * x[0]! - x[edge - i]!;
    if (i >= n + edge) return 2 * x[n - 1]! - x[2 * n + edge - 2 - i]!;
    return x[i - edge]!;
  });
  const settled = settledState(sos, sections);
  filter(
    ext,
    ext,
    0,
    ext.length,
    1,
    sos,
    sections,
    settled.map((z) => z * ext[0]!),
  );
  const last = ext.length - 1;
  filter(
    ext,
    ext,
    last,
    ext.length,
    -1,
    sos,
    sections,
    settled.map((z) => z * ext[last]!),
  );
  return ext.subarray(edge, edge + n).filter((_, i) => i % 20 === 0);
}

function settledState(sos: Float64Array, sections: number): Float64Array {
  const state = new Float64Array(2 * sections);
  let level = 1;
  for (let s = 0; s < sections; s++) {
    const [b0 = 0, b1 = 0, b2 = 0, , a1 = 0, a2 = 0] = sos.subarray(6 * s, 6 * s + 6);
    const output = (b0 + b1 + b2) / (1 + a1 + a2);
    state[2 * s] = level * (output - b0);
    state[2 * s + 1] = level * (b2 - a2 * output);
    level *= output;
  }
  return state;
}
