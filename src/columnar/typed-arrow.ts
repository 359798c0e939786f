/** apache-arrow types much as `any`; these are the parts of it that this package uses, with their types. */

import {
  type Data,
  type DataType,
  type Field,
  type Int32,
  makeData,
  RecordBatch,
  type Schema,
  Struct,
} from 'apache-arrow';

export type Numbers = Int16Array | Int32Array | Uint8Array | Uint32Array | Float32Array | Float64Array;

export type NumbersConstructor = {
  new (length: number): Numbers;
  new (numbers: ArrayLike<number>): Numbers;
};

/** One column of a record batch as it lies in memory. */
export type ColumnData = {
  readonly length: number;
  readonly nullCount: number;
  readonly values: Numbers | BigInt64Array;
  /** Of texts and lists: where each row begins in `values` or the child; one more than rows. */
  readonly valueOffsets: Int32Array;
  /** Of a list: the items of all rows. */
  readonly children: readonly ColumnData[];
  getValid(row: number): boolean;
};

/** What a column is made of; which of them are there follows from its type. */
export type ColumnBuffers = {
  readonly length: number;
  readonly nullCount: number;
  /** Validity, a bit a row, least significant first; `null`: all valid. */
  readonly nullBitmap?: Uint8Array | null;
  readonly data?: Numbers | BigInt64Array;
  readonly valueOffsets?: Int32Array;
  readonly child?: Data;
};

export function makeColumn(type: DataType, buffers: ColumnBuffers): Data {
  // Any type would do: the layout is chosen when it runs.
  return makeData({ type: type as Int32, ...buffers });
}

export function makeBatch(schema: Schema, length: number, columns: Data[]): RecordBatch {
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children: columns }));
}

export function fieldsOf(schema: Schema): readonly Field<DataType>[] {
  return schema.fields;
}

export function columnsOf(batch: RecordBatch): readonly ColumnData[] {
  return batch.data.children;
}

/** The array a number type keeps its values in: 64-bit integers excepted. */
export function numbersOf(type: DataType): NumbersConstructor {
  return (type as unknown as { readonly ArrayType: NumbersConstructor }).ArrayType;
}

export function isInt64Like(type: DataType): boolean {
  return type.ArrayType === BigInt64Array;
}

/** As in Arrow's own notation: `Timestamp<SECOND, UTC>`, `List<Int16>`. */
export function typeName(type: { toString(): string }): string {
  return type.toString();
}
