/** Frames to staged chunks: cut at midnight UTC, joined up to a bounded number of rows, told apart by what they share. */

import type { SeriesValues } from '../columnar/rows.ts';
import { isTableColumn, SERIES_COLUMN_NAMES, typedValues } from '../columnar/schema.ts';
import { ArgumentError, quoted } from '../core/errors.ts';
import type { SeriesFrame } from '../decode/decoded-sink.ts';
import { newValues, type StagedColumn, typeOfValues } from './series-chunk.ts';
import type { StagedArray, StageWriter } from './stage.ts';

/** Rows a chunk holds at most: a few MB of columns. */
const CHUNK_ROWS = 65_536;

/** Chunks filled side by side at most: frames of several devices or days take turns in few documents. */
const OPEN_CHUNKS = 8;

/** A frame is about a minute long; a clock that was set anew in it makes a day or two more. */
const FRAME_DAYS = 16;

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
  /** Buffers to use again, by the types of their columns. */
  readonly #spare = new Map<string, Buffers[]>();
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
    for (let from = 0, days = 0; from < timestamp.length; days++) {
      if (days === FRAME_DAYS) {
        throw new ArgumentError(
          `${frame.kind} frame: got samples of more than ${FRAME_DAYS} days, expected about a minute`,
        );
      }
      const day = dayOf(timestamp[from] as number);
      let to = from + 1;
      while (to < timestamp.length && dayOf(timestamp[to] as number) === day) to++;
      this.#addRows(frame, columns, day, from, to);
      from = to;
    }
  }

  /** The chunks since the last call. */
  take(): readonly StagedChunk[] {
    this.#closeAll();
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #addRows(frame: SeriesFrame, columns: TypedColumns, day: number, from: number, to: number): void {
    const chunk = this.#chunkFor(frame, columns, day);
    for (let row = from; row < to; ) {
      const count = Math.min(to - row, CHUNK_ROWS - chunk.rows);
      const { id, timestamp, columns: buffers } = chunk.buffers;
      id.set(frame.id.subarray(row, row + count), chunk.rows);
      timestamp.set(frame.timestamp.subarray(row, row + count), chunk.rows);
      for (const [name, column] of buffers) {
        column.set((columns.get(name) as Values).subarray(row, row + count), chunk.rows);
      }
      chunk.rows += count;
      row += count;
      if (chunk.rows === CHUNK_ROWS) this.#flush(chunk);
    }
  }

  #chunkFor(frame: SeriesFrame, columns: TypedColumns, day: number): OpenChunk {
    const { kind, deviceId, sensorName, firmwareVersion, formatVersion } = frame;
    const origin = { kind, deviceId, sensorName, firmwareVersion, formatVersion };
    const types = typesOf(columns);
    const key = JSON.stringify([day, origin, types]);
    let chunk = this.#open.get(key);
    if (chunk === undefined) {
      if (this.#open.size === OPEN_CHUNKS) this.#closeAll();
      chunk = { origin, day, types, buffers: this.#spare.get(types)?.pop() ?? newBuffers(columns), rows: 0 };
      this.#open.set(key, chunk);
    }
    return chunk;
  }

  #closeAll(): void {
    for (const chunk of this.#open.values()) {
      this.#flush(chunk);
      if (this.#spare.size === OPEN_CHUNKS) this.#spare.clear();
      const spare = this.#spare.get(chunk.types);
      if (spare === undefined) this.#spare.set(chunk.types, [chunk.buffers]);
      else spare.push(chunk.buffers);
    }
    this.#open.clear();
  }

  #flush(chunk: OpenChunk): void {
    const { origin, day, rows, buffers } = chunk;
    if (rows === 0) return;
    const write = this.#writer;
    const columns: StagedColumn[] = [];
    for (const [name, column] of buffers.columns) {
      columns.push({ name, values: write.append(typeOfValues(column), column.subarray(0, rows)), valid: null });
    }
    const id = write.append('u32', buffers.id.subarray(0, rows));
    const timestamp = write.append('u32', buffers.timestamp.subarray(0, rows));
    this.#done.push({ ...origin, day, rows, id, timestamp, columns });
    chunk.rows = 0;
  }
}

type Values = SeriesValues['values'];

type TypedColumns = ReadonlyMap<string, Values>;

/** Room for {@link CHUNK_ROWS} rows. */
type Buffers = { readonly id: Uint32Array; readonly timestamp: Uint32Array; readonly columns: TypedColumns };

type OpenChunk = {
  readonly origin: SeriesOrigin;
  readonly day: number;
  readonly types: string;
  readonly buffers: Buffers;
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

/** Names and types of the columns in name order: equal for frames whose rows may stand in one chunk. */
function typesOf(columns: TypedColumns): string {
  const types = [...columns].map(([name, values]) => [name, typeOfValues(values)].join(' '));
  return JSON.stringify(types.sort());
}

function newBuffers(like: TypedColumns): Buffers {
  const columns = new Map<string, Values>();
  for (const [name, values] of like) columns.set(name, newValues(typeOfValues(values), CHUNK_ROWS));
  return { id: new Uint32Array(CHUNK_ROWS), timestamp: new Uint32Array(CHUNK_ROWS), columns };
}

function dayOf(timestamp: number): number {
  return Math.floor(timestamp / SECONDS_PER_DAY);
}
