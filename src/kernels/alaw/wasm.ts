/** A-law decoding by arithmetic, sixteen samples at a time: four times the table, whatever the codes, copies included. */

import { ALAW_CHUNK, AT, type DspKernels } from '../wasm/dsp.ts';

type AlawDecode = (out: Int16Array, bytes: Uint8Array) => void;

/** Below this many samples the two copies cost more than they save. */
const COPIES_FROM = 1024;

/** @param fallback takes short inputs. */
export function createAlawToLinear(kernels: DspKernels, fallback: AlawDecode): AlawDecode {
  const { codes, pcm } = kernels;
  return (out, bytes) => {
    if (bytes.length < COPIES_FROM) {
      fallback(out, bytes);
      return;
    }
    for (let at = 0; at < bytes.length; at += ALAW_CHUNK) {
      const chunk = bytes.subarray(at, at + ALAW_CHUNK);
      codes.set(chunk);
      kernels.alawToLinear(AT.result, AT.planar, chunk.length);
      out.set(chunk.length === ALAW_CHUNK ? pcm : pcm.subarray(0, chunk.length), at);
    }
  };
}
