/**
 * Chunks of samples, however delivered, to one set: each (timestamp, id) once, in that order.
 *
 * The result depends on the set of samples alone: not on how they were cut into chunks, repeated or ordered. Only the
 * keys are held; columns are gathered a piece at a time, from where they lie.
 */

import type { SeriesValues } from '../columnar/rows.ts';
import { type ColumnType, newValues, type SeriesChunk } from './series-chunk.ts';
import { sortedOrder } from './sorted-order.ts';

export type MergedSeries = {
  readonly source: SeriesSource;
  /** Row of the source each sample is, in (timestamp, id) order. */
  readonly order: Uint32Array;
  /** In that order. */
  readonly id: Uint32Array;
  readonly timestamp: Uint32Array;
  /** Samples that were there before in the same words, dropped. */
  readonly repeats: number;
  /** Samples of one (timestamp, id) with different values: the smallest in column order is kept. */
  readonly conflicts: number;
};

/** All chunks one after the other. */
export type SeriesSource = {
  readonly chunks: readonly SeriesChunk[];
  /** Row each chunk starts with, and the number of all rows. */
  readonly starts: readonly number[];
  /** In the order of the table: of the widest type met, nullable where a chunk lacks the column. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType; readonly nullable: boolean }[];
};

/** @param columnOrder names in the order of the table; further columns of the chunks follow in name order. */
export function mergeSeries(chunks: readonly SeriesChunk[], columnOrder: readonly string[]): MergedSeries {
  const source = openSource(chunks, columnOrder);
  const id = joinKeys(source, 'id');
  const timestamp = joinKeys(source, 'timestamp');
  const sorted = sortedOrder(timestamp, id);
  if (sorted === null) return { source, order: rowNumbers(id.length), id, timestamp, repeats: 0, conflicts: 0 };
  const { order, repeats, conflicts } = dropRepeats(
    source,
    sorted,
    (a, b) => id[a] === id[b] && timestamp[a] === timestamp[b],
  );
  return { source, order, id: takeRows(id, order), timestamp: takeRows(timestamp, order), repeats, conflicts };
}

/** Values at the positions given. */
export function takeRows(values: Uint32Array, rows: Uint32Array): Uint32Array {
  const taken = new Uint32Array(rows.length);
  for (let row = 0; row < rows.length; row++) taken[row] = values[rows[row] as number] as number;
  return taken;
}

/** The columns of the source's rows given, in that order; neighbours are copied together. */
export function gatherColumns(source: SeriesSource, rows: Uint32Array): ReadonlyMap<string, SeriesValues> {
  const spans = spansOf(source, rows);
  const columns = new Map<string, SeriesValues>();
  for (const { name, type, nullable } of source.columns) {
    const values = newValues(type, rows.length);
    const valid = nullable ? new Uint8Array(rows.length) : null;
    for (const { chunk, from, count, at } of spans) {
      const column = chunk.columns.get(name);
      column?.read(from, count, values, at);
      if (valid !== null) column?.readValid(from, count, valid, at);
    }
    columns.set(name, { values, valid });
  }
  return columns;
}

type Span = { readonly chunk: SeriesChunk; readonly from: number; readonly count: number; readonly at: number };

function spansOf({ chunks, starts }: SeriesSource, rows: Uint32Array): readonly Span[] {
  const spans: Span[] = [];
  let index = 0;
  for (let at = 0; at < rows.length; ) {
    const row = rows[at] as number;
    if (row < (starts[index] as number) || row >= (starts[index + 1] as number)) index = chunkOf(starts, row);
    const [start, end] = [starts[index] as number, starts[index + 1] as number];
    let count = 1;
    while (row + count < end && rows[at + count] === row + count) count++;
    spans.push({ chunk: chunks[index] as SeriesChunk, from: row - start, count, at });
    at += count;
  }
  return spans;
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

function openSource(given: readonly SeriesChunk[], columnOrder: readonly string[]): SeriesSource {
  const chunks = given.filter((chunk) => chunk.id.length > 0);
  const starts = [0];
  for (const { id } of chunks) starts.push((starts.at(-1) as number) + id.length);
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

function joinKeys({ chunks, starts }: SeriesSource, key: 'id' | 'timestamp'): Uint32Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only[key];
  const joined = new Uint32Array(starts.at(-1) as number);
  for (const [index, chunk] of chunks.entries()) joined.set(chunk[key], starts[index]);
  return joined;
}

function rowNumbers(rows: number): Uint32Array {
  const numbers = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) numbers[row] = row;
  return numbers;
}

/** Rows compared at a time. */
const COMPARED_ROWS = 65_536;

/**
 * Of each group of rows of one key the smallest. Groups are taken in rounds, each its kept row against its next, so that
 * whole repeated frames are read and compared as the stretches they are.
 */
function dropRepeats(source: SeriesSource, sorted: Uint32Array, isSame: (a: number, b: number) => boolean) {
  const firsts = new Uint32Array(sorted.length + 1);
  let groups = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || !isSame(sorted[i - 1] as number, sorted[i] as number)) firsts[groups++] = i;
  }
  firsts[groups] = sorted.length;
  const order = takeRows(sorted, firsts.subarray(0, groups));
  const sizeOf = (group: number): number => (firsts[group + 1] as number) - (firsts[group] as number);
  let conflicts = 0;
  let active = rowNumbers(groups).filter((group) => sizeOf(group) > 1);
  for (let round = 1; active.length > 0; round++) {
    for (let from = 0; from < active.length; from += COMPARED_ROWS) {
      const some = active.subarray(from, from + COMPARED_ROWS);
      const kept = some.map((group) => order[group] as number);
      const next = some.map((group) => sorted[(firsts[group] as number) + round] as number);
      const differences = compareRows(gatherColumns(source, next), gatherColumns(source, kept), some.length);
      for (const [i, group] of some.entries()) {
        if (differences[i] !== 0) conflicts++;
        if ((differences[i] as number) < 0) order[group] = next[i] as number;
      }
    }
    active = active.filter((group) => sizeOf(group) > round + 1);
  }
  return { order, conflicts, repeats: sorted.length - groups - conflicts };
}

/** Per row -1, 0 or 1: by column values in order; a value comes before null. */
function compareRows(
  a: ReadonlyMap<string, SeriesValues>,
  b: ReadonlyMap<string, SeriesValues>,
  rows: number,
): Int8Array {
  const differences = new Int8Array(rows);
  for (const [name, left] of a) {
    const right = b.get(name) as SeriesValues;
    for (let row = 0; row < rows; row++) {
      if (differences[row] === 0) differences[row] = compareValues(left, right, row);
    }
  }
  return differences;
}

function compareValues(a: SeriesValues, b: SeriesValues, row: number): number {
  const nulls = (b.valid?.[row] ?? 1) - (a.valid?.[row] ?? 1);
  if (nulls !== 0) return nulls;
  return a.valid?.[row] === 0 ? 0 : Math.sign((a.values[row] as number) - (b.values[row] as number));
}
