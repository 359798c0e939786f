import { describe, expect, it } from 'vitest';
import { butter } from '../../../src/dsp/design/butterworth.ts';
import { iirnotch } from '../../../src/dsp/design/notch.ts';
import { applyZeroPhase, createZeroPhase } from '../../../src/dsp/filter.ts';
import { FLUSH_BLOCK } from '../../../src/kernels/sos/fast.ts';
import { filterZeroPhaseLanes } from '../../../src/kernels/sos/wasm.ts';
import { dspKernels, LANES, MAX_SAMPLES, WORK_START } from '../../../src/kernels/wasm/dsp.ts';
import { noise } from '../dsp/oracle.ts';

const kernels = dspKernels();
const at300 = { samplingFrequency: 300 } as const;

describe.skipIf(kernels === null)('zero-phase filtering side by side', () => {
  it.each([
    ['a band-pass', butter(4, [0.5, 40], { ...at300, type: 'bandpass' })],
    ['a band-pass of odd order', butter(3, [0.5, 40], { ...at300, type: 'bandpass' })],
    ['a band-stop', butter(6, [45, 55], { ...at300, type: 'bandstop' })],
    ['a high-pass of one section', butter(1, 0.5, { ...at300, type: 'highpass' })],
    ['a low-pass of order 10', butter(10, 40, { ...at300, type: 'lowpass' })],
    ['a notch', iirnotch(50, 30, at300)],
    [
      'sections without symmetry',
      Float64Array.from(Array.from({ length: 9 }, (_, s) => [1, s, 0.5, 1, -1.2, 0.5]).flat()),
    ],
  ])('gives each record the bits of filtering it alone: %s', (_, sos) => {
    for (const n of [100, FLUSH_BLOCK, 9000]) {
      expectSameBits(sos, [noise(n, n), noise(n + 1, n)]);
    }
  });

  it('flushes subnormal state at the same samples', () => {
    // After the click the state decays through the subnormal range and, unflushed, would stay in it.
    const click = new Float64Array(6 * FLUSH_BLOCK);
    click[0] = 1e-290;
    expectSameBits(Float64Array.of(1, 0, 1, 1, -1.2, 0.5), [click, click.toReversed()]);
    expectSameBits(butter(4, [20, 40], { ...at300, type: 'bandpass' }), [click, click.toReversed()]);
  });

  it('takes the longest record', () => {
    expectSameBits(butter(4, [0.5, 40], { ...at300, type: 'bandpass' }), [
      noise(1, MAX_SAMPLES),
      noise(2, MAX_SAMPLES),
    ]);
  });
});

function expectSameBits(sos: Float64Array, records: readonly Float64Array[]): void {
  const filter = createZeroPhase(sos);
  const { edge, zi } = filter;
  const count = records[0]!.length;
  const start = WORK_START / 8;
  records.forEach((record, lane) => {
    record.forEach((sample, i) => {
      kernels!.float64[start + LANES * i + lane] = sample;
    });
  });
  filterZeroPhaseLanes(kernels!, count, edge, sos, zi);
  records.forEach((record, lane) => {
    const alone = new Float64Array(count + 2 * edge);
    alone.set(record, edge);
    applyZeroPhase(filter, alone, edge, count);
    const side = Float64Array.from({ length: count }, (_, i) => kernels!.float64[start + LANES * i + lane]!);
    expect(Buffer.from(side.buffer).equals(Buffer.from(alone.buffer, 8 * edge, 8 * count))).toBe(true);
  });
}
