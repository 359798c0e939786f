/**
 * Blocks of samples, however delivered, to one set: each (timestamp, id) once, in that order.
 *
 * The result depends on the set of samples alone: not on how they were cut into blocks, repeated or ordered.
 */

import type { SeriesValues } from '../columnar/rows.ts';
import { sortedOrder } from './sorted-order.ts';

export type SeriesBlock = {
  readonly id: Uint32Array;
  readonly timestamp: Uint32Array;
  readonly columns: ReadonlyMap<string, SeriesValues>;
};

export type MergedSeries = SeriesBlock & {
  /** Samples that were there before in the same words, dropped. */
  readonly repeats: number;
  /** Samples of one (timestamp, id) with different values: the smallest in column order is kept. */
  readonly conflicts: number;
};

/**
 * @param columnOrder names in schema order; further columns of the blocks follow in name order.
 */
export function mergeSeries(blocks: readonly SeriesBlock[], columnOrder: readonly string[]): MergedSeries {
  const all = concatenate(blocks, columnOrder);
  const order = sortedOrder(all.timestamp, all.id);
  if (order === null) return { ...all, repeats: 0, conflicts: 0 };
  const unique = dropRepeats(order, all);
  return { ...takeRows(all, unique.order), repeats: unique.repeats, conflicts: unique.conflicts };
}

/** Rows of a block in the order given; `order` may be shorter than the block. */
export function takeRows(block: SeriesBlock, order: Uint32Array): SeriesBlock {
  const columns = new Map<string, SeriesValues>();
  for (const [name, { values, valid }] of block.columns) {
    columns.set(name, { values: take(values, order), valid: valid && take(valid, order) });
  }
  return { id: take(block.id, order), timestamp: take(block.timestamp, order), columns };
}

function take<T extends SeriesValues['values'] | Uint32Array>(values: T, order: Uint32Array): T {
  const taken = new (values.constructor as new (length: number) => T)(order.length);
  for (let row = 0; row < order.length; row++) taken[row] = values[order[row] as number] as number;
  return taken;
}

function concatenate(blocks: readonly SeriesBlock[], columnOrder: readonly string[]): SeriesBlock {
  let rows = 0;
  const found = new Set<string>();
  for (const block of blocks) {
    rows += block.id.length;
    for (const name of block.columns.keys()) found.add(name);
  }
  const further = [...found].filter((name) => !columnOrder.includes(name)).sort();
  const [only] = blocks;
  const alone = blocks.length === 1 ? only : undefined;
  const columns = new Map<string, SeriesValues>();
  for (const name of [...columnOrder.filter((known) => found.has(known)), ...further]) {
    columns.set(name, alone?.columns.get(name) ?? concatenateColumn(blocks, name, rows));
  }
  if (alone !== undefined) return { id: alone.id, timestamp: alone.timestamp, columns };
  const id = new Uint32Array(rows);
  const timestamp = new Uint32Array(rows);
  let row = 0;
  for (const block of blocks) {
    id.set(block.id, row);
    timestamp.set(block.timestamp, row);
    row += block.id.length;
  }
  return { id, timestamp, columns };
}

/** One column over all blocks: of the widest type met; null where a block lacks it. */
function concatenateColumn(blocks: readonly SeriesBlock[], name: string, rows: number): SeriesValues {
  const parts = blocks.map((block) => block.columns.get(name));
  const values = widest(parts, rows);
  const complete = parts.every((part) => part !== undefined && part.valid === null);
  const valid = complete ? null : new Uint8Array(rows);
  let row = 0;
  for (const [index, block] of blocks.entries()) {
    const part = parts[index];
    if (part !== undefined) {
      values.set(part.values, row);
      if (part.valid === null) valid?.fill(1, row, row + block.id.length);
      else valid?.set(part.valid, row);
    }
    row += block.id.length;
  }
  return { values, valid };
}

function widest(parts: readonly (SeriesValues | undefined)[], rows: number): SeriesValues['values'] {
  if (parts.some((part) => part?.values instanceof Float64Array)) return new Float64Array(rows);
  if (parts.some((part) => part?.values instanceof Int32Array)) return new Int32Array(rows);
  return new Uint8Array(rows);
}

function dropRepeats(order: Uint32Array, block: SeriesBlock) {
  const columns = [...block.columns.values()];
  const kept = new Uint32Array(order.length);
  let count = 0;
  let repeats = 0;
  let conflicts = 0;
  for (const row of order) {
    const last = count === 0 ? -1 : (kept[count - 1] as number);
    if (last < 0 || block.timestamp[row] !== block.timestamp[last] || block.id[row] !== block.id[last]) {
      kept[count++] = row;
      continue;
    }
    const difference = compareRows(columns, row, last);
    if (difference === 0) repeats++;
    else conflicts++;
    if (difference < 0) kept[count - 1] = row;
  }
  return { order: kept.subarray(0, count), repeats, conflicts };
}

/** By column values in order; a value comes before null. */
function compareRows(columns: readonly SeriesValues[], a: number, b: number): number {
  for (const { values, valid } of columns) {
    if (valid !== null) {
      const nulls = (valid[b] as number) - (valid[a] as number);
      if (nulls !== 0) return nulls;
      if (valid[a] === 0) continue;
    }
    const difference = (values[a] as number) - (values[b] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
