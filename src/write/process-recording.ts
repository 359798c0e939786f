/** One recording through the plan: decoded samples in, what its rows hold out. Pure; the same in every thread. */

import { SERIES_COLUMN_NAMES, typedValues } from '../columnar/schema.ts';
import { ecgChainsOf } from '../dsp/ecg-chains.ts';
import type { Processing } from '../plan/plan.ts';
import { mergeSeries } from '../series/merge-series.ts';
import { memoryChunk } from '../series/series-chunk.ts';
import { SeriesFiller, timeSeries } from '../series/timed-series.ts';
import { columnsOfTable, type SeriesColumns, type SeriesValues } from '../signals/rows.ts';
import type { EcgRecording, Recording, SeriesRecording, StethoRecording } from '../signals/signal.ts';
import type { Timeline } from '../timeline/timeline.ts';

export type ProcessedEcg = EcgRecording & {
  /** Hz. */
  readonly filteredSamplingFrequency: number;
  /** µV. */
  readonly filtered: Float32Array;
};

export type ProcessedSeries = Omit<SeriesRecording, 'id' | 'timestamp' | 'columns'> & {
  readonly columns: SeriesColumns;
  readonly timeline: Omit<Timeline, 'order' | 'segment' | 'time'>;
};

export type ProcessedRecording = ProcessedEcg | StethoRecording | ProcessedSeries;

export type Processed<R extends Recording> = R extends EcgRecording
  ? ProcessedEcg
  : R extends StethoRecording
    ? StethoRecording
    : ProcessedSeries;

/**
 * Filters and resamples an ECG, rebuilds the sample times of a series; a stethoscope recording is done when decoded.
 *
 * @throws ArgumentError when the plan does not fit the recording: too short to filter, band above half its rate.
 */
export function processRecording<R extends Recording>(recording: R, { ecg }: Processing): Processed<R> {
  return processed(recording, ecg) as Processed<R>;
}

function processed(recording: Recording, plan: Processing['ecg']): ProcessedRecording {
  if (recording.kind === 'ecg') return processEcg(recording, plan);
  return recording.kind === 'stetho' ? recording : processSeries(recording);
}

function processEcg(recording: EcgRecording, plan: Processing['ecg']): ProcessedEcg {
  const chain = ecgChainsOf(plan)(recording.samplingFrequency);
  return { ...recording, filteredSamplingFrequency: chain.samplingFrequency, filtered: chain.apply(recording.ecg) };
}

function processSeries({ id, timestamp, columns, ...about }: SeriesRecording): ProcessedSeries {
  const typed = new Map<string, SeriesValues>();
  for (const [name, column] of columns) typed.set(name, { values: typedValues(about.kind, name, column), valid: null });
  const merged = mergeSeries([memoryChunk({ id, timestamp }, typed)], SERIES_COLUMN_NAMES[about.kind]);
  const series = timeSeries(merged);
  const { segments, gaps, restarts } = series.timeline;
  const rows = new SeriesFiller(series, series.rows).fill(0, series.rows);
  return { ...about, columns: columnsOfTable(rows), timeline: { segments, gaps, restarts } };
}
