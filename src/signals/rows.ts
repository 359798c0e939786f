/** What the tables are filled from and read back to: the words between signals and Arrow. */

import { numbersFromInt64 } from '../core/int64.ts';
import type { RecordingFacts } from './signal.ts';

/** One row of an ECG table. */
export type EcgRow = {
  readonly signalId: number | null;
  readonly facts: RecordingFacts;
  /** Hz; `null`: no answer has told it yet. */
  readonly samplingFrequency: number | null;
  /** µV, as delivered. */
  readonly ecg: Int32Array;
  /** Hz; `null` where {@link filtered} is. */
  readonly filteredSamplingFrequency: number | null;
  /** µV; `null`: it cannot be filtered, or not yet. */
  readonly filtered: Float32Array | null;
  /** Name of the input the recording came from. */
  readonly source: string;
};

/** One row of a stethoscope table. */
export type StethoRow = {
  readonly signalId: number | null;
  readonly facts: RecordingFacts;
  /** Hz, of one channel. */
  readonly samplingFrequency: number;
  readonly channels: number;
  /** 16-bit linear PCM, channels interleaved. */
  readonly pcm: Int16Array;
  readonly source: string;
};

/** Values of one column of a series. */
export type SeriesValues = {
  readonly values: Int32Array | Uint8Array | Float64Array;
  /** One byte a row, 1: there, 0: null. `null`: all there. */
  readonly valid: Uint8Array | null;
};

/** Rows of a PPG or accelerometer table; all arrays have `rows` elements. */
export type SeriesColumns = {
  readonly rows: number;
  /** Rebuilt sample time, whole microseconds since 1970. */
  readonly time: Float64Array;
  /** As delivered, Unix seconds. */
  readonly timestamp: Uint32Array;
  readonly id: Uint32Array;
  readonly segment: Uint32Array;
  /** The sensor's own columns by name. */
  readonly columns: ReadonlyMap<string, SeriesValues>;
};

/** The same with both times in 64 bits, as the tables have them. */
export type SeriesTable = Omit<SeriesColumns, 'time' | 'timestamp'> & {
  readonly time: BigInt64Array;
  readonly timestamp: BigInt64Array;
};

export function columnsOfTable(table: SeriesTable): SeriesColumns {
  const { rows, time, timestamp } = table;
  return {
    ...table,
    time: numbersFromInt64(new Float64Array(rows), time),
    timestamp: numbersFromInt64(new Uint32Array(rows), timestamp),
  };
}
