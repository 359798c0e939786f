/** One partition of PPG or accelerometer samples: what it holds already and what was staged, merged, timed and written. */

import { seriesColumnsOf } from '../columnar/read-back.ts';
import type { SeriesValues } from '../columnar/rows.ts';
import { SERIES_COLUMN_NAMES, type SeriesAbout, seriesAboutOf, seriesSchema } from '../columnar/schema.ts';
import { seriesBatch } from '../columnar/series-batch.ts';
import { DatasetError } from '../core/errors.ts';
import type { SeriesKind } from '../core/signal.ts';
import { writeArrowFile } from '../export/arrow-file.ts';
import { openArrowFile } from '../export/arrow-reader.ts';
import type { StagedSeries } from './decode-inputs.ts';
import { mergeSeries, type SeriesBlock } from './merge-series.ts';
import { EMPTY_SUMMARY, type PartReport, type PartSummary } from './part.ts';
import type { Processing } from './plan.ts';
import { type ProcessedSeries, timeSeries } from './process-recording.ts';
import { StageReader } from './stage.ts';

/** Rows of a record batch. */
const BATCH_ROWS = 65_536;

/** A day at 25 Hz has 2,160,000 samples; eight times that is no day of one sensor. */
const MAX_PART_ROWS = 1 << 24;

export type WriteSeriesTask = {
  readonly kind: SeriesKind;
  readonly processing: Processing;
  readonly chunks: readonly StagedSeries[];
  /** Time zones the device table knows for this device. */
  readonly timezones: readonly string[];
  /** The partition as it is; `null`: new. */
  readonly present: string | null;
  readonly target: string;
};

export type SeriesReport = PartReport & { readonly repeats: number; readonly conflicts: number };

/** @throws DatasetError when a file cannot be read or written, or the partition is beyond its limit. */
export async function writeSeries(task: WriteSeriesTask): Promise<SeriesReport> {
  const known = SERIES_COLUMN_NAMES[task.kind];
  const present = task.present === null ? null : await readPart(task.present);
  const about = joinAbout(task, present?.about);
  const merged = mergeSeries(takeBlocks(task, present?.blocks ?? []), known);
  const { columns, timeline } = timeSeries(merged);
  const further = [...columns.columns].filter(([name]) => !known.includes(name));
  const { processing } = task;
  const { segments } = timeline;
  const schema = seriesSchema(task.kind, { processing, segments, further, about });
  function* batches() {
    for (let row = 0; row < columns.rows; row += BATCH_ROWS) {
      yield seriesBatch(schema, columns, row, Math.min(row + BATCH_ROWS, columns.rows));
    }
  }
  const written = await writeArrowFile(task.target, schema, batches());
  const { repeats, conflicts } = merged;
  return { ...written, summary: summaryOf(columns.rows, timeline), repeats, conflicts };
}

function takeBlocks(task: WriteSeriesTask, present: readonly SeriesBlock[]): readonly SeriesBlock[] {
  const rows = [...present.map((block) => block.id), ...task.chunks].reduce(
    (sum, part) => sum + ('rows' in part ? part.rows : part.length),
    0,
  );
  if (rows > MAX_PART_ROWS) {
    throw new DatasetError(
      `${task.target}: got ${rows} samples of one device and day, expected at most ${MAX_PART_ROWS}; convert the inputs in smaller sets`,
    );
  }
  return [...present, ...readChunks(task)];
}

/** What the partition says of its sensor: every distinct value met. */
function joinAbout(task: WriteSeriesTask, present: SeriesAbout | undefined): SeriesAbout {
  const { chunks } = task;
  return {
    sensorNames: distinct(
      present?.sensorNames,
      chunks.map((chunk) => chunk.sensorName),
    ),
    firmwareVersions: distinct(
      present?.firmwareVersions,
      chunks.map((chunk) => chunk.firmwareVersion),
    ),
    formatVersions: distinct(
      present?.formatVersions,
      chunks.map((chunk) => chunk.formatVersion),
    ),
    timezones: distinct(present?.timezones, [...chunks.map((chunk) => chunk.timezone), ...task.timezones]),
  };
}

function distinct<T extends string | number>(present: readonly T[] = [], found: readonly (T | null)[]): readonly T[] {
  return [...new Set([...present, ...found.filter((value) => value !== null)])].sort((a, b) => (a < b ? -1 : 1));
}

async function readPart(path: string): Promise<{ blocks: readonly SeriesBlock[]; about: SeriesAbout }> {
  const file = await openArrowFile(path);
  try {
    const blocks: SeriesBlock[] = [];
    for (let batch = 0; batch < file.batches; batch++) blocks.push(seriesColumnsOf(await file.batch(batch)));
    return { blocks, about: seriesAboutOf(file.schema) };
  } finally {
    await file.close();
  }
}

function readChunks(task: WriteSeriesTask): SeriesBlock[] {
  const stage = new StageReader();
  try {
    return task.chunks.map((chunk) => {
      const columns = new Map<string, SeriesValues>();
      for (const { name, array } of chunk.columns) {
        columns.set(name, { values: stage.read(array), valid: null });
      }
      return { id: stage.read(chunk.id), timestamp: stage.read(chunk.timestamp), columns };
    });
  } finally {
    stage.close();
  }
}

function summaryOf(rows: number, timeline: ProcessedSeries['timeline']): PartSummary {
  const { segments, gaps, restarts } = timeline;
  const rates = segments.map((segment) => segment.rate);
  return {
    ...EMPTY_SUMMARY,
    samples: rows,
    segments: segments.length,
    gaps,
    restarts,
    rates: { min: Math.min(...rates), max: Math.max(...rates) },
    start: Math.min(...segments.map((segment) => segment.start)),
    end: Math.max(...segments.map((segment) => segment.end)),
  };
}
