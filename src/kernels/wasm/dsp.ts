/**
 * The WebAssembly DSP kernels of this thread and their memory: `assembly/dsp.ts` compiled.
 *
 * They work on frames: one sample of each of two records, float64. The memory is sized once and reused for every call;
 * nothing in it outlives a call.
 *
 * | region   | holds                                                   | bytes                     |
 * |----------|---------------------------------------------------------|---------------------------|
 * | `sos`    | coefficients                                            | 48 a section              |
 * | `zi`     | state of a steady input of 1                            | 16 a section              |
 * | `state`  | state of the two records                                | 32 a section              |
 * | `ends`   | where each row of `taps` ends                           | 4 a row                   |
 * | `bank`   | polyphase bank                                          | 8 a tap                   |
 * | `taps`   | the bank without its zeros                              | 16 a tap                  |
 * | `planar` | one record after the other, on the way in or out        | 8 a sample, two records   |
 * | `result` | frames made by resampling                               | 16 a frame                |
 * | `work`   | frames of the records, room for padding on both sides   | 16 a frame                |
 */

import { DSP_BINARY } from './dsp-binary.ts';
import { loadKernels } from './load.ts';

/** Records side by side. */
export const LANES = 2;

export const FRAME_BYTES = 16;

/** Sections of a cascade; a Butterworth band-pass of order 10 has 10. */
export const MAX_SECTIONS = 32;

/** Taps of a polyphase bank, and so rows; 300 to 250 Hz has 125. */
export const MAX_TAPS = 8192;

/** Samples of each record that pass `planar` at a time, and frames of `result`. */
export const CHUNK = 4096;

/** A-law codes that pass `planar`, and samples that pass `result`, at a time. */
export const ALAW_CHUNK = 16_384;

/** Frames on each side of the records in `work`: padding of filters, zeros of a resampler. */
export const MARGIN = 1024;

/** Longest record: 109 s at 300 Hz. A longer one would only cost more memory; the TypeScript kernels take any. */
export const MAX_SAMPLES = 32_768;

/** Bytes of each region, in the order of the table. */
const SIZES = {
  sos: 48 * MAX_SECTIONS,
  zi: 16 * MAX_SECTIONS,
  state: LANES * 16 * MAX_SECTIONS,
  ends: 4 * MAX_TAPS,
  bank: 8 * MAX_TAPS,
  taps: 16 * MAX_TAPS,
  planar: 8 * LANES * CHUNK,
  result: FRAME_BYTES * CHUNK,
  work: FRAME_BYTES * (MAX_SAMPLES + 2 * MARGIN),
} as const;

type Region = keyof typeof SIZES;

/** Where each region begins, bytes. */
export const AT = layOut();

/** First frame of the records in `work`. */
export const WORK_START = AT.work + MARGIN * FRAME_BYTES;

const PAGE = 65_536;

/** See `assembly/dsp.ts`. Addresses and strides in bytes. */
type DspExports = {
  interleaveInt32(frames: number, planar: number, stride: number, count: number): void;
  interleaveFloat64(frames: number, planar: number, stride: number, count: number): void;
  deinterleaveFloat64(planar: number, stride: number, frames: number, count: number): void;
  deinterleaveFloat32(planar: number, stride: number, frames: number, count: number): void;
  extendOdd(first: number, count: number, edge: number): void;
  scaleState(state: number, zi: number, sections: number, frame: number): void;
  filterCascade(
    x: number,
    count: number,
    step: number,
    sos: number,
    sections: number,
    state: number,
    block: number,
  ): void;
  compactBank(taps: number, ends: number, bank: number, width: number, up: number): void;
  upfirdn(
    y: number,
    count: number,
    oldest: number,
    taps: number,
    ends: number,
    width: number,
    up: number,
    down: number,
    phase: number,
  ): void;
  alawToLinear(out: number, codes: number, count: number): void;
};

export type DspKernels = DspExports & {
  /** All of the memory. */
  readonly float64: Float64Array;
  /** Each record's part of `planar`, as what passes there. */
  readonly planarInt32: readonly Int32Array[];
  readonly planarFloat32: readonly Float32Array[];
  readonly planarFloat64: readonly Float64Array[];
  /** `planar` and `result`, when it is A-law that passes. */
  readonly codes: Uint8Array;
  readonly pcm: Int16Array;
};

/** From one record to the next in `planar`, bytes. */
export const PLANAR_STRIDE = 8 * CHUNK;

let kernels: DspKernels | null | undefined;

/**
 * The kernels of this thread, made at the first call; `null` where WebAssembly is not wanted or not to be had.
 *
 * @throws Error when it is demanded and cannot be had.
 */
export function dspKernels(): DspKernels | null {
  if (kernels === undefined) kernels = instantiate();
  return kernels;
}

function instantiate(): DspKernels | null {
  const loaded = loadKernels<DspExports>(DSP_BINARY, Math.ceil((AT.work + SIZES.work) / PAGE));
  if (loaded === null) return null;
  const { buffer } = loaded.memory;
  const starts = Array.from({ length: LANES }, (_, lane) => AT.planar + lane * PLANAR_STRIDE);
  return {
    ...loaded.exports,
    float64: new Float64Array(buffer),
    planarInt32: starts.map((start) => new Int32Array(buffer, start, CHUNK)),
    planarFloat32: starts.map((start) => new Float32Array(buffer, start, CHUNK)),
    planarFloat64: starts.map((start) => new Float64Array(buffer, start, CHUNK)),
    codes: new Uint8Array(buffer, AT.planar, ALAW_CHUNK),
    pcm: new Int16Array(buffer, AT.result, ALAW_CHUNK),
  };
}

/** The regions one after the other; every size is a multiple of 16, so that vectors never straddle. */
function layOut(): Readonly<Record<Region, number>> {
  let end = 0;
  const starts = Object.entries(SIZES).map(([region, size]) => {
    const start = end;
    end += size;
    return [region, start] as const;
  });
  return Object.fromEntries(starts) as Record<Region, number>;
}
