/** Frames to staged chunks: cut at midnight UTC, joined up to a bounded number of rows, told apart by what they share. */

import { SERIES_COLUMN_NAMES, SERIES_HEAD_NAMES, typedValues } from '../columnar/schema.ts';
import { ArgumentError, quoted } from '../core/errors.ts';
import type { SeriesFrame } from '../decode/decoded-sink.ts';
import { type ColumnType, type StagedColumn, typeOfValues } from '../series/series-chunk.ts';
import type { SeriesOrigin, StagedChunk } from '../series/staged-series.ts';
import type { FrameColumn, SeriesKind } from '../signals/signal.ts';
import { type BufferedType, ColumnBuffer } from '../stage/column-buffer.ts';
import { type Step, signed } from '../stage/runs.ts';
import type { StagedArray, StageWriter } from '../stage/stage.ts';

/** Rows a chunk holds at most: a few MB of columns. */
const CHUNK_ROWS = 65_536;

/** Chunks filled side by side at most: frames of several devices or days take turns in few documents. */
const OPEN_CHUNKS = 8;

/** A frame is about a minute long; a clock that was set anew in it makes a day or two more. */
const FRAME_DAYS = 16;

const SECONDS_PER_DAY = 86_400;

/** Collects frames of one document at a time; {@link take} hands over its chunks. */
export class SeriesStager {
  readonly #writer: StageWriter;
  readonly #open = new Map<string, OpenChunk>();
  /** Of these the last that took rows: mostly it takes the next, too. */
  #last: OpenChunk | null = null;
  #done: StagedChunk[] = [];

  constructor(writer: StageWriter) {
    this.#writer = writer;
  }

  /**
   * Copies the frame's samples: its arrays may be reused by the caller.
   *
   * @throws ArgumentError when a column does not fit the table of its kind.
   */
  add(frame: SeriesFrame): void {
    const { timestamp } = frame;
    const columns = typedColumns(frame);
    const keys = { id: signed(frame.id), timestamp: signed(timestamp) };
    for (const day of daysOf(frame)) {
      const chunk = this.#chunkFor(frame, columns, day);
      // Rows may alternate between days; in each they keep their order.
      for (let from = startOfDay(timestamp, day, 0); from < timestamp.length; ) {
        const to = endOfDay(timestamp, day, from);
        this.#addRows(chunk, keys, columns, from, to);
        from = startOfDay(timestamp, day, to);
      }
    }
  }

  /** The chunks since the last call. */
  take(): readonly StagedChunk[] {
    this.#closeAll();
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #addRows(chunk: OpenChunk, keys: Keys, columns: readonly TypedColumn[], from: number, to: number): void {
    for (let row = from; row < to; ) {
      const end = Math.min(to, row + CHUNK_ROWS - chunk.rows);
      chunk.id.add(keys.id, row, end);
      chunk.timestamp.add(keys.timestamp, row, end);
      for (const { name, values, isConstant } of columns) {
        (chunk.columns.get(name) as ColumnBuffer).add(values, row, end, isConstant);
      }
      chunk.rows += end - row;
      row = end;
      if (chunk.rows === CHUNK_ROWS) this.#flush(chunk);
    }
  }

  #chunkFor(frame: SeriesFrame, columns: readonly TypedColumn[], day: number): OpenChunk {
    if (this.#last?.day === day && isChunkOf(this.#last, frame, columns)) return this.#last;
    const { kind, deviceId, sensorName, firmwareVersion, formatVersion } = frame;
    const origin = { kind, deviceId, sensorName, firmwareVersion, formatVersion };
    const key = JSON.stringify([day, origin, typesOf(columns)]);
    let chunk = this.#open.get(key);
    if (chunk === undefined) {
      if (this.#open.size === OPEN_CHUNKS) this.#closeAll();
      chunk = openChunk(origin, day, columns);
      this.#open.set(key, chunk);
    }
    this.#last = chunk;
    return chunk;
  }

  #closeAll(): void {
    for (const chunk of this.#open.values()) {
      this.#flush(chunk);
      for (const buffer of [chunk.id, chunk.timestamp, ...chunk.columns.values()]) shelve(buffer);
    }
    this.#open.clear();
    this.#last = null;
  }

  #flush(chunk: OpenChunk): void {
    const { origin, day, rows, ...buffers } = chunk;
    if (rows === 0) return;
    const all = [buffers.id, buffers.timestamp, ...buffers.columns.values()];
    const [id, timestamp, ...values] = all.map((buffer) => this.#writer.stage(buffer.content));
    const columns = [...buffers.columns.keys()].map(
      (name, i): StagedColumn => ({ name, values: values[i] as StagedArray<ColumnType>, valid: null }),
    );
    this.#done.push({
      ...origin,
      day,
      rows,
      id: id as StagedArray<'u32'>,
      timestamp: timestamp as StagedArray<'u32'>,
      columns,
    });
    for (const buffer of all) buffer.clear();
    chunk.rows = 0;
  }
}

/** By name the type of a column that the sensor may deliver; `null`: the table makes it itself. */
type TableTypes = ReadonlyMap<string, ColumnType | null>;

const TABLE_TYPES: Readonly<Record<SeriesKind, TableTypes>> = { ppg: tableTypes('ppg'), accel: tableTypes('accel') };

function tableTypes(kind: SeriesKind): TableTypes {
  const types = new Map<string, ColumnType | null>(SERIES_HEAD_NAMES.map((name) => [name, null]));
  for (const name of SERIES_COLUMN_NAMES[kind]) {
    types.set(name, typeOfValues(typedValues(kind, name, new Int32Array(0))));
  }
  return types;
}

