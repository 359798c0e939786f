/** ECG and stethoscope rows to record batches. */

import { type Data, DataType, type Field, type RecordBatch, type Schema } from 'apache-arrow';
import { ArgumentError } from '../core/errors.ts';
import type { EcgRow, StethoRow } from '../signals/rows.ts';
import { listData, type Samples, type Scalar, scalarData } from './build-data.ts';
import { fieldsOf, makeBatch } from './typed-arrow.ts';

/** What each column holds of a row, by name. */
type Columns<Row> = Readonly<Record<string, (row: Row) => Scalar | Samples>>;

const WHOSE: Columns<EcgRow | StethoRow> = {
  signal_id: (row) => row.signalId,
  user_id: (row) => row.facts.userId,
  device_id: (row) => row.facts.deviceId,
  model_id: (row) => row.facts.modelId,
  model: (row) => row.facts.model,
  recorded_at: ({ facts: { recordedAt } }) => (recordedAt === null ? null : Math.round(recordedAt * 1000)),
  timezone: (row) => row.facts.timezone,
  sampling_frequency: (row) => row.samplingFrequency,
  source: (row) => row.source,
};

const ECG: Columns<EcgRow> = {
  ...WHOSE,
  wear_position: (row) => row.facts.wearPosition,
  heart_rate: (row) => row.facts.heartRate,
  afib: (row) => row.facts.afib,
  systole: (row) => row.facts.systole,
  diastole: (row) => row.facts.diastole,
  duration: (row) => (row.samplingFrequency === null ? null : row.ecg.length / row.samplingFrequency),
  ecg: (row) => row.ecg,
  filtered_sampling_frequency: (row) => row.filteredSamplingFrequency,
  filtered: (row) => row.filtered,
};

const STETHO: Columns<StethoRow> = {
  ...WHOSE,
  position: (row) => row.facts.position,
  vhd: (row) => row.facts.vhd,
  channels: (row) => row.channels,
  duration: (row) => row.pcm.length / row.channels / row.samplingFrequency,
  pcm: (row) => row.pcm,
};

/**
 * @param schema of `recordingSchema('ecg', ...)`.
 * @throws ArgumentError when a fact does not fit its column.
 */
export function ecgBatch(schema: Schema, rows: readonly EcgRow[]): RecordBatch {
  return batchOf(schema, rows, ECG);
}

/** As {@link ecgBatch}, for `recordingSchema('stetho', ...)`. */
export function stethoBatch(schema: Schema, rows: readonly StethoRow[]): RecordBatch {
  return batchOf(schema, rows, STETHO);
}

function batchOf<Row>(schema: Schema, rows: readonly Row[], columns: Columns<Row>): RecordBatch {
  const children = fieldsOf(schema).map((field) => columnData(field, rows, columns));
  return makeBatch(schema, rows.length, children);
}

function columnData<Row>(field: Field<DataType>, rows: readonly Row[], columns: Columns<Row>): Data {
  const valueOf = columns[field.name];
  if (valueOf === undefined) {
    throw new ArgumentError(`${field.name}: not a column of this kind; make the schema with recordingSchema`);
  }
  const values = rows.map(valueOf);
  return DataType.isList(field.type)
    ? listData(field, values as (Samples | null)[])
    : scalarData(field, values as Scalar[]);
}
