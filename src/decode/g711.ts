/** ITU-T G.711 A-law for callers who bring arrays of their own or none. */

import { ArgumentError } from '../core/errors.ts';
import { type AlawRule, alawToLinear, linearToAlaw } from '../kernels/alaw/index.ts';

/**
 * Decodes A-law codes (0..255) to 16-bit linear PCM, bit for bit as ffmpeg and sox do: 0xD5 -> +8, 0x55 -> -8.
 *
 * @param out receives the samples; at least `bytes.length` long. Default: a new array.
 * @returns the first `bytes.length` samples of `out`
 * @throws ArgumentError when `out` is too short
 */
export function decodeAlaw(bytes: Uint8Array, out: Int16Array = new Int16Array(bytes.length)): Int16Array {
  checkRoom('decodeAlaw', bytes.length, out.length);
  alawToLinear(out, bytes);
  return out.length === bytes.length ? out : out.subarray(0, bytes.length);
}

/**
 * Encodes 16-bit linear PCM as A-law codes.
 *
 * @param out receives the codes; at least `pcm.length` long. Default: a new array.
 * @param rule how values next to a decision value are rounded; encoders differ by one level in up to 3 % of the values.
 *   `'ffmpeg'` (default) and `'sox'` equal those programs for all 65,536 values, `'g711'` applies the decision values of
 *   Table 1a to the 16-bit value.
 * @returns the first `pcm.length` codes of `out`
 * @throws ArgumentError when `out` is too short
 */
export function encodeAlaw(
  pcm: Int16Array,
  out: Uint8Array = new Uint8Array(pcm.length),
  rule: AlawRule = 'ffmpeg',
): Uint8Array {
  checkRoom('encodeAlaw', pcm.length, out.length);
  linearToAlaw(out, pcm, rule);
  return out.length === pcm.length ? out : out.subarray(0, pcm.length);
}

function checkRoom(name: string, needed: number, given: number): void {
  if (given < needed) {
    throw new ArgumentError(
      `${name}: out holds ${given} values, expected at least ${needed}; pass a longer array or none`,
    );
  }
}
