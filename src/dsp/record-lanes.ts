/** Recordings of equal length through filters and resampler, side by side in the WebAssembly kernels. */

import { filterZeroPhaseLanes } from '../kernels/sos/wasm.ts';
import { setBank, upfirdnFrames } from '../kernels/upfirdn/wasm.ts';
import {
  AT,
  CHUNK,
  type DspKernels,
  dspKernels,
  FRAME_BYTES,
  LANES,
  MARGIN,
  MAX_SAMPLES,
  MAX_SECTIONS,
  MAX_TAPS,
  PLANAR_STRIDE,
  WORK_START,
} from '../kernels/wasm/dsp.ts';
import type { ZeroPhase } from './filter.ts';
import type { Polyphase, Resampler } from './resample.ts';

export type RecordLanes = {
  /** Recordings side by side. */
  readonly width: number;
  /** Longest recording it takes, samples. */
  readonly capacity: number;
  /** The filters, then the resampler, over 1 to `width` recordings of equal length, at most `capacity`. */
  apply(records: readonly Int32Array[], outputs: readonly Float32Array[]): void;
};

/** `null` where there are no WebAssembly kernels, or the filters are larger than their memory was laid out for. */
export function createRecordLanes(filters: readonly ZeroPhase[], resampler: Resampler | null): RecordLanes | null {
  const polyphase = resampler?.polyphase ?? null;
  const fits =
    filters.every(({ sections, edge }) => sections <= MAX_SECTIONS && edge <= MARGIN) &&
    (polyphase === null || (polyphase.bank.length <= MAX_TAPS && polyphase.width <= MARGIN));
  const kernels = fits ? dspKernels() : null;
  if (kernels === null) return null;
  return {
    width: LANES,
    capacity: MAX_SAMPLES,
    apply(records, outputs) {
      const count = records[0]!.length;
      load(kernels, records, count);
      for (const { sos, zi, edge } of filters) filterZeroPhaseLanes(kernels, count, edge, sos, zi);
      if (polyphase === null) {
        storeChunks(kernels, outputs, (at) => WORK_START + at * FRAME_BYTES);
      } else {
        resample(kernels, polyphase, count, outputs);
      }
    },
  };
}

/** A lane without a recording of its own gets the last one: what was left there could be slow numbers. */
function load(kernels: DspKernels, records: readonly Int32Array[], count: number): void {
  for (let at = 0; at < count; at += CHUNK) {
    const length = Math.min(CHUNK, count - at);
    for (let lane = 0; lane < LANES; lane++) {
      const record = records[Math.min(lane, records.length - 1)]!;
      kernels.planarInt32[lane]!.set(record.subarray(at, at + length));
    }
    kernels.interleaveInt32(WORK_START + at * FRAME_BYTES, AT.planar, PLANAR_STRIDE, length);
  }
}

function resample(kernels: DspKernels, polyphase: Polyphase, count: number, outputs: readonly Float32Array[]): void {
  const { bank, width, up, down, delay } = polyphase;
  // Where the filters left their padding the resampler takes the signal as 0.
  const first = WORK_START / 8;
  const last = first + count * LANES;
  kernels.float64.fill(0, first - width * LANES, first);
  kernels.float64.fill(0, last, last + width * LANES);
  setBank(kernels, bank, width, up);
  storeChunks(kernels, outputs, (at, length) => {
    upfirdnFrames(kernels, length, WORK_START, width, up, down, delay + at * down);
    return AT.result;
  });
}

/** Frames to the outputs, a chunk at a time; `frames` makes or finds those from `at` on and gives their address. */
function storeChunks(
  kernels: DspKernels,
  outputs: readonly Float32Array[],
  frames: (at: number, length: number) => number,
): void {
  const count = outputs[0]!.length;
  for (let at = 0; at < count; at += CHUNK) {
    const length = Math.min(CHUNK, count - at);
    kernels.deinterleaveFloat32(AT.planar, PLANAR_STRIDE, frames(at, length), length);
    outputs.forEach((output, lane) => {
      output.set(kernels.planarFloat32[lane]!.subarray(0, length), at);
    });
  }
}
