/** One recording through the plan: decoded samples in, what its rows hold out. Pure; the same in every thread. */

import type { SeriesColumns } from '../columnar/rows.ts';
import { SERIES_COLUMN_NAMES, typedValues } from '../columnar/schema.ts';
import { RAWDATA_NOMINAL_RATE } from '../core/devices.ts';
import type { EcgRecording, Recording, SeriesRecording, StethoRecording } from '../core/signal.ts';
import { rebuildTimeline, type Timeline } from '../decode/timeline.ts';
import { createEcgChain, type EcgChain } from '../dsp/ecg-chain.ts';
import { gatherColumns, type MergedSeries, mergeSeries, type SeriesSource, takeRows } from './merge-series.ts';
import type { Processing } from './plan.ts';
import { type ChunkColumn, memoryColumn } from './series-chunk.ts';

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

/** Filters designed once per sampling frequency, buffers kept between recordings: one processor a thread. */
export type Processor = {
  /**
   * Filters and resamples an ECG, rebuilds the sample times of a series; a stethoscope recording is done when decoded.
   *
   * @throws ArgumentError when the plan does not fit the recording: too short to filter, band above half its rate.
   */
  process<R extends Recording>(recording: R): Processed<R>;
  /**
   * The filters of the plan for ECGs of this sampling frequency, Hz.
   *
   * @throws ArgumentError when the plan does not fit it: band or notch above half of it, no simple ratio of rates.
   */
  ecgChain(samplingFrequency: number): EcgChain;
};

export type Processed<R extends Recording> = R extends EcgRecording
  ? ProcessedEcg
  : R extends StethoRecording
    ? StethoRecording
    : ProcessedSeries;

/** The last plan's filters are kept: all that a thread is given is of one plan, as a rule. */
let kept: { readonly key: string; readonly processor: Processor } | undefined;

/** This thread's processor of a plan. */
export function processorOf(processing: Processing): Processor {
  const key = JSON.stringify(processing);
  if (kept?.key !== key) kept = { key, processor: createProcessor(processing) };
  return kept.processor;
}

export function createProcessor(processing: Processing): Processor {
  const chains = new Map<number, EcgChain>();
  const ecgChain = (samplingFrequency: number): EcgChain => {
    let chain = chains.get(samplingFrequency);
    if (chain === undefined) {
      chain = createEcgChain(processing.ecg, samplingFrequency);
      chains.set(samplingFrequency, chain);
    }
    return chain;
  };
  const processEcg = (recording: EcgRecording): ProcessedEcg => {
    const chain = ecgChain(recording.samplingFrequency);
    return { ...recording, filteredSamplingFrequency: chain.samplingFrequency, filtered: chain.apply(recording.ecg) };
  };
  const process = (recording: Recording): ProcessedRecording => {
    if (recording.kind === 'ecg') return processEcg(recording);
    return recording.kind === 'stetho' ? recording : processSeries(recording);
  };
  return { process: process as Processor['process'], ecgChain };
}

/** Rows of a partition in their final order: keys and times in memory, columns still where they lie. */
export type TimedSeries = {
  readonly source: SeriesSource;
  /** Row of the source each row is. */
  readonly rows: Uint32Array;
  readonly id: Uint32Array;
  readonly timestamp: Uint32Array;
  readonly segment: Uint32Array;
  /** Whole Unix microseconds. */
  readonly time: Float64Array;
  readonly timeline: ProcessedSeries['timeline'];
};

export function timeSeries({ source, order: merged, id, timestamp }: MergedSeries): TimedSeries {
  const { order, segment, time, ...timeline } = rebuildTimeline({ id, timestamp }, RAWDATA_NOMINAL_RATE);
  const reordered = { rows: takeRows(merged, order), id: takeRows(id, order), timestamp: takeRows(timestamp, order) };
  return { source, ...reordered, segment, time, timeline };
}

/** Rows `from` to before `to` with all their columns. */
export function columnsOf(
  { source, rows, id, timestamp, segment, time }: TimedSeries,
  from: number,
  to: number,
): SeriesColumns {
  return {
    rows: to - from,
    time: time.subarray(from, to),
    timestamp: timestamp.subarray(from, to),
    id: id.subarray(from, to),
    segment: segment.subarray(from, to),
    columns: gatherColumns(source, rows.subarray(from, to)),
  };
}

function processSeries({ id, timestamp, columns, ...about }: SeriesRecording): ProcessedSeries {
  const sources = new Map<string, ChunkColumn>();
  for (const [name, column] of columns) {
    sources.set(name, memoryColumn({ values: typedValues(about.kind, name, column), valid: null }));
  }
  const series = timeSeries(mergeSeries([{ id, timestamp, columns: sources }], SERIES_COLUMN_NAMES[about.kind]));
  return { ...about, columns: columnsOf(series, 0, series.rows.length), timeline: series.timeline };
}
