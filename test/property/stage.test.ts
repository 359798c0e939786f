import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type ArrayOf, type ArrayType, StageReader, StageWriter } from '../../src/stage/stage.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300);

const folder = mkdtempSync(join(tmpdir(), 'stage-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** Beside any others, those where a step of 16 or a value of 32 bits ends. */
const integer = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }),
  fc.constantFrom(-(2 ** 31), -(2 ** 31) + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 0, -1),
);
const step = fc.oneof(
  fc.integer({ min: -100, max: 100 }),
  fc.constantFrom(-0x8001, -0x8000, 0x7fff, 0x8000, -(2 ** 31), 2 ** 31 - 1),
);

/** Some rows around a value, and how they go on: still, by a step, or to and fro. */
const stretch = fc
  .tuple(integer, step, fc.nat(700), fc.boolean())
  .map(([first, by, rows, turns]) => Array.from({ length: rows }, (_, i) => first + by * (turns ? i % 2 : i)));

const integers = fc.array(fc.oneof(fc.array(integer, { maxLength: 100 }), stretch), { maxLength: 12 });

type Staged = { readonly type: ArrayType; readonly content: ArrayOf<ArrayType> };

const arrays: fc.Arbitrary<Staged> = fc.oneof(
  integers.map((some) => ({ type: 'i32', content: Int32Array.from(some.flat(), (value) => value | 0) }) as const),
  integers.map((some) => ({ type: 'u32', content: Uint32Array.from(some.flat(), (value) => value >>> 0) }) as const),
  integers.map((some) => ({ type: 'i16', content: Int16Array.from(some.flat()) }) as const),
  integers.map((some) => ({ type: 'u8', content: Uint8Array.from(some.flat()) }) as const),
  fc.float32Array({ maxLength: 9000 }).map((content) => ({ type: 'f32', content }) as const),
  fc.float64Array({ maxLength: 9000 }).map((content) => ({ type: 'f64', content }) as const),
);

/** Which array, and which part of its rows. */
const range = fc.tuple(
  fc.nat(),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

describe('a stage', () => {
  it('gives any rows of any arrays back, in whatever order they are asked for', async () => {
    const cases = fc.tuple(fc.array(arrays, { minLength: 1, maxLength: 8 }), fc.array(range, { maxLength: 60 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([given, ranges]) => {
        const writers = [0, 1].map(() => new StageWriter(join(folder, String(files++))));
        const staged = given.map(({ type, content }, i) =>
          (writers[i % 2] as StageWriter).stage({ type, length: content.length, content }),
        );
        for (const writer of writers) await writer.close();
        const reader = new StageReader();
        for (const [which, start, share] of ranges) {
          const { content } = given[which % given.length] as Staged;
          const from = Math.floor(start * content.length);
          const expected = content.slice(from, from + Math.ceil(share * (content.length - from)));
          const rows = content.slice(0, expected.length);
          reader.readRows(staged[which % given.length] as (typeof staged)[number], from, rows);
          expect(bytesOf(rows).equals(bytesOf(expected))).toBe(true);
        }
        for (const [i, { content }] of given.entries()) {
          const all = reader.read(staged[i] as (typeof staged)[number]);
          expect(all.constructor).toBe(content.constructor);
          expect(bytesOf(all).equals(bytesOf(content))).toBe(true);
        }
        reader.close();
      }),
      { numRuns: RUNS },
    );
  });

  it('takes no more room for any array than its values take', () => {
    const path = join(folder, String(files++));
    const writer = new StageWriter(path);
    fc.assert(
      fc.property(arrays, ({ type, content }) => {
        const before = writer.append('u8', new Uint8Array()).offset;
        writer.stage({ type, length: content.length, content });
        expect(writer.append('u8', new Uint8Array()).offset - before).toBeLessThanOrEqual(content.byteLength);
      }),
      { numRuns: RUNS },
    );
    return writer.close();
  });
});

function bytesOf(array: ArrayOf<ArrayType>): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}
