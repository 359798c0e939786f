import type { Schema } from 'apache-arrow';
import { describe, expect, test } from 'vitest';
import { readEcgRow, readStethoRow, seriesColumnsOf } from '../../../src/columnar/read-back.ts';
import { ecgBatch, stethoBatch } from '../../../src/columnar/recording-batch.ts';
import {
  isTableColumn,
  kindOf,
  processingOf,
  recordingSchema,
  segmentsOf,
  seriesAboutOf,
  seriesSchema,
  typedValues,
} from '../../../src/columnar/schema.ts';
import { seriesBatch } from '../../../src/columnar/series-batch.ts';
import { ArgumentError, DatasetError } from '../../../src/core/errors.ts';
import type { SeriesColumns, SeriesValues } from '../../../src/signals/rows.ts';
import { ABOUT, ECG_ROWS, PROCESSING, ppgColumns, SEGMENTS, STETHO_ROWS, tableOf } from './examples.ts';

const ecgSchema = recordingSchema('ecg', PROCESSING);
const stethoSchema = recordingSchema('stetho', PROCESSING);
const ppgSchema = ppgSchemaOf(ppgColumns(3));

describe('schema', () => {
  test('has the columns, types and units of the documented format', () => {
    const told = (schema: Schema) =>
      schema.fields.map(({ name, type, nullable, metadata }) =>
        [name, `${type}${nullable ? '?' : ''}`, metadata.get('unit')].filter(Boolean).join(' '),
      );
    const whose = [
      'signal_id Int64?',
      'user_id Utf8?',
      'device_id Utf8?',
      'model_id Int16?',
      'model Utf8?',
      'recorded_at Timestamp<MILLISECOND, UTC>?',
      'timezone Utf8?',
    ];
    expect(told(ecgSchema)).toEqual([
      ...whose,
      'wear_position Int16?',
      'heart_rate Float32? /min',
      'afib Int16?',
      'systole Int16? mm[Hg]',
      'diastole Int16? mm[Hg]',
      'sampling_frequency Float64? Hz',
      'duration Float64? s',
      'ecg List<Int32> uV',
      'filtered_sampling_frequency Float64? Hz',
      'filtered List<Float32>? uV',
      'source Utf8',
    ]);
    expect(told(stethoSchema)).toEqual([
      ...whose,
      'position Int16?',
      'vhd Int16?',
      'sampling_frequency Float64 Hz',
      'channels Int16 {count}',
      'duration Float64 s',
      'pcm List<Int16> {count}',
      'source Utf8',
    ]);
    const when = [
      'time Timestamp<MICROSECOND, UTC>',
      'timestamp Timestamp<SECOND, UTC>',
      'id Uint32 {count}',
      'segment Uint32 {count}',
    ];
    expect(told(ppgSchema)).toEqual([
      ...when,
      'ppg_green Int32 {count}',
      'ppg_red Int32 {count}',
      'ppg_ir Int32 {count}',
      'agc_green_adc_range Uint8?',
      'agc_red_adc_range Uint8?',
      'agc_ir_adc_range Uint8?',
      'agc_green_current_ua Int32? uA',
      'agc_red_current_ua Int32? uA',
      'agc_ir_current_ua Int32? uA',
      'alpha Int32?',
      'zeta Float64?',
    ]);
    expect(told(accelSchema())).toEqual([...when, 'acc_x Int32 {count}', 'acc_y Int32 {count}', 'acc_z Int32 {count}']);
  });

  test('describes every column', () => {
    for (const { fields } of [ecgSchema, stethoSchema, ppgSchema, accelSchema()]) {
      expect(fields.filter(({ metadata }) => !metadata.get('description'))).toEqual([]);
    }
  });

  test('gives back the metadata it was made with', () => {
    expect(kindOf(ppgSchema)).toBe('ppg');
    expect(processingOf(ppgSchema)).toEqual(PROCESSING);
    expect(seriesAboutOf(ppgSchema)).toEqual(ABOUT);
    expect(segmentsOf(ppgSchema)).toEqual(SEGMENTS);
    expect(segmentsOf(ecgSchema)).toEqual([]);
    expect(ppgSchema.metadata.get('sensor_name')).toBe('100%25%2C sure,MAX8614X_PPG_AGC');
    expect(ppgSchema.metadata.get('firmware_version')).toBe('2561,2571');
  });

  test('rounds the stated bound of a segment upwards', () => {
    const [first] = SEGMENTS;
    const schema = seriesSchema('accel', {
      processing: PROCESSING,
      segments: [{ ...first, bound: 0.0200000001, residual: 1e-9 } as typeof first & object],
      further: [],
      about: ABOUT,
    });
    expect(segmentsOf(schema)[0]).toMatchObject({ bound: 0.020001, residual: 0.000001 });
  });

  test('refuses a further column that bears a name of the table', () => {
    for (const name of ['time', 'segment', 'ppg_red']) {
      expect(isTableColumn('ppg', name)).toBe(true);
      expect(() => furtherSchema([name])).toThrow(new RegExp(`got a further column "${name}"`));
    }
    expect(() => furtherSchema(['x', 'x'])).toThrow(ArgumentError);
    expect(isTableColumn('accel', 'ppg_red')).toBe(false);
  });

  test('is refused when it is not of this program or version', () => {
    const foreign = furtherSchema([]);
    foreign.metadata.set('withings_signals.schema_version', '2');
    expect(() => kindOf(foreign)).toThrow(/got schema version "2", expected 1/);
    foreign.metadata.clear();
    expect(() => kindOf(foreign)).toThrow(DatasetError);
  });
});

