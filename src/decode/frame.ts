/**
 * PPG and accelerometer: one element of `rawdata`.
 *
 * | member | type | meaning |
 * |---|---|---|
 * | `data` | object of columns; a text of one; `""`, `[]` or `{}`: no samples | see below |
 * | `type` | int | 1 accelerometer, 2 PPG |
 * | `hash_deviceid` | text | device |
 * | `format_version`, `firmware_version` | int | 2: `data` is an object, 1: a text |
 * | `sensor_name` | text | `ADXL362_RAW`, `MAX8614X_PPG_AGC`, `MAX86142_RAW` |
 *
 * Columns all have one length. Required: `id`, `timestamp` and the sensor's own three; any other array of numbers is kept
 * under its own name.
 *
 * Source: Withings developer guide, "Raw data structure"; OpenAPI text, operation rawdatav2-get.
 */

import { InputError } from '../core/errors.ts';
import { MAX_FRAME_COLUMNS, MAX_FRAME_SAMPLES } from '../core/limits.ts';
import { isJsonArray, isText } from '../json/json-value.ts';
import { NumberColumn } from '../json/number-column.ts';
import type { TextScanner } from '../json/text-scanner.ts';
import type { FrameColumn, SeriesKind } from '../signals/signal.ts';
import type { SeriesFrame } from './decoded-sink.ts';
import { describe, Fields, UINT32_MAX } from './fields.ts';
import { deviceId } from './recording-facts.ts';
import { countsUp, findContradiction, findStandstill } from './sample-keys.ts';
import { checkWhole, INT32_MAX, INT32_MIN, numbersOf } from './signal-values.ts';

const KINDS: ReadonlyMap<number, SeriesKind> = new Map([
  [1, 'accel'],
  [2, 'ppg'],
]);

const REQUIRED: Readonly<Record<SeriesKind, readonly string[]>> = {
  accel: ['id', 'timestamp', 'acc_x', 'acc_y', 'acc_z'],
  ppg: ['id', 'timestamp', 'ppg_green', 'ppg_red', 'ppg_ir'],
};

/** Ranges of the columns that are known; the data set stores them as uint8, uint32 and int32. */
const COUNTER: readonly [number, number] = [0, UINT32_MAX];
const ADC_RANGE: readonly [number, number] = [0, 255];
const COUNTS: readonly [number, number] = [INT32_MIN, INT32_MAX];
const KNOWN_RANGES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['id', COUNTER],
  ['timestamp', COUNTER],
  ...['green', 'red', 'ir'].flatMap((light): [string, readonly [number, number]][] => [
    [`ppg_${light}`, COUNTS],
    [`agc_${light}_adc_range`, ADC_RANGE],
    [`agc_${light}_current_ua`, COUNTS],
  ]),
  ['acc_x', COUNTS],
  ['acc_y', COUNTS],
  ['acc_z', COUNTS],
]);

/** Half a surrogate pair: such a text has no UTF-8, so that a file could only hold another name. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Columns the data set adds itself. */
const TAKEN_NAMES: ReadonlySet<string> = new Set(['time', 'segment']);

/**
 * @returns a frame whose arrays are views of the element's columns; `null`: no samples
 * @throws InputError when the element is not a frame
 */
export function readFrame(frame: Fields, texts: TextScanner, notice: (text: string) => void): SeriesFrame | null {
  const kind = KINDS.get(frame.integer('type', 0, 255) ?? -1);
  if (kind === undefined) return frame.refuse('type', '1 (accelerometer) or 2 (PPG)');
  const told = frame.forgiving(notice);
  const deviceHash = deviceId(told);
  const sensorName = told.text('sensor_name');
  const firmwareVersion = told.integer('firmware_version', 0, INT32_MAX);
  const formatVersion = told.integer('format_version', 0, INT32_MAX);
  const data = frameData(frame, texts);
  if (data === null) return null;
  for (const name of REQUIRED[kind]) {
    if (!data.has(name)) data.refuse(name, `the column, as in every ${kind} frame`);
  }
  const { columns, constant } = readColumns(data, notice);
  const id = unsigned(columns, 'id');
  const timestamp = unsigned(columns, 'timestamp');
  if (id.length === 0) return null;
  if (!countsUp(id)) requireCounter(data, id, timestamp, columns);
  return { kind, deviceId: deviceHash, sensorName, firmwareVersion, formatVersion, id, timestamp, columns, constant };
}

