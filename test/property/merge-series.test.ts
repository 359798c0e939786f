import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeySpans } from '../../src/series/key-spans.ts';
import { type MergedSeries, mergeSeries } from '../../src/series/merge-series.ts';
import { memoryChunk, type SeriesChunk } from '../../src/series/series-chunk.ts';
import { type ColumnBuffers, copyRows, newBuffers } from '../../src/series/series-source.ts';
import type { SeriesValues } from '../../src/signals/rows.ts';

type Sample = { readonly timestamp: number; readonly id: number; readonly x: number; readonly y: number | null };

const sample: fc.Arbitrary<Sample> = fc.record({
  timestamp: fc.integer({ min: 4_294_967_290, max: 4_294_967_295 }),
  id: fc.integer({ min: 0, max: 8 }),
  x: fc.integer({ min: -2, max: 2 }),
  y: fc.option(fc.integer({ min: 0, max: 1 })),
});

const delivery = fc.array(fc.array(sample, { maxLength: 12 }), { minLength: 1, maxLength: 6 });

describe('mergeSeries', () => {
  it('keeps each (timestamp, id) once, in that order, the smallest by column values', () => {
    fc.assert(
      fc.property(delivery, (blocks) => {
        const merged = mergeSeries(blocks.map(blockOf), ['x', 'y']);
        expect(samplesOf(merged)).toEqual(distinctSamples(blocks.flat()));
      }),
    );
  });

  it('gives the same rows however the samples were cut and ordered', () => {
    fc.assert(
      fc.property(
        delivery.chain((blocks) =>
          fc.tuple(fc.constant(blocks), fc.shuffledSubarray(blocks.flat(), { minLength: blocks.flat().length })),
        ),
        ([blocks, shuffled]) => {
          const once = mergeSeries([blockOf(shuffled)], ['x', 'y']);
          expect(samplesOf(mergeSeries(blocks.map(blockOf), ['x', 'y']))).toEqual(samplesOf(once));
        },
      ),
    );
  });

  it('accounts for every sample that it drops', () => {
    fc.assert(
      fc.property(delivery, (blocks) => {
        const { spans, repeats, conflicts } = mergeSeries(blocks.map(blockOf), ['x', 'y']);
        expect(rowsOf(spans).length + repeats + conflicts).toBe(blocks.flat().length);
      }),
    );
  });

  it('widens a column to float64 where a block has fractions, and marks rows of blocks that lack it', () => {
    const whole = chunkOf([1], 10, all(Int32Array.of(7)));
    const broken = chunkOf([2], 10, all(Float64Array.of(0.5)));
    const without = chunkOf([3], 10, null);
    expect(columnsOf(mergeSeries([without, broken, whole], [])).get('z')).toEqual({
      values: Float64Array.of(7, 0.5, 0),
      valid: Uint8Array.of(1, 1, 0),
    });
  });
});

function all(values: SeriesValues['values']): SeriesValues {
  return { values, valid: null };
}

function chunkOf(ids: readonly number[], second: number, z: SeriesValues | null): SeriesChunk {
  const keys = { id: Uint32Array.from(ids), timestamp: new Uint32Array(ids.length).fill(second) };
  return memoryChunk(keys, new Map(z === null ? [] : [['z', z]]));
}

function blockOf(samples: readonly Sample[]): SeriesChunk {
  const columns = new Map([['x', all(Int32Array.from(samples, ({ x }) => x))]]);
  if (samples.some(({ y }) => y !== null)) {
    const y = {
      values: Int32Array.from(samples, (one) => one.y ?? 0),
      valid: Uint8Array.from(samples, (one) => (one.y === null ? 0 : 1)),
    };
    columns.set('y', y);
  }
  const id = Uint32Array.from(samples, (one) => one.id);
  const timestamp = Uint32Array.from(samples, (one) => one.timestamp);
  return memoryChunk({ id, timestamp }, columns);
}

/** Rows of the source, in the order of the spans. */
function rowsOf({ row, rows }: KeySpans): readonly number[] {
  return Array.from(row, (first, i) => Array.from({ length: rows[i]! }, (_, k) => first + k)).flat();
}

function columnsOf({ source, spans }: MergedSeries): ColumnBuffers {
  const rows = rowsOf(spans);
  const columns = newBuffers(source, rows.length);
  rows.forEach((row, at) => copyRows(source, row, 1, columns, at));
  return columns;
}

function samplesOf(merged: MergedSeries): readonly Sample[] {
  const { second, id, rows } = merged.spans;
  const columns = columnsOf(merged);
  const x = columns.get('x');
  const y = columns.get('y');
  const keys = Array.from(second, (timestamp, i) =>
    Array.from({ length: rows[i]! }, (_, k) => ({ timestamp, id: id[i]! + k })),
  );
  return keys.flat().map((key, row) => ({
    ...key,
    x: x?.values[row] as number,
    y: y === undefined || y.valid?.[row] === 0 ? null : (y.values[row] as number),
  }));
}

/** The definition, by sorting all samples with all their values. */
function distinctSamples(samples: readonly Sample[]): readonly Sample[] {
  const key = ({ y, ...rest }: Sample): number[] => [rest.timestamp, rest.id, rest.x, y ?? Number.POSITIVE_INFINITY];
  const sorted = [...samples].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    const at = left.findIndex((value, i) => value !== right[i]);
    return at < 0 ? 0 : (left[at] as number) - (right[at] as number);
  });
  return sorted.filter(({ timestamp, id }, i) => sorted[i - 1]?.timestamp !== timestamp || sorted[i - 1]?.id !== id);
}
