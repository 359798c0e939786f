/** Arrow schema of each table: its fields and its metadata. */

import { Schema } from 'apache-arrow';
import { ArgumentError, quoted } from '../core/errors.ts';
import type { SeriesValues } from '../signals/rows.ts';
import type { FrameColumn, RecordingKind, SeriesKind } from '../signals/signal.ts';
import type { Segment } from '../timeline/segment.ts';
import { furtherField, RECORDING_FIELDS, SERIES_FIELDS, SERIES_HEAD_FIELDS } from './fields.ts';
import { commonMetadata, type SeriesAbout, seriesMetadata } from './metadata.ts';
import { numbersOf, typeName } from './typed-arrow.ts';

export {
  kindOf,
  processingOf,
  type SeriesAbout,
  segmentsOf,
  seriesAboutOf,
} from './metadata.ts';

/** Sensor columns a kind always has, in the order of the table. */
export const SERIES_COLUMN_NAMES: Readonly<Record<SeriesKind, readonly string[]>> = {
  ppg: SERIES_FIELDS.ppg.map(({ name }) => name),
  accel: SERIES_FIELDS.accel.map(({ name }) => name),
};

/** Columns that the table of either kind begins with. */
export const SERIES_HEAD_NAMES: readonly string[] = SERIES_HEAD_FIELDS.map(({ name }) => name);

export type SeriesSchemaOptions = {
  /** Every resolved option that shaped the samples; kept as JSON. */
  readonly processing: object;
  readonly segments: readonly Segment[];
  /** Columns of the frames beyond {@link SERIES_COLUMN_NAMES}, in any order. */
  readonly further: readonly { readonly name: string; readonly type: 'int32' | 'float64' }[];
  readonly about: SeriesAbout;
};

/** @param processing every resolved option that shaped the samples; kept as JSON. */
export function recordingSchema(kind: RecordingKind, processing: object): Schema {
  return new Schema([...RECORDING_FIELDS[kind]], commonMetadata(kind, processing));
}

/** @throws ArgumentError when a further column bears a name the table uses itself. */
export function seriesSchema(kind: SeriesKind, { processing, segments, further, about }: SeriesSchemaOptions): Schema {
  const unknown = [...further]
    .map(({ name, type }) => furtherField(name, type))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const clash = unknown.find(({ name }, i) => isTableColumn(kind, name) || name === unknown[i + 1]?.name);
  if (clash !== undefined) {
    throw new ArgumentError(
      `${kind}: got a further column ${quoted(clash.name)}, expected a name not in the table yet`,
    );
  }
  return new Schema(
    [...SERIES_HEAD_FIELDS, ...SERIES_FIELDS[kind], ...unknown],
    new Map([...commonMetadata(kind, processing), ...seriesMetadata(about, segments)]),
  );
}

/** Whether the table of a kind has a column of this name anyway: its own (`time`, `segment`, ...) or the sensor's. */
export function isTableColumn(kind: SeriesKind, name: string): boolean {
  return SERIES_HEAD_NAMES.includes(name) || SERIES_COLUMN_NAMES[kind].includes(name);
}

/**
 * A frame column in the type the table has for it; a column the table does not know stays as it is.
 *
 * @throws ArgumentError when a value does not fit that type.
 */
export function typedValues(kind: SeriesKind, name: string, column: FrameColumn): SeriesValues['values'] {
  const known = SERIES_FIELDS[kind].find((field) => field.name === name);
  if (known === undefined) {
    return column;
  }
  const Values = numbersOf(known.type) as Int32ArrayConstructor | Uint8ArrayConstructor;
  if (column instanceof Values) {
    return column;
  }
  const typed = new Values(column);
  const row = column.findIndex((value, i) => value !== typed[i]);
  if (row >= 0) {
    throw new ArgumentError(
      `${name}: got ${column[row]} in row ${row}, expected a value of type ${typeName(known.type)}`,
    );
  }
  return typed;
}
