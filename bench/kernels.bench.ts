/** Each kernel that runs against its reference twin on the same bytes: what the tuning is worth. */

import { butter } from '../src/dsp/design/butterworth.ts';
import { alawDecodeKernel, alawEncodeKernel } from '../src/kernels/alaw/index.ts';
import { intArrayKernel } from '../src/kernels/int-array/index.ts';
import { sosKernel } from '../src/kernels/sos/index.ts';
import { upfirdnKernel } from '../src/kernels/upfirdn/index.ts';
import type { Comparison, Contest, Skipped } from './support/harness.ts';
import { ecgLike, ppgCounts, randomBytes, randomPcm } from './support/inputs.ts';

/** 30 s of a watch. */
const ECG_SAMPLES = 9000;
/** 30 s of stethoscope at 4 kHz. */
const STETHO_SAMPLES = 120_000;
/** One frame of raw data, about. */
const FRAME_SAMPLES = 1300;
/** Kernels look ahead: in a document there is more behind an array. */
const TEXT_BEHIND = 128;

export const comparisons: readonly Comparison[] = [
  {
    name: 'kernel: alaw decode, 120,000 samples, against the reference',
    prepare() {
      const bytes = randomBytes(STETHO_SAMPLES);
      const out = new Int16Array(STETHO_SAMPLES);
      return {
        ours: () => alawDecodeKernel.fast(out, bytes),
        rival: () => alawDecodeKernel.reference(out, bytes),
        bytes: bytes.byteLength,
      };
    },
  },
  {
    name: 'kernel: alaw encode, 120,000 samples, against the reference',
    prepare() {
      const pcm = randomPcm(STETHO_SAMPLES);
      const out = new Uint8Array(STETHO_SAMPLES);
      return {
        ours: () => alawEncodeKernel.fast(out, pcm),
        rival: () => alawEncodeKernel.reference(out, pcm),
        bytes: pcm.byteLength,
      };
    },
  },
  {
    name: 'kernel: sos cascade, 4 sections, 9,000 samples, against the reference',
    prepare() {
      const x = ecgLike(ECG_SAMPLES);
      const y = new Float64Array(ECG_SAMPLES);
      const sos = butter(4, [0.5, 40], { type: 'bandpass', samplingFrequency: 300 });
      const state = new Float64Array(8);
      return {
        ours: () => sosKernel.fast(y, x, 0, ECG_SAMPLES, 1, sos, 4, state),
        rival: () => sosKernel.reference(y, x, 0, ECG_SAMPLES, 1, sos, 4, state),
        bytes: x.byteLength,
      };
    },
  },
  {
    name: 'kernel: upfirdn 5/6, 9,000 samples, against the reference',
    prepare() {
      const [up, down, width, delay] = [5, 6, 25, 60];
      const x = ecgLike(ECG_SAMPLES);
      const y = new Float64Array((ECG_SAMPLES * up) / down);
      const bank = ecgLike(up * width);
      return {
        ours: () => upfirdnKernel.fast(y, y.length, x, 0, x.length, bank, width, up, down, delay),
        rival: () => upfirdnKernel.reference(y, y.length, x, 0, x.length, bank, width, up, down, delay),
        bytes: x.byteLength,
      };
    },
  },
  {
    name: 'kernel: int array, 1,300 PPG counts as JSON, against the reference',
    prepare: () => intArrayContest(intArrayKernel.fast, intArrayKernel.reference),
  },
  {
    name: 'kernel: int array in WebAssembly, 1,300 PPG counts as JSON, against TypeScript',
    prepare: () => intArrayContest(intArrayKernel.wasm, intArrayKernel.fast),
  },
];

type CreateReader = typeof intArrayKernel.wasm;

function intArrayContest(createOurs: CreateReader, createRival: CreateReader): Contest | Skipped {
  const text = new TextEncoder().encode(`${ppgCounts(FRAME_SAMPLES).join(',')}]`);
  const bytes = text.length + TEXT_BEHIND;
  const ours = createOurs(bytes, FRAME_SAMPLES);
  const rival = createRival(bytes, FRAME_SAMPLES);
  if (ours === null || rival === null) return { skipped: 'no WebAssembly kernels here, or not wanted' };
  for (const { input } of [ours, rival]) {
    input.set(text);
    input.fill(0x20, text.length, bytes);
  }
  return { ours: () => ours.parse(0, bytes), rival: () => rival.parse(0, bytes), bytes: text.length };
}
