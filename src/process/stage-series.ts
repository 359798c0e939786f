/** Frames to staged chunks: cut at midnight UTC, joined up to a bounded number of rows, told apart by what they share. */

import type { SeriesValues } from '../columnar/rows.ts';
import { isTableColumn, SERIES_COLUMN_NAMES, typedValues } from '../columnar/schema.ts';
import { ArgumentError, quoted } from '../core/errors.ts';
import type { SeriesFrame } from '../decode/decoded-sink.ts';
import { newValues, type StagedColumn, typeOfValues } from './series-chunk.ts';
import type { StagedArray, StageWriter } from './stage.ts';

/** Rows a chunk holds at most: a few MB of columns. */
const CHUNK_ROWS = 65_536;

const SECONDS_PER_DAY = 86_400;

/** What the rows of a chunk have in common. */
export type SeriesOrigin = Pick<SeriesFrame, 'kind' | 'deviceId' | 'sensorName' | 'firmwareVersion' | 'formatVersion'>;

/** Samples of one device and UTC day, in delivered order. */
export type StagedChunk = SeriesOrigin & {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly rows: number;
  readonly id: StagedArray<'u32'>;
  readonly timestamp: StagedArray<'u32'>;
  readonly columns: readonly StagedColumn[];
};

/** Collects frames of one document at a time; {@link take} hands over its chunks. */
export class SeriesStager {
  readonly #writer: StageWriter;
  readonly #open = new Map<string, OpenChunk>();
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
    for (let from = 0; from < timestamp.length; ) {
      const day = dayOf(timestamp[from] as number);
      let to = from + 1;
      while (to < timestamp.length && dayOf(timestamp[to] as number) === day) to++;
      this.#addRows(frame, columns, day, from, to);
      from = to;
    }
  }

  /** The chunks since the last call. */
  take(): readonly StagedChunk[] {
    for (const chunk of this.#open.values()) this.#flush(chunk);
    this.#open.clear();
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #addRows(frame: SeriesFrame, columns: TypedColumns, day: number, from: number, to: number): void {
    const key = chunkKey(frame, columns, day);
    let chunk = this.#open.get(key);
    if (chunk === undefined) {
      chunk = openChunk(frame, columns, day);
      this.#open.set(key, chunk);
    }
    for (let row = from; row < to; ) {
      const count = Math.min(to - row, CHUNK_ROWS - chunk.rows);
      chunk.id.set(frame.id.subarray(row, row + count), chunk.rows);
      chunk.timestamp.set(frame.timestamp.subarray(row, row + count), chunk.rows);
      for (const [name, column] of chunk.columns) {
        column.set((columns.get(name) as Values).subarray(row, row + count), chunk.rows);
      }
      chunk.rows += count;
      row += count;
      if (chunk.rows === CHUNK_ROWS) this.#flush(chunk);
    }
  }

  #flush(chunk: OpenChunk): void {
    if (chunk.rows === 0) return;
    const write = this.#writer;
    const columns: StagedColumn[] = [];
    for (const [name, column] of chunk.columns) {
      columns.push({ name, values: write.append(typeOfValues(column), column.subarray(0, chunk.rows)), valid: null });
    }
    this.#done.push({
      ...chunk.origin,
      day: chunk.day,
      rows: chunk.rows,
      id: write.append('u32', chunk.id.subarray(0, chunk.rows)),
      timestamp: write.append('u32', chunk.timestamp.subarray(0, chunk.rows)),
      columns,
    });
    chunk.rows = 0;
  }
}

type Values = SeriesValues['values'];

type TypedColumns = ReadonlyMap<string, Values>;

type OpenChunk = {
  readonly origin: SeriesOrigin;
  readonly day: number;
  readonly id: Uint32Array;
  readonly timestamp: Uint32Array;
  readonly columns: TypedColumns;
  rows: number;
};

function typedColumns({ kind, columns }: SeriesFrame): TypedColumns {
  const typed = new Map<string, Values>();
  for (const [name, column] of columns) {
    if (isTableColumn(kind, name) && !SERIES_COLUMN_NAMES[kind].includes(name)) {
      throw new ArgumentError(`${kind} frame: got a column ${quoted(name)}, which the table makes itself`);
    }
    typed.set(name, typedValues(kind, name, column));
  }
  return typed;
}

function openChunk(frame: SeriesFrame, like: TypedColumns, day: number): OpenChunk {
  const { kind, deviceId, sensorName, firmwareVersion, formatVersion } = frame;
  const columns = new Map<string, Values>();
  for (const [name, values] of like) columns.set(name, newValues(typeOfValues(values), CHUNK_ROWS));
  return {
    origin: { kind, deviceId, sensorName, firmwareVersion, formatVersion },
    day,
    id: new Uint32Array(CHUNK_ROWS),
    timestamp: new Uint32Array(CHUNK_ROWS),
    columns,
    rows: 0,
  };
}

/** Equal for frames whose rows may stand in one chunk. */
function chunkKey(frame: SeriesFrame, columns: TypedColumns, day: number): string {
  const types = [...columns].map(([name, values]) => `${name} ${typeOfValues(values)}`).sort();
  const { kind, deviceId, sensorName, firmwareVersion, formatVersion } = frame;
  return JSON.stringify([day, kind, deviceId, sensorName, firmwareVersion, formatVersion, types]);
}

function dayOf(timestamp: number): number {
  return Math.floor(timestamp / SECONDS_PER_DAY);
}
