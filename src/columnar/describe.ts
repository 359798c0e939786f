/** A table told to people: its columns, what its metadata says, and its first rows. */

import { DataType, type Field, type RecordBatch, type Schema, type Vector } from 'apache-arrow';
import type { SignalKind } from '../signals/signal.ts';
import type { Segment } from '../timeline/segment.ts';
import { kindOf, processingOf, type SeriesAbout, segmentsOf, seriesAboutOf } from './metadata.ts';

export type ColumnDescription = {
  readonly name: string;
  /** Arrow's name of the type. */
  readonly type: string;
  readonly nullable: boolean;
  /** UCUM; `null`: none. */
  readonly unit: string | null;
  readonly description: string;
};

export type FileMetadata = {
  readonly kind: SignalKind;
  /** What was done to the samples. */
  readonly processing: unknown;
  readonly about: SeriesAbout;
  /** Series only. */
  readonly segments: readonly Segment[];
};

export function describeColumns(schema: Schema): readonly ColumnDescription[] {
  return schema.fields.map(({ name, type, nullable, metadata }) => ({
    name,
    type: String(type),
    nullable,
    unit: metadata.get('unit') ?? null,
    description: metadata.get('description') ?? '',
  }));
}

/** @throws DatasetError when the schema is not one of this program. */
export function describeMetadata(schema: Schema): FileMetadata {
  return {
    kind: kindOf(schema),
    processing: processingOf(schema),
    about: seriesAboutOf(schema),
    segments: segmentsOf(schema),
  };
}

/** Values of a long list that are shown. */
const SHOWN_VALUES = 6;

/** The first `count` rows by column name: times as ISO 8601, lists cut with their length told. */
export function headRows(batch: RecordBatch, count: number): readonly Readonly<Record<string, unknown>>[] {
  const columns = batch.schema.fields.map((field: Field, index) => ({ field, column: batch.getChildAt(index) }));
  return Array.from({ length: Math.min(count, batch.numRows) }, (_, row) =>
    Object.fromEntries(
      columns.map(({ field, column }) => [field.name, plainValue(field.type as DataType, column?.get(row))]),
    ),
  );
}

function plainValue(type: DataType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (DataType.isTimestamp(type)) return isoMicroseconds(Number(value));
  if (DataType.isList(type)) {
    const items = value as Vector;
    const shown = Array.from(items.slice(0, SHOWN_VALUES), Number);
    return items.length > SHOWN_VALUES ? [...shown, `... ${items.length} values`] : shown;
  }
  return typeof value === 'bigint' ? Number(value) : value;
}

/** apache-arrow gives every timestamp in milliseconds, with a fraction where there is one. */
function isoMicroseconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const micros = Math.round((milliseconds - whole) * 1000);
  const text = new Date(whole).toISOString();
  return micros === 0 ? text : text.replace('Z', `${String(micros).padStart(3, '0')}Z`);
}
