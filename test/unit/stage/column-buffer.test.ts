import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FrameColumn } from '../../../src/signals/signal.ts';
import { type BufferedType, ColumnBuffer } from '../../../src/stage/column-buffer.ts';
import { StageReader, StageWriter } from '../../../src/stage/stage.ts';

const CAPACITY = 4096;

describe('ColumnBuffer, staged and read back', () => {
  let folder = '';
  let files = 0;
  let reader: StageReader;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'column-buffer-'));
    reader = new StageReader();
  });

  afterEach(() => {
    reader.close();
    rmSync(folder, { recursive: true });
  });

  /** Added in pieces of `piece` rows, told where these are all the same, staged with another array before it. */
  async function stage(buffer: ColumnBuffer, values: FrameColumn, piece: number) {
    buffer.clear();
    for (let from = 0; from < values.length; from += piece) {
      const to = Math.min(from + piece, values.length);
      const isConstant = values.subarray(from, to).every((value) => value === values[from]);
      buffer.add(values, from, to, isConstant);
    }
    const writer = new StageWriter(join(folder, `stage-${files++}`));
    writer.append('u8', Uint8Array.of(1, 2, 3));
    const staged = writer.stage(buffer.content);
    await writer.close();
    return staged;
  }

  it.each<[string, BufferedType, 0 | 1, FrameColumn, number | null]>([
    ['a gain that stays', 'u8', 0, new Int32Array(2000).fill(3), 1],
    ['a current that steps', 'i32', 0, Int32Array.from({ length: 2000 }, (_, i) => (i < 700 ? -28_188 : 28_000)), 2],
    ['whole seconds', 'u32', 0, Int32Array.from({ length: 4000 }, (_, i) => 4e9 + Math.floor(i / 25)), 160],
    ['a counter', 'u32', 1, Int32Array.from({ length: 4000 }, (_, i) => i + (i < 1234 ? 7 : 9)), 2],
    ['a counter that runs over', 'u32', 1, Int32Array.from({ length: 100 }, (_, i) => 2 ** 32 - 50 + i), 1],
    ['little noise', 'i32', 0, Int32Array.from({ length: 4000 }, (_, i) => (i * 7919) % 257), 16],
    ['little noise after a calm start', 'i32', 0, Int32Array.from({ length: 4000 }, (_, i) => (i < 900 ? 5 : i)), 16],
    ['noise', 'i32', 0, Int32Array.from({ length: 4000 }, (_, i) => Math.imul(i, 0x9e3779b1)), null],
    ['a counter that skips', 'u32', 1, Int32Array.from({ length: 4000 }, (_, i) => 4e9 + 9 * i), 16],
    ['noise in bytes', 'u8', 0, Int32Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251), null],
    ['fractions', 'f64', 0, Float64Array.from({ length: 4000 }, () => 0.5), null],
  ])('gives %s back', async (_, type, step, values, runs) => {
    const buffer = new ColumnBuffer(type, step, CAPACITY);
    for (const piece of [1, 24, 1300, 5000]) {
      const staged = await stage(buffer, values, piece);
      expect(staged.runs?.count ?? null).toBe(runs);
      expect(Array.from(reader.read(staged))).toEqual(Array.from(type === 'u32' ? new Uint32Array(values) : values));
    }
  });

  it('gives any values back, any rows of them, whatever was in the buffer before', async () => {
    const buffers = [0, 1].map((step) => new ColumnBuffer('i32', step as 0 | 1, CAPACITY));
    const stretch = fc.tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.nat(60), fc.constantFrom(0, 1));
    const cases = fc.tuple(fc.array(stretch, { maxLength: 60 }), fc.integer({ min: 1, max: 500 }), fc.nat(), fc.nat());
    await fc.assert(
      fc.asyncProperty(cases, async ([stretches, piece, a, b]) => {
        const values = Int32Array.from(
          stretches.flatMap(([value, length, step]) => Array.from({ length }, (_, i) => value + step * i)),
        );
        const from = a % (values.length + 1);
        const rows = b % (values.length - from + 1);
        for (const buffer of buffers) {
          const staged = await stage(buffer, values, piece);
          expect(staged.length).toBe(values.length);
          const some = new Int32Array(rows);
          reader.readRows(staged, from, some);
          expect(some).toEqual(values.slice(from, from + rows));
        }
      }),
      { numRuns: 200 },
    );
  });
});
