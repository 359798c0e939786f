/**
 * What the lists tell: elements of `series` (heart list, stetho list) and of `devices` (user getdevice).
 *
 * Source: Withings OpenAPI text, heart_measurement_object, stetho_measurement_object, user_device_object.
 */

import { InputError } from '../core/errors.ts';
import type { RecordingFacts } from '../core/signal.ts';
import type { Fact } from './decoded-sink.ts';
import type { Fields } from './fields.ts';
import { bloodPressure, code, deviceId, heartRate, modelFacts } from './recording-facts.ts';

/**
 * Facts of one element of `series`: none when its recording failed, two when it has an ECG and a stethoscope signal.
 *
 * @throws InputError when it is an element of some other list
 */
export function readSeriesEntry(entry: Fields): readonly Fact[] {
  if (!entry.has('timestamp') || entry.has('startdate')) {
    throw new InputError(`${entry.path('timestamp')}: not an element of a heart or stetho list`);
  }
  const modified = entry.time('modified');
  const common = {
    recordedAt: entry.time('timestamp'),
    deviceId: deviceId(entry),
    ...modelFacts(entry),
    timezone: entry.text('timezone'),
  };
  const facts: Fact[] = [];
  const add = (subject: 'ecg' | 'stetho', signalId: number | null, own: Partial<RecordingFacts>) => {
    if (signalId !== null) facts.push({ subject, id: String(signalId), modified, facts: known({ ...common, ...own }) });
  };
  const ecg = entry.child('ecg');
  add('ecg', ecg?.numericId('signalid') ?? null, {
    afib: code(ecg, 'afib'),
    heartRate: heartRate(entry),
    ...bloodPressure(entry),
  });
  const stetho = entry.child('stetho');
  add('stetho', stetho?.numericId('signalid') ?? null, { vhd: code(stetho, 'vhd') });
  add('stetho', entry.numericId('signalid'), { vhd: code(entry, 'vhd') });
  return facts;
}

/**
 * Facts of one element of `devices`, under each of its ids.
 *
 * @throws InputError when it is not a device
 */
export function readDevice(device: Fields): readonly Fact[] {
  if (!device.has('deviceid') && !device.has('hash_deviceid')) {
    throw new InputError(`${device.path('deviceid')}: got nothing, expected the id of a device`);
  }
  const ids = new Set([device.identifier('deviceid'), device.identifier('hash_deviceid')]);
  const modified = device.time('last_session_date');
  const facts = known({ ...modelFacts(device), timezone: device.text('timezone') });
  return [...ids].filter((id) => id !== null).map((id) => ({ subject: 'device', id, modified, facts }));
}

function known(facts: Partial<RecordingFacts>): Partial<RecordingFacts> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
}
