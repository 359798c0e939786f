/** Columns of every table: name, type, whether it may be null, unit (UCUM), and what it means. The only place. */

import {
  type DataType,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  List,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampSecond,
  Uint8,
  Uint32,
  Utf8,
} from 'apache-arrow';
import type { RecordingKind, SeriesKind } from '../signals/signal.ts';

const NULLABLE = true;
const REQUIRED = false;

const WHOSE = [
  field('signal_id', new Int64(), NULLABLE, null, 'Signal id of Withings; null when the answer came without it'),
  field('user_id', new Utf8(), NULLABLE, null, 'User id of Withings'),
  field('device_id', new Utf8(), NULLABLE, null, 'Device id or its hash, as delivered'),
  field('model_id', new Int16(), NULLABLE, null, 'Model number of Withings'),
  field('model', new Utf8(), NULLABLE, null, 'Model name'),
  field('recorded_at', new TimestampMillisecond('UTC'), NULLABLE, null, 'Start of the recording'),
  field('timezone', new Utf8(), NULLABLE, null, 'IANA time zone of the user'),
];

const SOURCE = field('source', new Utf8(), REQUIRED, null, 'Input the recording came from');

const ECG_FIELDS: readonly Field<DataType>[] = [
  ...WHOSE,
  field('wear_position', new Int16(), NULLABLE, null, 'Where the device was worn, code of Withings'),
  field('heart_rate', new Float32(), NULLABLE, '/min', 'Heart rate as delivered'),
  field(
    'afib',
    new Int16(),
    NULLABLE,
    null,
    'Classification: 0 negative, 1 positive, 2 inconclusive; others as delivered',
  ),
  field('systole', new Int16(), NULLABLE, 'mm[Hg]', 'Systolic blood pressure measured with the recording'),
  field('diastole', new Int16(), NULLABLE, 'mm[Hg]', 'Diastolic blood pressure measured with the recording'),
  field(
    'sampling_frequency',
    new Float64(),
    NULLABLE,
    'Hz',
    'Sampling frequency of ecg; null while no answer tells it',
  ),
  field('duration', new Float64(), NULLABLE, 's', 'Samples of ecg divided by sampling_frequency'),
  list('ecg', new Int32(), REQUIRED, 'uV', 'Samples as delivered'),
  field('filtered_sampling_frequency', new Float64(), NULLABLE, 'Hz', 'Sampling frequency of filtered'),
  list(
    'filtered',
    new Float32(),
    NULLABLE,
    'uV',
    'Samples filtered and resampled as withings_signals.plan says; null where that is not possible',
  ),
  SOURCE,
];

const STETHO_FIELDS: readonly Field<DataType>[] = [
  ...WHOSE,
  field('position', new Int16(), NULLABLE, null, 'Position of the chest piece, code of Withings'),
  field('vhd', new Int16(), NULLABLE, null, 'Valvular heart disease classification, code of Withings'),
  field('sampling_frequency', new Float64(), REQUIRED, 'Hz', 'Sampling frequency of one channel'),
  field('channels', new Int16(), REQUIRED, '{count}', 'Channels, interleaved in pcm'),
  field('duration', new Float64(), REQUIRED, 's', 'Samples of one channel divided by sampling_frequency'),
  list('pcm', new Int16(), REQUIRED, '{count}', 'G.711 A-law decoded to 16-bit linear PCM, full scale 32768'),
  SOURCE,
];

/** Columns of both series tables, before the sensor's own. */
export const SERIES_HEAD_FIELDS: readonly Field<DataType>[] = [
  field('time', new TimestampMicrosecond('UTC'), REQUIRED, null, 'Time of the sample, rebuilt from id and timestamp'),
  field('timestamp', new TimestampSecond('UTC'), REQUIRED, null, 'Whole second as delivered'),
  field('id', new Uint32(), REQUIRED, '{count}', 'Running sample counter as delivered'),
  field('segment', new Uint32(), REQUIRED, '{count}', 'Run of uninterrupted ids, counted from 0 in this file'),
];

const PPG_FIELDS: readonly Field<DataType>[] = [
  ...['green', 'red', 'ir'].map((led) =>
    field(`ppg_${led}`, new Int32(), REQUIRED, '{count}', 'Photocurrent; 524288 counts are full scale, see adc_range'),
  ),
  ...['green', 'red', 'ir'].map((led) =>
    field(
      `agc_${led}_adc_range`,
      new Uint8(),
      NULLABLE,
      null,
      'Full scale: 0 is 4 uA, 1 is 8 uA, 2 is 16 uA, 3 is 32 uA',
    ),
  ),
  ...['green', 'red', 'ir'].map((led) =>
    field(`agc_${led}_current_ua`, new Int32(), NULLABLE, 'uA', 'Drive current of the LED'),
  ),
];

const ACCEL_FIELDS: readonly Field<DataType>[] = ['x', 'y', 'z'].map((axis) =>
  field(`acc_${axis}`, new Int32(), REQUIRED, '{count}', 'Acceleration; nominally 0.002 g a count'),
);

export const RECORDING_FIELDS: Readonly<Record<RecordingKind, readonly Field<DataType>[]>> = {
  ecg: ECG_FIELDS,
  stetho: STETHO_FIELDS,
};

/** The sensor's own columns. */
export const SERIES_FIELDS: Readonly<Record<SeriesKind, readonly Field<DataType>[]>> = {
  ppg: PPG_FIELDS,
  accel: ACCEL_FIELDS,
};

/** A column of the frames that this version does not know. */
export function furtherField(name: string, type: 'int32' | 'float64'): Field<DataType> {
  return field(
    name,
    type === 'int32' ? new Int32() : new Float64(),
    NULLABLE,
    null,
    'Column of the frames, as delivered',
  );
}

function list(name: string, item: DataType, nullable: boolean, unit: string, description: string): Field<DataType> {
  return field(name, new List(new Field('item', item, REQUIRED)), nullable, unit, description);
}

function field(
  name: string,
  type: DataType,
  nullable: boolean,
  unit: string | null,
  description: string,
): Field<DataType> {
  const metadata = new Map([['description', description]]);
  if (unit !== null) {
    metadata.set('unit', unit);
  }
  return new Field(name, type, nullable, metadata);
}
