/**
 * API answers about simulated recordings, in every shape that real answers come in.
 *
 * Shapes: Withings OpenAPI text ("Heart v2", "Stetho v2", "User v2 - Getdevice") and the variants other clients met.
 */

import { DEVICES } from '../core/devices.ts';
import type { SimulatedEcg } from './ecg.ts';
import type { SimulatedPhonocardiogram } from './phonocardiogram.ts';

/** How the samples of an ECG are written. */
export const ECG_SHAPES = ['array', 'json-string', 'comma-string'] as const;
export type EcgShape = (typeof ECG_SHAPES)[number];

/** How the A-law bytes of a stethoscope are written. */
export const STETHO_SHAPES = ['unsigned', 'signed', 'base64'] as const;
export type StethoShape = (typeof STETHO_SHAPES)[number];

/** What a recording is known by; one entry of a list, and the wrapper about its answer. */
export type Visit = {
  readonly signalId: number;
  readonly deviceId: string;
  readonly modelId: number;
  /** Unix seconds. */
  readonly timestamp: number;
};

export type EcgVisit = Visit & {
  /** bpm */
  readonly heartRate: number;
  /** Withings' code: 0 negative, 1 positive, 2 inconclusive. */
  readonly afib: number;
  readonly wearPosition: number;
  /** mmHg; of devices that have a cuff. */
  readonly bloodPressure?: { readonly systole: number; readonly diastole: number };
};

export type StethoVisit = Visit & {
  /** Where the chest piece was, 0 to 31. */
  readonly position: number;
  readonly vhd: number;
};

/** The API gives user ids as numbers and as strings. */
export type Owner = { readonly userId: number | string; readonly timezone: string };

/** What an API call answers when all went well. */
export function envelope(body: object): object {
  return { status: 0, body };
}

/** An answer with what it does not say itself: whose it is. */
export function ownedAnswer(kind: string, { userId, timezone }: Owner, response: object): object {
  return { kind, userid: userId, timezone, response };
}

/** An answer with what it does not say itself: whose it is, and of which recording. */
export function recordingAnswer(kind: 'ecg' | 'stetho', owner: Owner, visit: Visit, response: object): object {
  const { userId, timezone } = owner;
  const { signalId, timestamp, deviceId } = visit;
  return { kind, userid: userId, signalid: signalId, timestamp, deviceid: deviceId, timezone, response };
}

/** Heart get. A watch that has not delivered its samples yet answers with an empty signal. */
export function heartGetBody(
  visit: EcgVisit,
  ecg: Pick<SimulatedEcg, 'signal' | 'samplingFrequency'>,
  shape: EcgShape,
  heartRateAsObject: boolean,
): object {
  const { signalId, timestamp, heartRate, wearPosition, modelId } = visit;
  return {
    signal: ecgSignal(ecg.signal, shape),
    sampling_frequency: ecg.samplingFrequency,
    wearposition: wearPosition,
    model: modelId,
    heart_rate: heartRateAsObject
      ? { grpid: 10 * signalId, value: heartRate, date: timestamp, is_deleted: false }
      : heartRate,
  };
}

function ecgSignal(signal: Int32Array, shape: EcgShape): readonly number[] | string {
  switch (shape) {
    case 'array':
      return Array.from(signal);
    case 'json-string':
      return `[${signal.join(',')}]`;
    case 'comma-string':
      return signal.join(',');
  }
}

/** Stetho get. */
export function stethoGetBody(visit: StethoVisit, sound: SimulatedPhonocardiogram, shape: StethoShape): object {
  const { alaw, samplingFrequency } = sound;
  return {
    signal: stethoSignal(alaw, shape),
    frequency: samplingFrequency,
    duration: alaw.length / samplingFrequency,
    format: 1,
    size: alaw.length,
    resolution: 8,
    channel: 1,
    model: visit.modelId,
    position: visit.position,
    vhd: visit.vhd,
  };
}

function stethoSignal(alaw: Uint8Array, shape: StethoShape): readonly number[] | string {
  switch (shape) {
    case 'unsigned':
      return Array.from(alaw);
    case 'signed':
      return Array.from(Int8Array.from(alaw));
    case 'base64':
      return Buffer.from(alaw).toString('base64');
  }
}

