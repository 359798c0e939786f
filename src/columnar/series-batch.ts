/** Rows of a PPG or accelerometer table to record batches, 65,536 rows or so at a time. */

import type { Data, DataType, Field, RecordBatch, Schema } from 'apache-arrow';
import { ArgumentError } from '../core/errors.ts';
import type { SeriesTable, SeriesValues } from '../signals/rows.ts';
import { bitmapOf } from './build-data.ts';
import { fieldsOf, makeBatch, makeColumn, numbersOf, typeName } from './typed-arrow.ts';

/**
 * Rows `from` to before `to` as one record batch: views into `columns`, copied only where some are null.
 *
 * @param schema of `seriesSchema`. A nullable column that `columns` lacks is all null.
 * @throws ArgumentError when a required column is missing or null, or a column has another type than in the schema.
 */
export function seriesBatch(schema: Schema, columns: SeriesTable, from: number, to: number): RecordBatch {
  const length = to - from;
  const children = fieldsOf(schema).map((field) => {
    switch (field.name) {
      case 'time':
      case 'timestamp':
      case 'id':
      case 'segment':
        return makeColumn(field.type, { length, nullCount: 0, data: columns[field.name].subarray(from, to) });
      default:
        return sensorData(field, columns.columns.get(field.name), from, to);
    }
  });
  return makeBatch(schema, length, children);
}

function sensorData(field: Field<DataType>, column: SeriesValues | undefined, from: number, to: number): Data {
  const { type, name } = field;
  const length = to - from;
  const Values = numbersOf(type);
  const values = column?.values.subarray(from, to) ?? new Values(length);
  if (!(values instanceof Values)) {
    throw new ArgumentError(`${name}: got ${values.constructor.name}, expected values of type ${typeName(type)}`);
  }
  const valid = column === undefined ? new Uint8Array(length) : column.valid?.subarray(from, to);
  const nullCount = valid?.reduce((count, one) => count + (one === 0 ? 1 : 0), 0) ?? 0;
  if (valid === undefined || nullCount === 0) {
    return makeColumn(type, { length, nullCount: 0, data: values });
  }
  if (!field.nullable) {
    throw new ArgumentError(`${name}: got null in row ${from + valid.indexOf(0)}, expected a value`);
  }
  // Zeros under the nulls, whatever lay there: equal tables give equal bytes.
  const data = values.map((value, row) => (valid[row] === 0 ? 0 : value));
  return makeColumn(type, { length, nullCount, nullBitmap: bitmapOf(valid), data });
}
