/** Samples on their way to a partition: keys and columns where they lie, in memory or on the stage, read piece by piece. */

import type { SeriesValues } from '../signals/rows.ts';
import { findRuns, type Runs } from '../stage/runs.ts';
import type { StagedArray, StageReader } from '../stage/stage.ts';

export type ColumnType = 'u8' | 'i32' | 'f64';

type Values = SeriesValues['values'];

const ARRAYS = { u8: Uint8Array, i32: Int32Array, f64: Float64Array } as const;

export function typeOfValues(values: Values): ColumnType {
  if (values instanceof Uint8Array) return 'u8';
  return values instanceof Int32Array ? 'i32' : 'f64';
}

/** Keys of rows as runs of their ids, which count, and of their seconds, which stay. */
export type KeyRuns = { readonly id: Runs; readonly timestamp: Runs };

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
  /** Keys of all rows. */
  readonly readKeys: () => KeyRuns;
  readonly columns: ReadonlyMap<string, ChunkColumn>;
};

export function memoryChunk(keys: SeriesKeys, columns: ReadonlyMap<string, SeriesValues>): SeriesChunk {
  const readers = [...columns].map(([name, column]) => [name, memoryColumn(column)] as const);
  return {
    rows: keys.id.length,
    readKeys: () => ({ id: findRuns(keys.id, 1), timestamp: findRuns(keys.timestamp, 0) }),
    columns: new Map(readers),
  };
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

/** Opens chunks of one stage. */
export function stagedChunks(chunks: readonly StagedRows[], stage: StageReader): readonly SeriesChunk[] {
  return chunks.map(({ rows, id, timestamp, columns }) => ({
    rows,
    readKeys: () => ({ id: stage.readRuns(id, 1), timestamp: stage.readRuns(timestamp, 0) }),
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
      const own = new ARRAYS[type](count);
      stage.readRows(values, from, own);
      out.set(own, at);
    },
    readValid: (from, count, out, at) => {
      if (valid === null) out.fill(1, at, at + count);
      else stage.readRows(valid, from, out.subarray(at, at + count));
    },
  };
}
