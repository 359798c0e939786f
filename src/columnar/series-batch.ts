/** Rows of a PPG or accelerometer table to record batches, 65,536 rows or so at a time. */

import type { Data, DataType, Field, RecordBatch, Schema } from 'apache-arrow';
import { ArgumentError } from '../core/errors.ts';
import { bitmapOf } from './build-data.ts';
import { fillInt64, fillInt64FromUint32 } from './int64.ts';
import type { SeriesColumns, SeriesValues } from './rows.ts';
import { fieldsOf, makeBatch, makeColumn, numbersOf, typeName } from './typed-arrow.ts';

/** Where the two times of a batch are put, as Arrow has them. */
export type TimeBuffers = { readonly time: BigInt64Array; readonly timestamp: BigInt64Array };

export function newTimeBuffers(rows: number): TimeBuffers {
  return { time: new BigInt64Array(rows), timestamp: new BigInt64Array(rows) };
}

/**
 * Rows `from` to before `to` as one record batch. Samples are views into `columns`, copied only where some are null.
 *
 * @param schema of `seriesSchema`. A nullable column that `columns` lacks is all null.
 * @param times memory for the two times, of that many rows or more, to use it again. @default new
 * @throws ArgumentError when a required column is missing or null, or a column has another type than in the schema.
 */
export function seriesBatch(
  schema: Schema,
  columns: SeriesColumns,
  from: number,
  to: number,
  times: TimeBuffers = newTimeBuffers(to - from),
): RecordBatch {
  const length = to - from;
  const children = fieldsOf(schema).map((field) => {
    switch (field.name) {
      case 'time': {
        const data = fillInt64(times.time.subarray(0, length), 'time', columns.time.subarray(from, to));
        return makeColumn(field.type, { length, nullCount: 0, data });
      }
      case 'timestamp': {
        const data = fillInt64FromUint32(times.timestamp.subarray(0, length), columns.timestamp.subarray(from, to));
        return makeColumn(field.type, { length, nullCount: 0, data });
      }
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
