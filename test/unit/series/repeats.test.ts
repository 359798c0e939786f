import { describe, expect, it } from 'vitest';
import { mergeSeries } from '../../../src/series/merge-series.ts';
import { memoryChunk, type SeriesChunk } from '../../../src/series/series-chunk.ts';
import { SeriesFiller, timeSeries } from '../../../src/series/timed-series.ts';
import { columnsOfTable } from '../../../src/signals/rows.ts';
import { createRandom } from '../../../src/simulator/random.ts';

type Row = { readonly second: number; readonly id: number; readonly x: number };

function chunkOf(rows: readonly Row[]): SeriesChunk {
  const keys = {
    id: Uint32Array.from(rows, ({ id }) => id),
    timestamp: Uint32Array.from(rows, ({ second }) => second),
  };
  return memoryChunk(keys, new Map([['x', { values: Int32Array.from(rows, ({ x }) => x), valid: null }]]));
}

/** Rows as they are written, and what was dropped. */
function merge(chunks: readonly (readonly Row[])[]) {
  const merged = mergeSeries(chunks.map(chunkOf), ['x']);
  const series = timeSeries(merged);
  const { id, timestamp, columns } = columnsOfTable(new SeriesFiller(series, series.rows).fill(0, series.rows));
  const x = columns.get('x')!.values;
  const rows = Array.from(id, (one, i) => ({ second: timestamp[i]!, id: one, x: x[i]! }));
  return { rows, repeats: merged.repeats, conflicts: merged.conflicts };
}

/** Samples of one counter at 25 Hz. */
function samples(count: number, perSecond = 25): Row[] {
  return Array.from({ length: count }, (_, id) => ({
    second: 1000 + Math.floor(id / perSecond),
    id,
    x: (7 * id) % 1000,
  }));
}

describe('samples that come several times', () => {
  it('are kept once over more rows than are compared at a time, the smaller one of two that differ', () => {
    const random = createRandom(1);
    const first = samples(150_000);
    const again = first.map((row) => (random.uniform() < 0.01 ? { ...row, x: row.x + random.integer(-1, 1) } : row));
    const smallest = first.map((row, i) => ({ ...row, x: Math.min(row.x, again[i]!.x) }));
    const different = first.filter((row, i) => row.x !== again[i]!.x).length;
    expect(different).toBeGreaterThan(500);
    const { rows, repeats, conflicts } = merge([first, again]);
    expect(rows).toEqual(smallest);
    expect([repeats, conflicts]).toEqual([150_000 - different, different]);
  });

  it('are told apart in any number and order of deliveries, counted alike', () => {
    const one = samples(100);
    const less = one.slice(20, 70).map((row) => ({ ...row, x: row.x - 1 }));
    const more = one.slice(40, 90).map((row) => ({ ...row, x: row.x + 1 }));
    const expected = merge([one, less, more, less]);
    expect(expected.rows).toEqual(one.map((row, i) => (i >= 20 && i < 70 ? { ...row, x: row.x - 1 } : row)));
    // Of ids 20 to 69 what differs from `less`: `one`; of ids 40 to 89 `more`.
    expect([expected.repeats, expected.conflicts]).toEqual([50, 100]);
    for (const chunks of [[less, more, less, one], [more, one, less, less], [[...more, ...less, ...one, ...less]]]) {
      expect(merge(chunks)).toEqual(expected);
    }
  });

  it('may all be of one second', () => {
    const rows = samples(70_000, 1e6);
    expect(merge([rows, rows.slice(1000), rows.slice(0, 69_000)])).toEqual({ rows, repeats: 138_000, conflicts: 0 });
  });
});
