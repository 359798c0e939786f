/** Schema metadata: what a table is, what was done to its samples, what their sensor said, how they lie in time. */

import type { Schema } from 'apache-arrow';
import { DatasetError, quoted } from '../core/errors.ts';
import { SIGNAL_KINDS, type SignalKind } from '../signals/signal.ts';
import type { Segment } from '../timeline/segment.ts';

/** Of the data set: layout, tables, metadata. Those of version 1 are read, and brought to this one when they are added to. */
export const SCHEMA_VERSION = '2';

/** What can be read. */
export const SCHEMA_VERSIONS: readonly string[] = ['1', SCHEMA_VERSION];

/** Of each table, the last one first: that of ECGs may have nulls where it had none. */
const TABLE_VERSIONS: Readonly<Record<SignalKind, readonly [string, ...string[]]>> = {
  ecg: ['2', '1'],
  stetho: ['1'],
  ppg: ['1'],
  accel: ['1'],
};

/** What the frames of a file said of their sensor: every distinct value, in a fixed order. */
export type SeriesAbout = {
  readonly sensorNames: readonly string[];
  readonly firmwareVersions: readonly number[];
  readonly formatVersions: readonly number[];
  /** IANA names. */
  readonly timezones: readonly string[];
};

const KEYS = {
  schemaVersion: 'withings_signals.schema_version',
  kind: 'withings_signals.kind',
  plan: 'withings_signals.plan',
  segments: 'withings_signals.segments',
  sensorNames: 'sensor_name',
  firmwareVersions: 'firmware_version',
  formatVersions: 'format_version',
  timezones: 'withings_signals.timezone',
} as const;

export function commonMetadata(kind: SignalKind, processing: object): Map<string, string> {
  return new Map([
    [KEYS.schemaVersion, TABLE_VERSIONS[kind][0]],
    [KEYS.kind, kind],
    [KEYS.plan, JSON.stringify(processing)],
  ]);
}

export function seriesMetadata(about: SeriesAbout, segments: readonly Segment[]): Map<string, string> {
  const metadata = new Map<string, string>();
  for (const name of ['sensorNames', 'firmwareVersions', 'formatVersions', 'timezones'] as const) {
    if (about[name].length > 0) {
      metadata.set(KEYS[name], joinValues(about[name]));
    }
  }
  return metadata.set(KEYS.segments, JSON.stringify(segments.map(shortened)));
}

/** @throws DatasetError when the schema is not one of this program, or of another version. */
export function kindOf({ metadata }: Schema): SignalKind {
  const version = metadata.get(KEYS.schemaVersion);
  const kind = SIGNAL_KINDS.find((known) => known === metadata.get(KEYS.kind));
  if (version === undefined || kind === undefined) {
    throw new DatasetError('got an Arrow file without withings_signals metadata, expected one made by this program');
  }
  if (!TABLE_VERSIONS[kind].includes(version)) {
    throw new DatasetError(
      `got schema version ${quoted(version)}, expected ${TABLE_VERSIONS[kind].join(' or ')}; use the version of this program that made it`,
    );
  }
  return kind;
}

/** The options that shaped the samples, as {@link commonMetadata} was given them. */
export function processingOf({ metadata }: Schema): unknown {
  return parsed(metadata, KEYS.plan);
}

export function seriesAboutOf({ metadata }: Schema): SeriesAbout {
  return {
    sensorNames: splitValues(metadata.get(KEYS.sensorNames)),
    firmwareVersions: splitValues(metadata.get(KEYS.firmwareVersions)).map(Number),
    formatVersions: splitValues(metadata.get(KEYS.formatVersions)).map(Number),
    timezones: splitValues(metadata.get(KEYS.timezones)),
  };
}

/** In order of the segments' numbers; none for recordings. */
export function segmentsOf({ metadata }: Schema): readonly Segment[] {
  return metadata.has(KEYS.segments) ? (parsed(metadata, KEYS.segments) as readonly Segment[]) : [];
}

function parsed(metadata: ReadonlyMap<string, string>, key: string): unknown {
  const text = metadata.get(key) ?? '';
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DatasetError(`schema metadata ${key}: got ${quoted(text)}, expected JSON`, { cause: error });
  }
}

/** Comma-separated; a comma inside a value becomes `%2C`, so the list can be taken apart again. */
function joinValues(values: readonly (string | number)[]): string {
  return values.map((value) => String(value).replaceAll('%', '%25').replaceAll(',', '%2C')).join(',');
}

function splitValues(text: string | undefined): string[] {
  const values = text?.split(',') ?? [];
  return values.map((value) => value.replaceAll('%2C', ',').replaceAll('%25', '%'));
}

/** To six decimals (microseconds, microhertz), the bound and the residual upwards so that they stay true. */
function shortened({ rows, run, rate, residual, bound, start, end }: Segment): Segment {
  const near = (value: number) => Math.round(value * 1e6) / 1e6;
  const above = (value: number) => Math.ceil(value * 1e6) / 1e6;
  return {
    rows,
    run,
    rate: near(rate),
    residual: above(residual),
    bound: above(bound),
    start: near(start),
    end: near(end),
  };
}
