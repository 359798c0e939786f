/**
 * Polyphase resampling two lanes wide: two records, or two parts of one. Every output is summed as `fast.ts` sums it,
 * bit for bit.
 */

import { AT, CHUNK, type DspKernels, FRAME_BYTES, LANES, MAX_TAPS, PLANAR_STRIDE } from '../wasm/dsp.ts';
import type { UpfirdnKernel } from './reference.ts';

/** Puts a bank of `up` rows of `width` taps in place for {@link upfirdnFrames}. */
export function setBank(kernels: DspKernels, bank: Readonly<Float64Array>, width: number, up: number): void {
  kernels.float64.set(bank, AT.bank / 8);
  kernels.compactBank(AT.taps, AT.ends, AT.bank, width, up);
}

/**
 * Outputs `position / down` and the `count - 1` after it, into `result`.
 *
 * @param count up to a chunk.
 * @param start address of the frame of sample 0. Frames before the first and behind the last sample hold zeros, as far
 * as the `width` frames of an output reach.
 * @param position of the first output, in steps of the upsampled signal.
 */
export function upfirdnFrames(
  kernels: DspKernels,
  count: number,
  start: number,
  width: number,
  up: number,
  down: number,
  position: number,
): void {
  const latest = Math.floor(position / up);
  const oldest = start + (latest - width + 1) * FRAME_BYTES;
  kernels.upfirdn(AT.result, count, oldest, AT.taps, AT.ends, width, up, down, position - latest * up);
}

/** Below this many outputs the copies cost more than they save. */
const LANES_FROM = 512;

/**
 * The kernel over one record, cut into parts that are resampled side by side: since a part is a whole number of rounds of
 * the phases, both meet the same taps at the same time.
 *
 * @param fallback takes short records, and filters too large for the memory.
 */
export function createUpfirdn(kernels: DspKernels, fallback: UpfirdnKernel): UpfirdnKernel {
  return (y, yCount, x, xStart, xCount, bank, width, up, down, first) => {
    // Rounds of `up` outputs whose input frames, `down` a round, fit a chunk.
    const rounds = Math.floor(Math.min(CHUNK / up, (CHUNK - width - 1) / down));
    if (yCount < LANES_FROM || rounds < 1 || bank.length > MAX_TAPS) {
      fallback(y, yCount, x, xStart, xCount, bank, width, up, down, first);
      return;
    }
    setBank(kernels, bank, width, up);
    for (let done = 0; done < yCount; ) {
      const partRounds = Math.min(rounds, Math.ceil((yCount - done) / (LANES * up)));
      const part = partRounds * up;
      const position = first + done * down;
      const oldest = Math.floor(position / up) - width + 1;
      const frames = partRounds * down + width + 1;
      for (let lane = 0; lane < LANES; lane++) {
        copyOrZero(kernels.planarFloat64[lane]!, frames, x, xStart, xCount, oldest + lane * partRounds * down);
      }
      kernels.interleaveFloat64(AT.work, AT.planar, PLANAR_STRIDE, frames);
      upfirdnFrames(kernels, part, AT.work - oldest * FRAME_BYTES, width, up, down, position);
      kernels.deinterleaveFloat64(AT.planar, PLANAR_STRIDE, AT.result, part);
      for (let lane = 0; lane < LANES && done < yCount; lane++, done += part) {
        const samples = kernels.planarFloat64[lane]!;
        y.set(samples.subarray(0, Math.min(part, yCount - done)), done);
      }
    }
  };
}

/** Samples `from` .. `from + count - 1` of the `xCount` in `x` at `xStart`, zeros where there are none. */
function copyOrZero(
  out: Float64Array,
  count: number,
  x: Float64Array,
  xStart: number,
  xCount: number,
  from: number,
): void {
  const low = Math.min(Math.max(from, 0), xCount);
  const high = Math.max(low, Math.min(from + count, xCount));
  const before = Math.min(Math.max(low - from, 0), count);
  out.fill(0, 0, before);
  out.set(x.subarray(xStart + low, xStart + high), before);
  out.fill(0, before + high - low, count);
}
