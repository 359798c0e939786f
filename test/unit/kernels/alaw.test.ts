import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import { decodeAlaw, encodeAlaw } from '../../../src/decode/g711.ts';
import { type AlawRule, alawDecodeKernel, alawEncodeKernel } from '../../../src/kernels/alaw/index.ts';

// Made by ffmpeg, sox and CPython's audioop: see samples/oracle/README.md.
const oracle = JSON.parse(readFileSync(new URL('../../../samples/oracle/g711/alaw.json', import.meta.url), 'utf8')) as {
  decode: number[];
  encode: Record<AlawRule, number[]>;
};

const ALL_CODES = Uint8Array.from({ length: 256 }, (_, code) => code);
const ALL_PCM = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);

describe.each(['reference', 'fast'] as const)('A-law %s', (twin) => {
  const decode = alawDecodeKernel[twin];
  const encode = alawEncodeKernel[twin];

  test('decodes all 256 codes as ffmpeg and sox do', () => {
    const out = new Int16Array(256);
    decode(out, ALL_CODES);
    expect(Array.from(out)).toEqual(oracle.decode);
  });

  test.each(['ffmpeg', 'sox', 'g711'] as const)('encodes all 65,536 values as %s does', (rule) => {
    const out = new Uint8Array(65536);
    encode(out, ALL_PCM, rule);
    expect(Buffer.compare(out, expanded(oracle.encode[rule]))).toBe(0);
  });

  test('gives every code back after decoding and encoding', () => {
    const pcm = new Int16Array(256);
    const codes = new Uint8Array(256);
    decode(pcm, ALL_CODES);
    for (const rule of ['ffmpeg', 'sox', 'g711'] as const) {
      encode(codes, pcm, rule);
      expect(codes).toEqual(ALL_CODES);
    }
  });
});

const wasm = alawDecodeKernel.wasm?.() ?? null;

describe.skipIf(wasm === null)('A-law decoding in WebAssembly', () => {
  // 1023..1025 straddle the length from which it is used, the others its chunks.
  test.each([0, 1023, 1024, 1025, 16_383, 16_384, 16_385, 120_001])('gives the reference samples for %i codes', (n) => {
    const codes = Uint8Array.from({ length: n + 1 }, (_, i) => (i * 37 + (i >> 8)) & 255).subarray(1);
    const [expected, buffer] = [new Int16Array(n), new Int16Array(n + 2).fill(12345)];
    alawDecodeKernel.reference(expected, codes);
    wasm!(buffer.subarray(1, n + 1), codes);
    expect(Buffer.compare(bytesOf(buffer.subarray(1, n + 1)), bytesOf(expected))).toBe(0);
    expect([buffer[0], buffer[n + 1]]).toEqual([12345, 12345]);
  });
});

describe('fast A-law decoding', () => {
  test('is the same two samples at a time for every pair of codes', () => {
    const codes = Uint8Array.from({ length: 131072 }, (_, i) => (i & 1 ? i >> 9 : (i >> 1) & 255));
    const expected = Int16Array.from(codes, (code) => oracle.decode[code] ?? Number.NaN);
    const out = new Int16Array(codes.length);
    alawDecodeKernel.fast(out, codes);
    expect(Buffer.compare(bytesOf(out), bytesOf(expected))).toBe(0);
  });

  // 1023..1026 straddle the length from which pairs are used.
  test.each([0, 1, 2, 3, 1023, 1024, 1025, 1026])('takes %i samples at any alignment and writes no further', (n) => {
    for (const [from, to] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const codes = Uint8Array.from({ length: n + 1 }, (_, i) => (i * 37) & 255).subarray(from, from + n);
      const buffer = new Int16Array(n + 4).fill(12345);
      alawDecodeKernel.fast(buffer.subarray(to, to + n), codes);
      const expected = Array.from(codes, (code) => oracle.decode[code]);
      expect(Array.from(buffer.subarray(to, to + n))).toEqual(expected);
      expect(Array.from(buffer.subarray(to + n))).toEqual(new Array(4 - to).fill(12345));
    }
  });
});

describe('decodeAlaw and encodeAlaw', () => {
  test('keep the published corner values', () => {
    expect(Array.from(decodeAlaw(Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a, 0x80, 0x00)))).toEqual([
      8, -8, 32256, -32256, 5504, -5504,
    ]);
    expect(Array.from(encodeAlaw(Int16Array.of(8, -8, 32767, -32768, 0)))).toEqual([0xd5, 0x55, 0xaa, 0x2a, 0xd5]);
  });

  test('fill the front of a longer array and return just that', () => {
    const out = new Int16Array(4);
    const result = decodeAlaw(Uint8Array.of(0xd5, 0x55), out);
    expect(result.buffer).toBe(out.buffer);
    expect(Array.from(result)).toEqual([8, -8]);
    expect(encodeAlaw(Int16Array.of(8), new Uint8Array(2))).toHaveLength(1);
  });

  test('refuse an array that is too short', () => {
    expect(() => decodeAlaw(new Uint8Array(2), new Int16Array(1))).toThrow(ArgumentError);
    expect(() => encodeAlaw(new Int16Array(2), new Uint8Array(1))).toThrow(/out holds 1 values, expected at least 2/);
  });
});

function expanded(runLengths: readonly number[]): Uint8Array {
  const codes: number[] = [];
  for (let i = 0; i < runLengths.length; i += 2) {
    codes.push(...new Array<number>(runLengths[i + 1] ?? 0).fill(runLengths[i] ?? Number.NaN));
  }
  return Uint8Array.from(codes);
}

function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