describe('typed values', () => {
  test('narrow a range column to a byte', () => {
    expect(typedValues('ppg', 'agc_ir_adc_range', Int32Array.of(0, 255))).toEqual(Uint8Array.of(0, 255));
    expect(() => typedValues('ppg', 'agc_ir_adc_range', Int32Array.of(0, 256))).toThrow(/got 256 in row 1/);
    expect(() => typedValues('ppg', 'agc_ir_adc_range', Int32Array.of(-1))).toThrow(ArgumentError);
  });

  test('refuse a fraction in a column of whole numbers', () => {
    expect(() => typedValues('accel', 'acc_x', Float64Array.of(1, 0.5))).toThrow(/acc_x: got 0.5 in row 1/);
    expect(() => typedValues('accel', 'acc_x', Float64Array.of(2 ** 31))).toThrow(ArgumentError);
    expect(typedValues('accel', 'acc_x', Float64Array.of(-3))).toEqual(Int32Array.of(-3));
  });

  test('leave a column the table does not know as it is', () => {
    const values = Float64Array.of(0.5);
    expect(typedValues('accel', 'temperature', values)).toBe(values);
  });
});

describe('recordings', () => {
  test('come back from a batch as they were', () => {
    const ecg = ecgBatch(ecgSchema, ECG_ROWS);
    expect(ECG_ROWS.map((_, row) => readEcgRow(ecg, row))).toEqual(ECG_ROWS);
    const stetho = stethoBatch(stethoSchema, STETHO_ROWS);
    expect(STETHO_ROWS.map((_, row) => readStethoRow(stetho, row))).toEqual(STETHO_ROWS);
  });

  test('come back from a slice of a batch', () => {
    const slice = ecgBatch(ecgSchema, ECG_ROWS).slice(1, 3);
    expect([readEcgRow(slice, 0), readEcgRow(slice, 1)]).toEqual(ECG_ROWS.slice(1, 3));
  });

  test('share the samples of a single row, and of rows that adjoin, with the caller', () => {
    const buffer = new Int16Array(6);
    const row = (from: number, to: number) => ({ ...STETHO_ROWS[1]!, pcm: buffer.subarray(from, to) });
    for (const rows of [[row(0, 6)], [row(0, 2), row(2, 2), row(2, 6)]]) {
      const batch = stethoBatch(stethoSchema, rows);
      expect(readStethoRow(batch, 0).pcm.buffer).toBe(buffer.buffer);
      expect(
        readStethoRow(batch, rows.length - 1).pcm.byteOffset + 2 * readStethoRow(batch, rows.length - 1).pcm.length,
      ).toBe(12);
    }
    const apart = stethoBatch(stethoSchema, [row(2, 4), row(0, 2)]);
    expect(readStethoRow(apart, 0).pcm.buffer).not.toBe(buffer.buffer);
  });

  test('state the length of a channel as their duration', () => {
    const duration = (row: number) => stethoBatch(stethoSchema, STETHO_ROWS).getChild('duration')?.get(row);
    expect(duration(0)).toBe(2 / 4000);
    expect(ecgBatch(ecgSchema, ECG_ROWS).getChild('duration')?.get(0)).toBe(30);
  });

  test('are refused when a fact does not fit its column', () => {
    const [row] = ECG_ROWS;
    const withFact = (facts: object) => ({ ...row!, facts: { ...row!.facts, ...facts } });
    expect(() => ecgBatch(ecgSchema, [withFact({ afib: 32768 })])).toThrow(
      /afib: got 32768 in row 0, expected .*Int16/,
    );
    expect(() => ecgBatch(ecgSchema, [withFact({ systole: 120.5 })])).toThrow(ArgumentError);
    expect(() => ecgBatch(ecgSchema, [{ ...row!, signalId: 2 ** 53 }])).toThrow(/signal_id: got 9007199254740992/);
    expect(() => ecgBatch(ecgSchema, [{ ...row!, signalId: Number.NaN }])).toThrow(ArgumentError);
  });

  test('are refused in the table of another kind', () => {
    expect(() => ecgBatch(stethoSchema, ECG_ROWS)).toThrow(/position: not a column of this kind/);
    expect(() => readEcgRow(stethoBatch(stethoSchema, STETHO_ROWS), 0)).toThrow(/got a table of stetho, expected ecg/);
  });
});