type Keys = { readonly id: Int32Array; readonly timestamp: Int32Array };

/** A column of a frame, and the type its table has for it. */
type TypedColumn = {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: FrameColumn;
  readonly isConstant: boolean;
};

type OpenChunk = {
  readonly origin: SeriesOrigin;
  readonly day: number;
  readonly id: ColumnBuffer;
  readonly timestamp: ColumnBuffer;
  readonly columns: ReadonlyMap<string, ColumnBuffer>;
  rows: number;
};

function typedColumns({ kind, columns, constant }: SeriesFrame): readonly TypedColumn[] {
  const types = TABLE_TYPES[kind];
  const typed: TypedColumn[] = [];
  for (const [name, values] of columns) {
    const type = types.get(name);
    if (type === null) {
      throw new ArgumentError(`${kind} frame: got a column ${quoted(name)}, which the table makes itself`);
    }
    const isConstant = constant.has(name);
    // A column that the table does not know stays as it is.
    if (type === undefined) typed.push({ name, type: typeOfValues(values), values, isConstant });
    else typed.push({ name, type, values: fitting(kind, name, type, values, isConstant), isConstant });
  }
  return typed;
}

/** The values, whole and in range: integers as int32, bytes too. */
function fitting(
  kind: SeriesKind,
  name: string,
  type: ColumnType,
  values: FrameColumn,
  isConstant: boolean,
): FrameColumn {
  if (values instanceof Int32Array) {
    if (type === 'i32') return values;
    // Bytes are copied from where they lie, once they are known to be such.
    if (type === 'u8' && areBytes(values, isConstant ? 1 : values.length)) return values;
  }
  const typed = typedValues(kind, name, values);
  return typed instanceof Uint8Array ? Int32Array.from(typed) : typed;
}

/** Of the first `count` values. */
function areBytes(values: Int32Array, count: number): boolean {
  let bits = 0;
  for (let i = 0; i < count; i++) bits |= values[i] as number;
  return (bits & ~0xff) === 0;
}

/** The frame comes from where the chunk's rows came from, and its columns have their names and types. */
function isChunkOf(
  { origin, columns: buffers }: OpenChunk,
  frame: SeriesFrame,
  columns: readonly TypedColumn[],
): boolean {
  if (buffers.size !== columns.length) return false;
  for (const { name, type } of columns) if (buffers.get(name)?.type !== type) return false;
  return (
    origin.deviceId === frame.deviceId &&
    origin.kind === frame.kind &&
    origin.sensorName === frame.sensorName &&
    origin.firmwareVersion === frame.firmwareVersion &&
    origin.formatVersion === frame.formatVersion
  );
}

/** Names and types of the columns in name order: equal for frames whose rows may stand in one chunk. */
function typesOf(columns: readonly TypedColumn[]): string {
  return JSON.stringify(columns.map(({ name, type }) => `${name} ${type}`).sort());
}

/** Buffers of this thread at rest, the last used on top: memory that was written before is twice as fast as fresh pages. */
const idleBuffers: ColumnBuffer[] = [];
const MAX_IDLE_BUFFERS = 32;

function openChunk(origin: SeriesOrigin, day: number, columns: readonly TypedColumn[]): OpenChunk {
  const buffers = new Map<string, ColumnBuffer>();
  for (const { name, type } of columns) buffers.set(name, takeBuffer(type, 0));
  return { origin, day, id: takeBuffer('u32', 1), timestamp: takeBuffer('u32', 0), columns: buffers, rows: 0 };
}

function takeBuffer(type: BufferedType, step: Step): ColumnBuffer {
  const at = idleBuffers.findLastIndex((buffer) => buffer.type === type && buffer.step === step);
  return idleBuffers.splice(at, at < 0 ? 0 : 1)[0] ?? new ColumnBuffer(type, step, CHUNK_ROWS);
}

function shelve(buffer: ColumnBuffer): void {
  if (idleBuffers.length < MAX_IDLE_BUFFERS) idleBuffers.push(buffer);
}

/**
 * Days of the frame's rows, in the order in which they begin.
 *
 * @throws ArgumentError when they are too many
 */
function daysOf({ kind, timestamp }: SeriesFrame): ReadonlySet<number> {
  const days = new Set<number>();
  for (let from = 0; from < timestamp.length; ) {
    const day = Math.floor((timestamp[from] as number) / SECONDS_PER_DAY);
    days.add(day);
    if (days.size > FRAME_DAYS) {
      throw new ArgumentError(`${kind} frame: got samples of more than ${FRAME_DAYS} days, expected about a minute`);
    }
    from = endOfDay(timestamp, day, from);
  }
  return days;
}

/** First row from `from` on that is of this day, or the number of rows. */
function startOfDay(timestamp: Uint32Array, day: number, from: number): number {
  const start = day * SECONDS_PER_DAY;
  const end = start + SECONDS_PER_DAY;
  let at = from;
  while (at < timestamp.length && ((timestamp[at] as number) < start || (timestamp[at] as number) >= end)) at++;
  return at;
}

/** First row from `from` on that is not of this day, or the number of rows. */
function endOfDay(timestamp: Uint32Array, day: number, from: number): number {
  const start = day * SECONDS_PER_DAY;
  const end = start + SECONDS_PER_DAY;
  let to = from;
  while (to < timestamp.length && (timestamp[to] as number) >= start && (timestamp[to] as number) < end) to++;
  return to;
}
