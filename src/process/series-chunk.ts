/** Samples on their way to a partition: keys in memory, columns where they lie, in memory or on the stage. */

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
  readonly id: Uint32Array;
  readonly timestamp: Uint32Array;
  readonly columns: ReadonlyMap<string, ChunkColumn>;
};

export function memoryColumn({ values, valid }: SeriesValues): ChunkColumn {
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

export function stagedColumn({ values, valid }: StagedColumn, stage: StageReader): ChunkColumn {
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
