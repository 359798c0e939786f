/** Values to Arrow arrays of a field's type. Samples are viewed where they lie; only short columns are built by value. */

import { type Data, DataType, type Field } from 'apache-arrow';
import { ArgumentError } from '../core/errors.ts';
import { int64FromNumbers } from '../core/int64.ts';
import { isInt64Like, makeColumn, type Numbers, numbersOf, typeName } from './typed-arrow.ts';

export type Scalar = string | number | null;

/** Samples of one list; one type for all rows of a column. */
export type Samples = Int16Array | Int32Array | Float32Array;

/** @throws ArgumentError when a value is null, not of the field's type or out of its range. */
export function scalarData(field: Field<DataType>, values: readonly Scalar[]): Data {
  const { nullBitmap, nullCount } = validityOf(field, values);
  const common = { length: values.length, nullCount, nullBitmap };
  const { type } = field;
  if (DataType.isUtf8(type)) {
    return makeColumn(type, {
      ...common,
      ...utf8Buffers(values.map((value) => (value === null ? '' : String(value)))),
    });
  }
  const numbers = values.map((value) => (value === null ? 0 : Number(value)));
  return makeColumn(type, { ...common, data: numberBuffer(field, numbers) });
}

/** A list of samples a row. One row's samples, or rows that adjoin in memory, are not copied. */
export function listData(field: Field<DataType>, rows: readonly (Samples | null)[]): Data {
  const { type } = field;
  if (!DataType.isList(type)) {
    throw new ArgumentError(`${field.name}: got lists, expected ${typeName(type)}`);
  }
  const item = type.valueType as DataType;
  const Items = numbersOf(item);
  const valueOffsets = new Int32Array(rows.length + 1);
  let total = 0;
  const { nullBitmap, nullCount } = validityOf(field, rows);
  const lists = rows.map((row) => row ?? new Items(0));
  for (const [i, row] of lists.entries()) {
    if (!(row instanceof Items)) {
      throw new ArgumentError(`${field.name}: got ${row.constructor.name} in row ${i}, expected ${typeName(item)}`);
    }
    total += row.length;
    valueOffsets[i + 1] = total;
  }
  if (total > 0x7fffffff) {
    throw new ArgumentError(
      `${field.name}: got ${total} samples in one batch, expected at most 2^31 - 1; use smaller batches`,
    );
  }
  const filled = (nullCount === 0 ? lists : rows.filter((row) => row !== null)) as readonly Samples[];
  const child = makeColumn(item, { length: total, nullCount: 0, data: joined(filled, total) ?? new Items(0) });
  return makeColumn(type, { length: rows.length, nullCount, nullBitmap, valueOffsets, child });
}

/** Arrow validity bits, least significant first, of one byte a row (0: null). */
export function bitmapOf(valid: ArrayLike<number>): Uint8Array {
  const bits = new Uint8Array((valid.length + 7) >> 3);
  for (let i = 0; i < valid.length; i++) {
    if (valid[i] !== 0) {
      bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
    }
  }
  return bits;
}

type Validity = { readonly nullBitmap: Uint8Array | null; readonly nullCount: number };

/** @throws ArgumentError when a value is null and must not be */
function validityOf({ name, nullable }: Field<DataType>, values: readonly unknown[]): Validity {
  const valid = values.map((value) => (value === null ? 0 : 1));
  const nullCount = valid.filter((one) => one === 0).length;
  if (nullCount > 0 && !nullable) {
    throw new ArgumentError(`${name}: got null in row ${values.indexOf(null)}, expected a value`);
  }
  return { nullBitmap: nullCount === 0 ? null : bitmapOf(valid), nullCount };
}

function utf8Buffers(texts: readonly string[]): { valueOffsets: Int32Array; data: Uint8Array } {
  const valueOffsets = new Int32Array(texts.length + 1);
  const parts = texts.map((text) => Buffer.from(text, 'utf8'));
  for (const [i, part] of parts.entries()) {
    valueOffsets[i + 1] = (valueOffsets[i] as number) + part.length;
  }
  return { valueOffsets, data: Buffer.concat(parts) };
}

function numberBuffer({ name, type }: Field<DataType>, numbers: readonly number[]): Numbers | BigInt64Array {
  if (isInt64Like(type)) {
    return int64FromNumbers(name, numbers);
  }
  const values = new (numbersOf(type))(numbers);
  if (DataType.isInt(type)) {
    const row = numbers.findIndex((value, i) => value !== values[i]);
    if (row >= 0) {
      throw new ArgumentError(`${name}: got ${numbers[row]} in row ${row}, expected a value of type ${typeName(type)}`);
    }
  }
  return values;
}

/** All rows end to end: a view when they already lie so, else a copy. */
function joined(rows: readonly Samples[], total: number): Samples | undefined {
  const first = rows[0];
  if (first === undefined) {
    return undefined;
  }
  const Values = first.constructor as new (
    buffer: ArrayBufferLike | number,
    offset?: number,
    length?: number,
  ) => Samples;
  let end = first.byteOffset;
  const adjoining = rows.every((row) => {
    const adjoins = row.buffer === first.buffer && row.byteOffset === end;
    end += row.byteLength;
    return adjoins;
  });
  if (adjoining) {
    return new Values(first.buffer, first.byteOffset, total);
  }
  const all = new Values(total);
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return all;
}