/** An entry of a heart list; without ECG and heart rate: a recording that failed. */
export type HeartEntry = {
  readonly deviceid: string;
  readonly model: number;
  readonly timestamp: number;
  readonly modified: number;
  readonly timezone: string;
  readonly ecg?: { readonly signalid: number; readonly afib: number };
  readonly bloodpressure?: { readonly systole: number; readonly diastole: number };
  readonly stetho?: { readonly signalid: number; readonly vhd: number };
  readonly heart_rate?: number;
};

/** Heart list, newest first. A recording of `failed` is listed without ECG and heart rate. */
export function heartListBody(
  visits: readonly EcgVisit[],
  stethos: readonly StethoVisit[],
  failed: readonly Omit<Visit, 'signalId'>[],
  owner: Owner,
): object {
  return { series: heartSeries(visits, stethos, failed, owner), more: false, offset: 0 };
}

/** All entries of {@link heartListBody}. */
export function heartSeries(
  visits: readonly EcgVisit[],
  stethos: readonly StethoVisit[],
  failed: readonly Omit<Visit, 'signalId'>[],
  { timezone }: Owner,
): readonly HeartEntry[] {
  const common = ({ deviceId, modelId, timestamp }: Omit<Visit, 'signalId'>) => ({
    deviceid: deviceId,
    model: modelId,
    timestamp,
    modified: timestamp + 300,
    timezone,
  });
  const recorded = visits.map((visit) => {
    const stetho = stethos.find((other) => other.deviceId === visit.deviceId && other.timestamp === visit.timestamp);
    return {
      ...common(visit),
      ecg: { signalid: visit.signalId, afib: visit.afib },
      ...(visit.bloodPressure !== undefined && { bloodpressure: visit.bloodPressure }),
      ...(stetho !== undefined && { stetho: { signalid: stetho.signalId, vhd: stetho.vhd } }),
      heart_rate: visit.heartRate,
    };
  });
  return newestFirst([...recorded, ...failed.map(common)]);
}

/** An entry of a stetho list. */
export type StethoEntry = {
  readonly hash_deviceid: string;
  readonly signalid: number;
  readonly vhd: number;
  readonly timestamp: number;
  readonly timezone: string;
};

/** Stetho list, newest first. */
export function stethoListBody(visits: readonly StethoVisit[], owner: Owner): object {
  return { series: stethoSeries(visits, owner), more: 0, offset: 0 };
}

/** All entries of {@link stethoListBody}. */
export function stethoSeries(visits: readonly StethoVisit[], { timezone }: Owner): readonly StethoEntry[] {
  return newestFirst(
    visits.map(({ deviceId, signalId, vhd, timestamp }) => ({
      hash_deviceid: deviceId,
      signalid: signalId,
      vhd,
      timestamp,
      timezone,
    })),
  );
}

function newestFirst<T extends { readonly timestamp: number }>(series: readonly T[]): readonly T[] {
  return series.toSorted((a, b) => b.timestamp - a.timestamp);
}

/** User getdevice: the devices given (id by model id) and one that no table knows, its id a number. */
export function devicesBody(
  devices: Readonly<Record<number, string>>,
  lastSession: number,
  { timezone }: Owner,
): object {
  const known = Object.entries(devices).map(([modelId, deviceId]) => ({
    type: DEVICE_TYPES[Number(modelId)] ?? 'Activity Tracker',
    model: DEVICES[Number(modelId)]?.name ?? null,
    model_id: Number(modelId),
    battery: 'medium',
    deviceid: deviceId,
    hash_deviceid: deviceId,
    timezone,
    last_session_date: lastSession,
  }));
  const unknown = { type: 'Activity Tracker', model: null, model_id: 9999, battery: 'low', deviceid: 123456, timezone };
  return { devices: [...known, unknown] };
}

const DEVICE_TYPES: Readonly<Record<number, string>> = {
  44: 'Blood Pressure Monitor',
  71: 'Smart Connected Thermometer',
};
