/**
 * What the lists tell: elements of `series` (heart list, stetho list) and of `devices` (user getdevice).
 *
 * Source: Withings OpenAPI text, heart_measurement_object, stetho_measurement_object, user_device_object.
 */

import type { RecordingFacts } from '../signals/signal.ts';
import type { Fact } from './decoded-sink.ts';
import type { Fields } from './fields.ts';
import { bloodPressure, code, deviceId, heartRate, modelFacts } from './recording-facts.ts';

/** Elements of other lists have none of these. */
const MARKS = ['timestamp', 'ecg', 'stetho', 'signalid'] as const;

/**
 * Facts of one element of `series`: none when its recording failed, two when it has an ECG and a stethoscope signal.
 *
 * @throws InputError when it is an element of some other list, or the id of a signal is none
 */
export function readSeriesEntry(entry: Fields, notice: (text: string) => void): readonly Fact[] {
  const expected = 'an element of a heart or stetho list';
  if (entry.has('startdate')) entry.refuse('startdate', `${expected}, which has none`);
  if (!MARKS.some((name) => entry.has(name))) entry.refuse('timestamp', expected);
  const told = entry.forgiving(notice);
  const modified = told.time('modified');
  const common = {
    recordedAt: told.time('timestamp'),
    deviceId: deviceId(told),
    ...modelFacts(told),
    timezone: told.text('timezone'),
  };
  const facts: Fact[] = [];
  const add = (subject: 'ecg' | 'stetho', signalId: number | null, own: Partial<RecordingFacts>) => {
    if (signalId !== null) facts.push({ subject, id: String(signalId), modified, facts: known({ ...common, ...own }) });
  };
  const ecg = entry.child('ecg');
  add('ecg', ecg?.numericId('signalid') ?? null, {
    afib: code(ecg?.forgiving(notice) ?? null, 'afib'),
    heartRate: heartRate(told),
    ...bloodPressure(told),
  });
  const stetho = entry.child('stetho');
  add('stetho', stetho?.numericId('signalid') ?? null, {
    vhd: code(stetho?.forgiving(notice) ?? null, 'vhd'),
  });
  add('stetho', entry.numericId('signalid'), { vhd: code(told, 'vhd') });
  return facts;
}

/**
 * Facts of one element of `devices`, under each of its ids.
 *
 * @throws InputError when it is not a device
 */
export function readDevice(device: Fields, notice: (text: string) => void): readonly Fact[] {
  if (!device.has('deviceid') && !device.has('hash_deviceid')) device.refuse('deviceid', 'the id of a device');
  const told = device.forgiving(notice);
  const ids = new Set([told.identifier('deviceid'), told.identifier('hash_deviceid')]);
  // One id will do; where there is none, what was told in its place is at fault.
  const named = [...ids].filter((id) => id !== null);
  if (named.length === 0) return noId(device);
  const modified = told.time('last_session_date');
  const facts = known({ ...modelFacts(told), timezone: told.text('timezone') });
  return named.map((id) => ({ subject: 'device', id, modified, facts }));
}

/** @throws InputError unless there is none to be odd */
function noId(device: Fields): readonly [] {
  device.identifier('deviceid');
  device.identifier('hash_deviceid');
  return [];
}

function known(facts: Partial<RecordingFacts>): Partial<RecordingFacts> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
}
