/** Record batches back to the rows they were made of, exactly. Samples are views into the batch. */

import { type DataType, Field, type RecordBatch, type Schema } from 'apache-arrow';
import { DatasetError, quoted } from '../core/errors.ts';
import { columnsOfTable, type EcgRow, type SeriesColumns, type SeriesValues, type StethoRow } from '../signals/rows.ts';
import { NO_FACTS, type RecordingFacts, type SignalKind } from '../signals/signal.ts';
import { furtherField, RECORDING_FIELDS, SERIES_FIELDS, SERIES_HEAD_FIELDS } from './fields.ts';
import { kindOf } from './metadata.ts';
import { type ColumnData, columnsOf, fieldsOf, numbersOf, typeName } from './typed-arrow.ts';

// That the arrays are of the types asserted below is what `expectTable` has checked.

/** @throws DatasetError when the batch is not of an ECG table of this version. */
export function readEcgRow(batch: RecordBatch, row: number): EcgRow {
  expectTable(batch.schema, ['ecg']);
  return {
    signalId: numberAt(batch, 'signal_id', row),
    facts: {
      ...whose(batch, row),
      wearPosition: numberAt(batch, 'wear_position', row),
      heartRate: numberAt(batch, 'heart_rate', row),
      afib: numberAt(batch, 'afib', row),
      systole: numberAt(batch, 'systole', row),
      diastole: numberAt(batch, 'diastole', row),
    },
    samplingFrequency: numberAt(batch, 'sampling_frequency', row),
    ecg: samplesAt(batch, 'ecg', row) as Int32Array,
    filteredSamplingFrequency: numberAt(batch, 'filtered_sampling_frequency', row),
    filtered: samplesAt(batch, 'filtered', row) as Float32Array | null,
    source: textAt(batch, 'source', row) ?? '',
  };
}

/** @throws DatasetError when the batch is not of a stethoscope table of this version. */
export function readStethoRow(batch: RecordBatch, row: number): StethoRow {
  expectTable(batch.schema, ['stetho']);
  return {
    signalId: numberAt(batch, 'signal_id', row),
    facts: { ...whose(batch, row), position: numberAt(batch, 'position', row), vhd: numberAt(batch, 'vhd', row) },
    samplingFrequency: requiredAt(batch, 'sampling_frequency', row),
    channels: requiredAt(batch, 'channels', row),
    pcm: samplesAt(batch, 'pcm', row) as Int16Array,
    source: textAt(batch, 'source', row) ?? '',
  };
}

/** @throws DatasetError when the batch is not of a PPG or accelerometer table of this version. */
export function seriesColumnsOf(batch: RecordBatch): SeriesColumns {
  expectTable(batch.schema, ['ppg', 'accel']);
  const rows = batch.numRows;
  const [time, timestamp, id, segment, ...sensor] = columnsOf(batch).map(({ values }) => values.subarray(0, rows));
  const names = batch.schema.fields.slice(SERIES_HEAD_FIELDS.length).map(({ name }) => name);
  const columns = new Map<string, SeriesValues>();
  for (const [i, name] of names.entries()) {
    columns.set(name, { values: sensor[i] as SeriesValues['values'], valid: validBytes(dataOf(batch, name)) });
  }
  return columnsOfTable({
    rows,
    time: time as BigInt64Array,
    timestamp: timestamp as BigInt64Array,
    id: id as Uint32Array,
    segment: segment as Uint32Array,
    columns,
  });
}

const checked = new WeakSet<Schema>();

/** Field by field: metadata alone would let a file of another layout through. */
function expectTable(schema: Schema, kinds: readonly SignalKind[]): void {
  if (checked.has(schema)) {
    return;
  }
  const kind = kindOf(schema);
  if (!kinds.includes(kind)) {
    throw new DatasetError(`got a table of ${kind}, expected ${kinds.join(' or ')}`);
  }
  const fields = fieldsOf(schema);
  for (const [i, expected] of expectedFields(kind, fields).entries()) {
    const got = fields[i];
    // A table of an earlier version may have no nulls where there may be some now.
    if (got === undefined || (told(got) !== told(expected) && told(got) !== told(withoutNulls(expected)))) {
      throw new DatasetError(
        `${kind} table, column ${i}: got ${got ? quoted(told(got)) : 'none'}, expected ${quoted(told(expected))}; convert again into another --out`,
      );
    }
  }
  checked.add(schema);
}

function withoutNulls({ name, type }: Field<DataType>): Field<DataType> {
  return new Field(name, type, false);
}

function told({ name, type, nullable }: Field<DataType>): string {
  return `${name} ${typeName(type)}${nullable ? ' or null' : ''}`;
}

function expectedFields(kind: SignalKind, fields: readonly Field<DataType>[]): readonly Field<DataType>[] {
  if (kind === 'ecg' || kind === 'stetho') {
    return RECORDING_FIELDS[kind];
  }
  const known = [...SERIES_HEAD_FIELDS, ...SERIES_FIELDS[kind]];
  const further = fields
    .slice(known.length)
    .map(({ name, type }) => furtherField(name, numbersOf(type) === Float64Array ? 'float64' : 'int32'));
  return [...known, ...further];
}

function whose(batch: RecordBatch, row: number): RecordingFacts {
  const milliseconds = numberAt(batch, 'recorded_at', row);
  return {
    ...NO_FACTS,
    userId: textAt(batch, 'user_id', row),
    deviceId: textAt(batch, 'device_id', row),
    modelId: numberAt(batch, 'model_id', row),
    model: textAt(batch, 'model', row),
    recordedAt: milliseconds === null ? null : milliseconds / 1000,
    timezone: textAt(batch, 'timezone', row),
  };
}

function requiredAt(batch: RecordBatch, name: string, row: number): number {
  return Number(dataOf(batch, name).values[row]);
}

function numberAt(batch: RecordBatch, name: string, row: number): number | null {
  const data = dataOf(batch, name);
  return data.getValid(row) ? Number(data.values[row]) : null;
}

function textAt(batch: RecordBatch, name: string, row: number): string | null {
  const data = dataOf(batch, name);
  if (!data.getValid(row)) {
    return null;
  }
  const { buffer, byteOffset, byteLength } = data.values;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return bytes.toString('utf8', data.valueOffsets[row], data.valueOffsets[row + 1]);
}

function samplesAt(batch: RecordBatch, name: string, row: number): unknown {
  const data = dataOf(batch, name);
  if (!data.getValid(row)) {
    return null;
  }
  const { valueOffsets, children } = data;
  return children[0]?.values.subarray(valueOffsets[row], valueOffsets[row + 1]);
}

function validBytes(data: ColumnData): Uint8Array | null {
  if (data.nullCount === 0) {
    return null;
  }
  return Uint8Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? 1 : 0));
}

function dataOf(batch: RecordBatch, name: string): ColumnData {
  const data = columnsOf(batch)[batch.schema.fields.findIndex((field) => field.name === name)];
  if (data === undefined) {
    throw new DatasetError(`got a table without column ${quoted(name)}; convert again into another --out`);
  }
  return data;
}
