/** All chunks of a partition as one table, its columns gathered from where they lie. */

import { newFloat64s, newInt32s, newUint8s } from '../core/arena.ts';
import type { SeriesValues } from '../signals/rows.ts';
import type { ColumnType, SeriesChunk } from './series-chunk.ts';

/** All chunks one after the other. */
export type SeriesSource = {
  readonly chunks: readonly SeriesChunk[];
  /** Row each chunk starts with, and the number of all rows. */
  readonly starts: readonly number[];
  /** In the order of the table: of the widest type met, nullable where a chunk lacks the column. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly nullable: boolean }[];
};

/** @param columnOrder names in the order of the table; further columns of the chunks follow in name order. */
export function openSource(given: readonly SeriesChunk[], columnOrder: readonly string[]): SeriesSource {
  const chunks = given.filter(({ rows }) => rows > 0);
  const starts = [0];
  for (const { rows } of chunks) starts.push((starts.at(-1) as number) + rows);
  const found = new Set(chunks.flatMap(({ columns }) => [...columns.keys()]));
  const further = [...found].filter((name) => !columnOrder.includes(name)).sort();
  const columns = [...columnOrder.filter((name) => found.has(name)), ...further].map((name) => {
    const parts = chunks.map((chunk) => chunk.columns.get(name));
    const types = new Set(parts.map((part) => part?.type));
    const type: ColumnType = types.has('f64') ? 'f64' : types.has('i32') ? 'i32' : 'u8';
    return { name, type, nullable: parts.some((part) => part === undefined || part.nullable) };
  });
  return { chunks, starts, columns };
}

/** Values by column name. */
export type ColumnBuffers = ReadonlyMap<string, SeriesValues>;

const NEW_VALUES = { u8: newUint8s, i32: newInt32s, f64: newFloat64s } as const;

/** Room for `rows` rows of every column. */
export function newBuffers({ columns }: SeriesSource, rows: number): ColumnBuffers {
  const buffers = new Map<string, SeriesValues>();
  for (const { name, type, nullable } of columns) {
    buffers.set(name, { values: NEW_VALUES[type](rows), valid: nullable ? newUint8s(rows) : null });
  }
  return buffers;
}

/** Copies `count` rows of the source, from `row` on, to all buffers from `at` on. What lies under a null is left over. */
export function copyRows(source: SeriesSource, row: number, count: number, buffers: ColumnBuffers, at: number): void {
  const { chunks, starts } = source;
  for (let done = 0; done < count; ) {
    const index = chunkOf(starts, row + done);
    const { columns } = chunks[index] as SeriesChunk;
    const from = row + done - (starts[index] as number);
    const some = Math.min(count - done, (starts[index + 1] as number) - row - done);
    for (const [name, { values, valid }] of buffers) {
      const column = columns.get(name);
      column?.read(from, some, values, at + done);
      if (column === undefined) valid?.fill(0, at + done, at + done + some);
      else if (valid !== null) column.readValid(from, some, valid, at + done);
    }
    done += some;
  }
}

function chunkOf(starts: readonly number[], row: number): number {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= row) low = middle;
    else high = middle;
  }
  return low;
}
