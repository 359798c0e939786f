/** One partition of PPG or accelerometer samples: what it holds already and what was staged, merged, timed and written. */

import { SERIES_COLUMN_NAMES, type SeriesAbout, seriesSchema } from '../columnar/schema.ts';
import { seriesBatch } from '../columnar/series-batch.ts';
import { Arena, withArena } from '../core/arena.ts';
import { DatasetError } from '../core/errors.ts';
import { writeArrowFile } from '../export/arrow-file.ts';
import type { Compression } from '../export/compression.ts';
import type { Processing } from '../plan/plan.ts';
import { mergeSeries } from '../series/merge-series.ts';
import { type StagedRows, stagedChunks } from '../series/series-chunk.ts';
import type { StagedSeries } from '../series/staged-series.ts';
import { SeriesFiller, type TimedSeries, timeSeries } from '../series/timed-series.ts';
import type { SeriesKind } from '../signals/signal.ts';
import { StageReader } from '../stage/stage.ts';
import { EMPTY_SUMMARY, joinSummaries, type PartReport, type PartSummary, type PresentPart } from './part.ts';
import { stagePart } from './stage-part.ts';

/** Rows of a record batch. */
const BATCH_ROWS = 65_536;

/** A day at 25 Hz has 2,160,000 samples; eight times that is no day of one sensor. */
const MAX_PART_ROWS = 1 << 24;

export type WriteSeriesTask = {
  readonly kind: SeriesKind;
  readonly processing: Processing;
  readonly compression: Compression;
  readonly chunks: readonly StagedSeries[];
  /** Time zones the device table knows for this device. */
  readonly timezones: readonly string[];
  /** The partition as it is; `null`: new. */
  readonly present: PresentPart | null;
  readonly target: string;
  /** Scratch file to make where there is a present one. */
  readonly scratch: string;
};

/** Of this thread: what the keys and times of a partition lie in. */
const idle: Arena[] = [];

export type SeriesReport = PartReport & { readonly repeats: number; readonly conflicts: number };

/** @throws DatasetError when a file cannot be read or written, or the partition is beyond its limit. */
export async function writeSeries(task: WriteSeriesTask): Promise<SeriesReport> {
  const stage = new StageReader();
  const arena = idle.pop() ?? new Arena();
  try {
    const present = task.present === null ? null : await stagePart(task.present, task.scratch);
    const chunks = [...(present?.chunks ?? []), ...task.chunks];
    refuseTooMany(task, chunks);
    const merged = withArena(arena, () => mergeSeries(stagedChunks(chunks, stage), SERIES_COLUMN_NAMES[task.kind]));
    const series = withArena(arena, () => timeSeries(merged));
    const written = await writePart(task, series, joinAbout(task, present?.about), arena);
    const { repeats, conflicts } = merged;
    return { ...written, summary: summaryOf(series), repeats, conflicts };
  } finally {
    stage.close();
    arena.clear();
    idle.push(arena);
  }
}

function refuseTooMany({ target }: WriteSeriesTask, chunks: readonly StagedRows[]): void {
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  if (rows <= MAX_PART_ROWS) return;
  throw new DatasetError(
    `${target}: got ${rows} samples of one device and day, expected at most ${MAX_PART_ROWS}; convert the inputs in smaller sets`,
  );
}

function writePart(task: WriteSeriesTask, series: TimedSeries, about: SeriesAbout, arena: Arena) {
  const known = SERIES_COLUMN_NAMES[task.kind];
  const { rows } = series;
  const schema = seriesSchema(task.kind, {
    processing: task.processing,
    segments: series.timeline.segments,
    further: series.source.columns
      .filter(({ name }) => !known.includes(name))
      .map(({ name, type }) => ({ name, type: type === 'f64' ? 'float64' : 'int32' })),
    about,
  });
  const filler = withArena(arena, () => new SeriesFiller(series, Math.min(BATCH_ROWS, rows)));
  function* batches() {
    for (let row = 0; row < rows; row += BATCH_ROWS) {
      const columns = filler.fill(row, Math.min(row + BATCH_ROWS, rows));
      yield seriesBatch(schema, columns, 0, columns.rows);
    }
  }
  return writeArrowFile(task.target, schema, batches(), task.compression);
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

function summaryOf({ rows, timeline: { segments, gaps, restarts } }: TimedSeries): PartSummary {
  const parts = segments.map(({ rate, start, end }) => ({
    ...EMPTY_SUMMARY,
    segments: 1,
    rates: { min: rate, max: rate },
    start,
    end,
  }));
  return { ...parts.reduce(joinSummaries, EMPTY_SUMMARY), samples: rows, gaps, restarts };
}
