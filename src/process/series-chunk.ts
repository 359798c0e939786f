/** Samples on their way to a partition: keys and columns where they lie, in memory or on the stage, read piece by piece. */

import type { SeriesValues } from '../columnar/rows.ts';
import type { StagedArray, StageReader } from './stage.ts';

export type ColumnType = 'u8' | 'i32' | 'f64';

type Values = SeriesValues['values'];

const ARRAYS = { u8: Uint8Array, i32: Int32Array, f64: Float64Array } as const;

export function newValues(type: ColumnType, rows: number): Values {
  return new ARRAYS[type](rows);
}

export function typeOfValues(values: Values): ColumnType {
  if (values instanceof Uint8Array) return 'u8';
  return values instanceof Int32Array ? 'i32' : 'f64';
}

export type SeriesKeys = { readonly id: Uint32Array; readonly timestamp: Uint32Array };

/** One column of a chunk, read piece by piece. */
export interface ChunkColumn {
  readonly type: ColumnType;
  /** Whether some rows may be null. */
  readonly nullable: boolean;
  /** Copies rows [from, from + count) to `out` from `at` on; `out` is of this type or a wider one. */
  read(from: number, count: number, out: Values, at: number): void;
  /** Likewise 1 for a value, 0 for null. */
  readValid(from: number, count: number, out: Uint8Array, at: number): void;
}

export type SeriesChunk = {
  readonly rows: number;
  /** Keys of all rows, good until another chunk's are read. */
  readonly readKeys: () => SeriesKeys;
  readonly columns: ReadonlyMap<string, ChunkColumn>;
};

export function memoryChunk(keys: SeriesKeys, columns: ReadonlyMap<string, SeriesValues>): SeriesChunk {
  const readers = [...columns].map(([name, column]) => [name, memoryColumn(column)] as const);
  return { rows: keys.id.length, readKeys: () => keys, columns: new Map(readers) };
}

function memoryColumn({ values, valid }: SeriesValues): ChunkColumn {
  return {
    type: typeOfValues(values),
    nullable: valid !== null,
    read: (from, count, out, at) => out.set(values.subarray(from, from + count), at),
    readValid: (from, count, out, at) => {
      if (valid === null) out.fill(1, at, at + count);
      else out.set(valid.subarray(from, from + count), at);
    },
  };
}

export type StagedColumn = {
  readonly name: string;
  readonly values: StagedArray<ColumnType>;
  /** `null`: no row is null. */
  readonly valid: StagedArray<'u8'> | null;
};

export type StagedRows = {
  readonly rows: number;
  readonly id: StagedArray<'u32'>;
  readonly timestamp: StagedArray<'u32'>;
  readonly columns: readonly StagedColumn[];
};

/** Opens chunks of one stage; they share the memory that keys are read into. */
export function stagedChunks(chunks: readonly StagedRows[], stage: StageReader): readonly SeriesChunk[] {
  const most = chunks.reduce((rows, chunk) => Math.max(rows, chunk.rows), 0);
  const [allIds, allTimestamps] = [new Uint32Array(most), new Uint32Array(most)];
  return chunks.map(({ rows, id, timestamp, columns }) => ({
    rows,
    readKeys: () => {
      const keys = { id: allIds.subarray(0, rows), timestamp: allTimestamps.subarray(0, rows) };
      stage.readRows(id, 0, keys.id);
      stage.readRows(timestamp, 0, keys.timestamp);
      return keys;
    },
    columns: new Map(columns.map((column) => [column.name, stagedColumn(column, stage)])),
  }));
}

function stagedColumn({ values, valid }: StagedColumn, stage: StageReader): ChunkColumn {
  const { type } = values;
  return {
    type,
    nullable: valid !== null,
    read: (from, count, out, at) => {
      if (typeOfValues(out) === type) {
        stage.readRows(values, from, out.subarray(at, at + count));
        return;
      }
      const own = newValues(type, count);
      stage.readRows(values, from, own);
      out.set(own, at);
    },
    readValid: (from, count, out, at) => {
      if (valid === null) out.fill(1, at, at + count);
      else stage.readRows(valid, from, out.subarray(at, at + count));
    },
  };
}