/** @throws InputError when an id stands for several samples */
function requireCounter(
  data: Fields,
  id: Uint32Array,
  timestamp: Uint32Array,
  columns: ReadonlyMap<string, FrameColumn>,
): void {
  const got = (row: number): string => `${data.path('id')}[${row}]: got ${id[row]} in second ${timestamp[row]} again`;
  const pair = findContradiction(id, timestamp, columns);
  if (pair !== null) {
    const [first, second] = pair;
    throw new InputError(`${got(second)}, with other samples than at [${first}]; expected a counter of samples`);
  }
  const still = findStandstill(id, timestamp);
  if (still !== null) {
    const [first, second] = still;
    throw new InputError(
      `${got(second)} as at [${first}], and so with every id of the frame; expected a counter of samples`,
    );
  }
}

function frameData(frame: Fields, texts: TextScanner): Fields | null {
  const value = frame.get('data');
  const path = frame.path('data');
  if (value === '') return null;
  const data = isText(value) ? texts.scan(value, path) : value;
  if (isJsonArray(data) && data.length === 0) return null;
  if (data === undefined || data === null) return frame.refuse('data', 'an object of columns');
  const fields = Fields.of(data, path);
  return fields.size === 0 ? null : fields;
}

type Columns = { readonly columns: Map<string, FrameColumn>; readonly constant: ReadonlySet<string> };

function readColumns(data: Fields, notice: (text: string) => void): Columns {
  const columns = new Map<string, FrameColumn>();
  const constant = new Set<string>();
  let rows = -1;
  let first = '';
  for (const [name, value] of data.entries()) {
    const path = (): string => data.path(name);
    const range = KNOWN_RANGES.get(name);
    if (range === undefined && !(value instanceof NumberColumn) && !isJsonArray(value)) {
      notice(`${path()} is no column (${describe(value)}): left out`);
      continue;
    }
    if (TAKEN_NAMES.has(name)) data.refuse(name, 'a name that the data set does not use itself');
    if (name === '' || LONE_SURROGATE.test(name)) {
      throw new InputError(`${path()}: got a column of that name, expected one that is not empty and whole in UTF-8`);
    }
    if (columns.size === MAX_FRAME_COLUMNS) {
      throw new InputError(`${path()}: got more than ${MAX_FRAME_COLUMNS} columns, expected 5 or 11`);
    }
    const column = numbersOf(value, path);
    const { values } = column;
    if (values.length > MAX_FRAME_SAMPLES) {
      throw new InputError(`${path()}: got ${values.length} samples, expected at most ${MAX_FRAME_SAMPLES} in a frame`);
    }
    if (rows < 0) [rows, first] = [values.length, name];
    if (values.length !== rows) {
      throw new InputError(`${path()}: got ${values.length} values, expected ${rows} as in ${data.path(first)}`);
    }
    if (range !== undefined) checkWhole(column, range[0], range[1], path);
    columns.set(name, values);
    if (column.isConstant) constant.add(name);
  }
  return { columns, constant };
}

/** Takes a column out; values of an int32 column are known to be no less than 0, so that its bytes are those of uint32. */
function unsigned(columns: Map<string, FrameColumn>, name: string): Uint32Array {
  const values = columns.get(name) as FrameColumn;
  columns.delete(name);
  if (values instanceof Float64Array) return new Uint32Array(values);
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}
