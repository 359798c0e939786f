/**
 * A-law as ITU-T Recommendation G.711 (11/88) defines it, one clause at a time; slow on purpose.
 *
 * Table 1a numbers the levels of one sign n = 1..128. In units of 1/4096 of full scale (13 bits), their decision values
 * x and reproduction values y form seven segments; the first is twice as long and holds n = 1..32:
 *
 * | n        | step | first x | last x |
 * |----------|------|---------|--------|
 * | 1..32    |    2 |       0 |     64 |
 * | 33..48   |    4 |      64 |    128 |
 * | 49..64   |    8 |     128 |    256 |
 * | 65..80   |   16 |     256 |    512 |
 * | 81..96   |   32 |     512 |   1024 |
 * | 97..112  |   64 |    1024 |   2048 |
 * | 113..128 |  128 |    2048 |   4096 |
 *
 * y lies in the middle of its interval. The character signal is n - 1 in seven bits below a sign bit, *set for positive*
 * values (3.1), sent with its even bits inverted: XOR 0x55 (Table 1a, Note 2). 13 bits sit left-aligned in 16: times 8.
 */

/** Which side a value near a decision value falls on. See {@link alawEncodeReference}. */
export type AlawRule = 'ffmpeg' | 'sox' | 'g711';

const LEVELS = 128;
const EVEN_BITS = 0x55;
const SIGN_BIT = 0x80;

/** x of table 1a: the value that opens level n, n from 0; one more, the virtual decision value 4096, closes the last. */
const DECISIONS = Array.from({ length: LEVELS + 1 }, (_, n) =>
  n < 32 ? 2 * n : 2 ** (Math.floor(n / 16) - 1) * (32 + 2 * (n % 16)),
);

/** y of table 1a: 1, 3, 5, ..., 4032. */
const REPRODUCTIONS = Array.from({ length: LEVELS }, (_, n) => (DECISIONS[n]! + DECISIONS[n + 1]!) / 2);

/** Decodes A-law codes to 16-bit linear PCM. `out` must hold `bytes.length` samples. */
export function alawDecodeReference(out: Int16Array, bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i]! ^ EVEN_BITS;
    const magnitude = 8 * REPRODUCTIONS[code & ~SIGN_BIT]!;
    out[i] = (code & SIGN_BIT) !== 0 ? magnitude : -magnitude;
  }
}

/**
 * Encodes 16-bit linear PCM as A-law. `out` must hold `pcm.length` codes.
 *
 * The Recommendation leaves open what happens *on* a decision value and says nothing of 16-bit input, so encoders differ,
 * by one level at most, in the few values next to a decision:
 *
 * - `g711`: the 16-bit value against x; negative values mirrored at -1/2 (one's complement), as the ITU-T Software Tool
 *   Library (G.191) does;
 * - `sox`: the same, after rounding to 13 bits (differs from `g711` in 1,020 of the 65,536 values);
 * - `ffmpeg`: the magnitude of the 14-bit value, rounded down, against the middle between two *reproduction* values, which
 *   is x within a segment but a quarter of a step above x where the step doubles (differs from `g711` in 964 values).
 */
export function alawEncodeReference(out: Uint8Array, pcm: Int16Array, rule: AlawRule = 'ffmpeg'): void {
  for (let i = 0; i < pcm.length; i++) {
    out[i] = ENCODERS[rule](pcm[i]!);
  }
}

const ENCODERS: Readonly<Record<AlawRule, (sample: number) => number>> = {
  g711: (sample) => character(sample >= 0, level(onesMagnitude(sample), DECISIONS_16)),
  sox(sample) {
    const rounded = Math.floor((sample + 4) / 8);
    return character(rounded >= 0, level(onesMagnitude(rounded), DECISIONS));
  },
  ffmpeg(sample) {
    const floored = Math.floor(sample / 4);
    return character(floored >= 0, level(Math.abs(floored), MIDDLES_14));
  },
};

const DECISIONS_16 = DECISIONS.map((x) => 8 * x);

/** Middle below level n in 14-bit units: half the sum of two neighbours, doubled. Nothing lies below level 0. */
const MIDDLES_14 = REPRODUCTIONS.map((y, n) => (n === 0 ? 0 : REPRODUCTIONS[n - 1]! + y));

function onesMagnitude(value: number): number {
  return value >= 0 ? value : -value - 1;
}

/** Number of the last level that opens at or below `magnitude`. */
function level(magnitude: number, opens: readonly number[]): number {
  let n = LEVELS - 1;
  while (magnitude < opens[n]!) {
    n--;
  }
  return n;
}

function character(positive: boolean, n: number): number {
  return ((positive ? SIGN_BIT : 0) | n) ^ EVEN_BITS;
}