describe('series', () => {
  test('come back from batches as they were, absent columns as null', () => {
    const columns = ppgColumns(2500);
    const schema = ppgSchemaOf(columns);
    for (const [from, to] of [
      [0, 1000],
      [1000, 2500],
      [2500, 2500],
    ] as const) {
      const back = seriesColumnsOf(seriesBatch(schema, tableOf(columns), from, to));
      expect(back).toEqual(expectedColumns(columns, from, to));
    }
  });

  test('come back from a slice of a batch', () => {
    const columns = ppgColumns(50);
    const slice = seriesBatch(ppgSchemaOf(columns), tableOf(columns), 5, 50).slice(2, 20);
    expect(seriesColumnsOf(slice)).toEqual(expectedColumns(columns, 7, 25));
  });

  test('are views of the samples where none is null', () => {
    const columns = ppgColumns(100);
    const batch = seriesBatch(ppgSchemaOf(columns), tableOf(columns), 10, 90);
    expect(seriesColumnsOf(batch).columns.get('ppg_ir')?.values.buffer).toBe(
      columns.columns.get('ppg_ir')?.values.buffer,
    );
  });

  test('are refused with a null or missing column that must be there, or another type', () => {
    const columns = ppgColumns(10);
    const schema = ppgSchemaOf(columns);
    const replaced = (name: string, value: object | undefined) => {
      const map = new Map(columns.columns);
      if (value === undefined) map.delete(name);
      else map.set(name, { valid: null, values: new Int32Array(10), ...value });
      return { ...columns, columns: map } as SeriesColumns;
    };
    const build = (given: SeriesColumns) => () => seriesBatch(schema, tableOf(given), 0, 10);
    expect(build(replaced('ppg_red', undefined))).toThrow(/ppg_red: got null in row 0/);
    expect(build(replaced('ppg_red', { valid: Uint8Array.of(1, 1, 0, 1, 1, 1, 1, 1, 1, 1) }))).toThrow(/null in row 2/);
    expect(build(replaced('ppg_red', { values: new Float64Array(10) }))).toThrow(/ppg_red: got Float64Array/);
  });
});

/** What `seriesColumnsOf` must give: the table's order, every known column, zeros under nulls. */
function expectedColumns(columns: SeriesColumns, from: number, to: number): SeriesColumns {
  const rows = to - from;
  const nothing = (values: Int32Array | Uint8Array): SeriesValues => ({ values, valid: new Uint8Array(rows) });
  const known = (name: string): SeriesValues => {
    const { values, valid } = columns.columns.get(name)!;
    const cut = valid?.slice(from, to);
    return {
      values: values.slice(from, to).map((v, i) => (cut?.[i] === 0 ? 0 : v)),
      valid: cut?.includes(0) === true ? cut : null,
    };
  };
  const names = ppgSchema.fields.slice(4).map(({ name }) => name);
  return {
    rows,
    time: columns.time.slice(from, to),
    timestamp: columns.timestamp.slice(from, to),
    id: columns.id.slice(from, to),
    segment: columns.segment.slice(from, to),
    columns: new Map(
      names.map((name): [string, SeriesValues] => {
        if (columns.columns.has(name)) return [name, known(name)];
        return [name, rows === 0 ? { values: emptyOf(name), valid: null } : nothing(emptyOf(name, rows))];
      }),
    ),
  };
}

function emptyOf(name: string, rows = 0): Int32Array | Uint8Array {
  return name.endsWith('adc_range') ? new Uint8Array(rows) : new Int32Array(rows);
}

function ppgSchemaOf(columns: SeriesColumns) {
  const further = [...columns.columns]
    .filter(([name]) => name === 'alpha' || name === 'zeta')
    .map(([name, { values }]) => ({ name, type: values instanceof Float64Array ? 'float64' : 'int32' }) as const);
  return seriesSchema('ppg', { processing: PROCESSING, segments: SEGMENTS, further, about: ABOUT });
}

function accelSchema() {
  return seriesSchema('accel', { processing: PROCESSING, segments: SEGMENTS, further: [], about: ABOUT });
}

function furtherSchema(names: readonly string[]) {
  const further = names.map((name) => ({ name, type: 'int32' }) as const);
  return seriesSchema('ppg', { processing: PROCESSING, segments: SEGMENTS, further, about: ABOUT });
}
