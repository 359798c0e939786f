/**
 * ECG: one row of the account export's `signal.csv`.
 *
 * | column | meaning |
 * |---|---|
 * | `date` | start: ISO 8601, or Unix seconds |
 * | `type` | what recorded it |
 * | `frequency` | Hz |
 * | `duration` | s: a cross-check |
 * | `wearposition` | 0..31 |
 * | `signal` | one quoted comma-separated list; empty: pending |
 *
 * The list is in µV for watches and in **millivolts** for blood-pressure monitors (read-me of the export). Rule: a row of
 * 500 Hz, or whose `type` names a blood-pressure monitor, is in mV and becomes the nearest whole µV (halves upwards);
 * any other row must hold whole µV.
 */

import { readDateTime, readUnixSeconds } from '../core/date-time.ts';
import { InputError, quoted } from '../core/errors.ts';
import type { TextScanner } from '../json/text-scanner.ts';
import { type EcgRecording, NO_FACTS, type RecordingFacts } from '../signals/signal.ts';
import { Fields, INT16_MAX, UINT32_MAX } from './fields.ts';
import { findDevice, modelFacts, samplingFrequency } from './recording-facts.ts';
import { checkWhole, INT32_MAX, INT32_MIN, signalValues } from './signal-values.ts';

/** The columns that are read. Others name people (a doctor, the user) and are never kept. */
export const EXPORT_COLUMNS: readonly string[] = ['date', 'type', 'frequency', 'duration', 'wearposition', 'signal'];

/** BPM Core records at 500 Hz, every watch at 300 Hz. */
const MONITOR_RATE_HZ = 500;
const MONITOR_MODEL = 44;
const MONITOR_NAME = /\bbpm\b|blood[ _-]?pressure/i;

/** No electrode delivers a volt: a larger value is µV after all. */
const MAX_MILLIVOLTS = 1000;

/**
 * @param row text of each column that is there
 * @returns `null`: pending
 * @throws InputError when the row is not an ECG
 */
export function readExportRow(
  row: ReadonlyMap<string, string>,
  texts: TextScanner,
  notice: (text: string) => void,
): EcgRecording | null {
  const fields = numericFields(row);
  const column = signalValues(fields, 'signal', texts);
  if (column === null) return fields.refuse('signal', 'a comma-separated list of numbers');
  if (column.length === 0) return null;
  const told = fields.forgiving(notice);
  const facts = {
    ...NO_FACTS,
    ...exportModel(fields),
    recordedAt: startTime(row.get('date') ?? '', notice),
    wearPosition: told.integer('wearposition', 0, INT16_MAX),
  };
  const rate = samplingFrequency(fields, 'frequency', facts, 'ecgSamplingFrequency', notice);
  const isMillivolts =
    rate === MONITOR_RATE_HZ || facts.modelId === MONITOR_MODEL || MONITOR_NAME.test(row.get('type') ?? '');
  const { values } = column;
  const ecg = isMillivolts ? fromMillivolts(values, fields.path('signal')) : new Int32Array(values);
  if (!isMillivolts) checkWhole(column, INT32_MIN, INT32_MAX, () => fields.path('signal'));
  const duration = told.quantity('duration');
  if (duration !== null && Math.abs(duration * rate - ecg.length) > 0.5) {
    notice(`duration says ${duration} s at ${rate} Hz, signal holds ${ecg.length / rate} s: kept all samples`);
  }
  return { kind: 'ecg', signalId: null, facts, samplingFrequency: rate, ecg };
}

/** The row with its numbers as numbers; empty fields as if they were not there. */
function numericFields(row: ReadonlyMap<string, string>): Fields {
  const members = new Map<string, string | number | null>();
  for (const [name, text] of row) {
    const trimmed = text.trim();
    const isNumber = name !== 'signal' && /^-?\d+(?:\.\d+)?$/.test(trimmed);
    members.set(name, isNumber ? Number(trimmed) : trimmed === '' && name !== 'signal' ? null : trimmed);
  }
  return new Fields(members, '');
}

/** `type` is no model unless it names one of the table: by its id or its name. */
function exportModel(fields: Fields): Pick<RecordingFacts, 'model' | 'modelId'> {
  const model = modelFacts(new Fields(new Map([['model', fields.get('type') ?? null]]), '', () => undefined));
  return findDevice(model) === undefined ? { model: null, modelId: null } : model;
}

/** Unix seconds. Never read in the zone of this machine. */
function startTime(text: string, notice: (text: string) => void): number | null {
  const date = text.trim();
  if (date === '') return null;
  const seconds = readUnixSeconds(date);
  const read = seconds === null ? readDateTime(date) : { unixSeconds: seconds, hasZone: true };
  if (read === null) return refuseDate(text);
  const { unixSeconds, hasZone } = read;
  if (!(unixSeconds >= 0 && unixSeconds <= UINT32_MAX)) return refuseDate(text);
  if (!hasZone) notice(`date ${quoted(date, 40)} names no zone: taken as UTC`);
  return unixSeconds;
}

function refuseDate(text: string): never {
  throw new InputError(
    `date: got ${quoted(text, 40)}, expected ISO 8601 such as 2026-11-01T08:30:00Z, or Unix seconds, of a time that exists, from 1970 to 2106`,
  );
}

function fromMillivolts(values: Int32Array | Float64Array, where: string): Int32Array {
  const odd = values.findIndex((value) => Math.abs(value) > MAX_MILLIVOLTS);
  if (odd >= 0) {
    throw new InputError(
      `${where}[${odd}]: got ${values[odd]} in a row of a blood-pressure monitor, expected millivolts (at most ${MAX_MILLIVOLTS})`,
    );
  }
  return Int32Array.from(values, (value) => Math.round(value * 1000));
}
