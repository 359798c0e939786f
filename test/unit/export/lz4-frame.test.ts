import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeLz4Frame, encodeLz4Frame } from '../../../src/export/lz4-frame.ts';
import { createRandom } from '../../../src/simulator/random.ts';

/** Noise, runs, periods, and copies from near and far. */
function patchwork(seed: number, length: number): Uint8Array {
  const random = createRandom(seed);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const count = Math.min(length - at, random.integer(1, 3000));
    const kind = random.integer(0, 3);
    const from = random.integer(0, at);
    for (let i = at; i < at + count; i++) {
      if (kind === 0) bytes[i] = random.integer(0, 255);
      else if (kind === 1) bytes[i] = 7;
      else if (kind === 2) bytes[i] = (i % 8 === 0 ? i >> 3 : 3) & 0xff;
      else bytes[i] = bytes[from + ((i - at) % (at - from + 1))]!;
    }
    at += count;
  }
  return bytes;
}

const hasLz4 = spawnSync('lz4', ['--version']).status === 0;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lz4-frame-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** From a file, whose size it can tell beforehand. */
function lz4(args: readonly string[], input: Uint8Array): Uint8Array {
  const file = join(folder, 'input');
  writeFileSync(file, input);
  const { status, stdout, stderr } = spawnSync('lz4', ['-c', ...args, file], { maxBuffer: 1 << 28 });
  expect(status, stderr.toString()).toBe(0);
  return new Uint8Array(stdout);
}

const CASES: readonly [string, Uint8Array][] = [
  ['one byte', Uint8Array.of(9)],
  ['the longest block without a match', new Uint8Array(12)],
  ['the shortest block with one', new Uint8Array(13)],
  ['noise', patchwork(1, 1)],
  ['a long run', new Uint8Array(300_000).fill(3)],
  ['a patchwork', patchwork(2, 500_000)],
  ['several blocks', patchwork(3, 9_000_000)],
  ['several blocks of noise', Uint8Array.from({ length: 5_000_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 13)],
];

describe('an LZ4 frame', () => {
  it.each(CASES)('gives back %s', (_, bytes) => {
    expect(Buffer.from(decodeLz4Frame(encodeLz4Frame(bytes))).equals(bytes)).toBe(true);
  });

  it.runIf(hasLz4).each(CASES)('is read by lz4, and what lz4 makes is read here: %s', (_, bytes) => {
    expect(Buffer.from(lz4(['-d'], encodeLz4Frame(bytes))).equals(bytes)).toBe(true);
    for (const level of ['-1', '-9']) {
      const theirs = lz4([level, '-BI', '-B7', '--content-size', '--no-frame-crc'], bytes);
      expect(Buffer.from(decodeLz4Frame(theirs)).equals(bytes)).toBe(true);
    }
  });

  it('gives back anything at all', () => {
    const few = fc.uint8Array({ max: 2, maxLength: 400, size: 'max' });
    const any = fc.uint8Array({ maxLength: 400, size: 'max' });
    fc.assert(
      fc.property(
        fc.oneof(
          few,
          any,
          fc.tuple(any, few, any).map((parts) => Buffer.concat(parts)),
        ),
        (bytes) => {
          expect(Buffer.from(decodeLz4Frame(encodeLz4Frame(bytes))).equals(bytes)).toBe(true);
        },
      ),
    );
  });

  it('holds little of what repeats', () => {
    expect(encodeLz4Frame(new Uint8Array(500_000)).length).toBeLessThan(2100);
  });

  it('is refused in one line when it is cut short', () => {
    const frame = encodeLz4Frame(patchwork(4, 3000));
    for (let length = 0; length < frame.length; length++) {
      expect(() => decodeLz4Frame(frame.subarray(0, length))).toThrow(/^got a damaged LZ4 frame: .+$/);
    }
  });

  it('is refused in one line when it is damaged, unless only bytes of its content changed', () => {
    const bytes = patchwork(4, 3000);
    const frame = encodeLz4Frame(bytes);
    const random = createRandom(5);
    let refused = 0;
    for (let round = 0; round < 2000; round++) {
      const damaged = frame.slice();
      const at = random.integer(0, frame.length - 1);
      damaged[at]! ^= 1 << random.integer(0, 7);
      let length = bytes.length;
      try {
        ({ length } = decodeLz4Frame(damaged));
        expect(at).toBeGreaterThan(14);
      } catch (error) {
        expect((error as Error).message).toMatch(/^got a damaged LZ4 frame: .+$/);
        refused++;
      }
      expect(length).toBe(bytes.length);
    }
    expect(refused).toBeGreaterThan(20);
  });
});
