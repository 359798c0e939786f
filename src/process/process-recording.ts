/** One recording through the plan: decoded samples in, what its rows hold out. Pure; the same in every thread. */

import type { SeriesColumns, SeriesValues } from '../columnar/rows.ts';
import { SERIES_COLUMN_NAMES, typedValues } from '../columnar/schema.ts';
import { RAWDATA_NOMINAL_RATE } from '../core/devices.ts';
import type { EcgRecording, Recording, SeriesRecording, StethoRecording } from '../core/signal.ts';
import { rebuildTimeline, type Timeline } from '../decode/timeline.ts';
import { createEcgChain, type EcgChain } from '../dsp/ecg-chain.ts';
import { type MergedSeries, mergeSeries, takeRows } from './merge-series.ts';
import type { Processing } from './plan.ts';

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
};

export type Processed<R extends Recording> = R extends EcgRecording
  ? ProcessedEcg
  : R extends StethoRecording
    ? StethoRecording
    : ProcessedSeries;

export function createProcessor(processing: Processing): Processor {
  const chains = new Map<number, EcgChain>();
  const processEcg = (recording: EcgRecording): ProcessedEcg => {
    const rate = recording.samplingFrequency;
    let chain = chains.get(rate);
    if (chain === undefined) {
      chain = createEcgChain(processing.ecg, rate);
      chains.set(rate, chain);
    }
    return { ...recording, filteredSamplingFrequency: chain.samplingFrequency, filtered: chain.apply(recording.ecg) };
  };
  const process = (recording: Recording): ProcessedRecording => {
    if (recording.kind === 'ecg') return processEcg(recording);
    return recording.kind === 'stetho' ? recording : processSeries(recording);
  };
  return { process: process as Processor['process'] };
}

/** Distinct samples in (timestamp, id) order to timed rows. */
export function timeSeries(merged: MergedSeries): { columns: SeriesColumns; timeline: ProcessedSeries['timeline'] } {
  const { order, segment, time, ...timeline } = rebuildTimeline(merged, RAWDATA_NOMINAL_RATE);
  const rows = isIdentity(order) ? merged : takeRows(merged, order);
  return {
    columns: { rows: order.length, time, segment, id: rows.id, timestamp: rows.timestamp, columns: rows.columns },
    timeline,
  };
}

function processSeries({ id, timestamp, columns, ...about }: SeriesRecording): ProcessedSeries {
  const values = new Map<string, SeriesValues>();
  for (const [name, column] of columns)
    values.set(name, { values: typedValues(about.kind, name, column), valid: null });
  const merged = mergeSeries([{ id, timestamp, columns: values }], SERIES_COLUMN_NAMES[about.kind]);
  return { ...about, ...timeSeries(merged) };
}

function isIdentity(order: Uint32Array): boolean {
  for (let row = 0; row < order.length; row++) if (order[row] !== row) return false;
  return true;
}
