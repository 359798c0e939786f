/** Rows with every trap of the tables: nulls, empty lists, long lists, extremes, characters beyond ASCII. */

import type { SeriesAbout } from '../../../src/columnar/schema.ts';
import type { EcgRow, SeriesColumns, SeriesTable, StethoRow } from '../../../src/signals/rows.ts';
import { NO_FACTS } from '../../../src/signals/signal.ts';
import type { Segment } from '../../../src/timeline/segment.ts';

export const PROCESSING = { ecg: { band: [0.5, 40], notch: null, rate: 250 } };

export const ECG_ROWS: readonly EcgRow[] = [
  {
    signalId: 9_007_199_254_740_991,
    facts: {
      ...NO_FACTS,
      userId: '363',
      deviceId: 'ü 𝄞 日本',
      modelId: 93,
      model: 'ScanWatch',
      recordedAt: 1_594_159_644.125,
      timezone: 'Europe/Paris',
      wearPosition: 1,
      heartRate: 62.5,
      afib: 0,
      systole: 121,
      diastole: -32768,
    },
    samplingFrequency: 300,
    ecg: Int32Array.from({ length: 9000 }, (_, i) => Math.round(1e6 * Math.sin(i / 7))),
    filteredSamplingFrequency: 250,
    filtered: Float32Array.from({ length: 7500 }, (_, i) => Math.fround(1e3 * Math.sin(i / 5))),
    source: 'a.json',
  },
  {
    signalId: null,
    facts: NO_FACTS,
    samplingFrequency: 1 / 3,
    ecg: new Int32Array(0),
    filteredSamplingFrequency: 250,
    filtered: new Float32Array(0),
    source: '',
  },
  {
    signalId: 7,
    facts: NO_FACTS,
    samplingFrequency: null,
    ecg: Int32Array.of(1, -2),
    filteredSamplingFrequency: null,
    filtered: null,
    source: 'no rate.json',
  },
  {
    signalId: 0,
    facts: { ...NO_FACTS, userId: '', recordedAt: -1, heartRate: 0, afib: 32767 },
    samplingFrequency: 500,
    ecg: Int32Array.of(-2147483648, 2147483647, 0),
    filteredSamplingFrequency: 500,
    filtered: Float32Array.of(-3.4028234663852886e38, 1e-45, -0),
    source: 'b.json#3',
  },
];

export const STETHO_ROWS: readonly StethoRow[] = [
  {
    signalId: 7,
    facts: { ...NO_FACTS, userId: '363', modelId: 44, recordedAt: 1_600_000_000, position: 31, vhd: 4 },
    samplingFrequency: 4000,
    channels: 2,
    pcm: Int16Array.of(-32768, 32767, 8, -8),
    source: 's.json',
  },
  { signalId: null, facts: NO_FACTS, samplingFrequency: 4000, channels: 1, pcm: new Int16Array(0), source: 't' },
];

export const SEGMENTS: readonly Segment[] = [
  { rows: 3, run: 0, rate: 25.6, residual: 0.001, bound: 0.02, start: 1_656_329_019, end: 1_656_329_019.078125 },
];

export const ABOUT: SeriesAbout = {
  sensorNames: ['100%, sure', 'MAX8614X_PPG_AGC'],
  firmwareVersions: [2561, 2571],
  formatVersions: [2],
  timezones: [],
};

/** PPG rows with one all-null known column, nulls in another, and columns the table does not know. */
export function ppgColumns(rows: number): SeriesColumns {
  const ramp = (factor: number) => Int32Array.from({ length: rows }, (_, i) => (i * factor) % 524288);
  return {
    rows,
    time: Float64Array.from({ length: rows }, (_, i) => 1_656_329_019_000_001 + 39_062 * i),
    timestamp: Uint32Array.from({ length: rows }, (_, i) => 4_294_967_295 - rows + Math.floor(i / 25)),
    id: Uint32Array.from({ length: rows }, (_, i) => 4_294_967_295 - i),
    segment: Uint32Array.from({ length: rows }, (_, i) => Math.floor(i / 1000)),
    columns: new Map([
      ['ppg_green', { values: ramp(7919), valid: null }],
      ['ppg_red', { values: ramp(104729), valid: null }],
      ['ppg_ir', { values: ramp(-1), valid: null }],
      ['agc_green_adc_range', { values: Uint8Array.from(ramp(1), (v) => v & 3), valid: null }],
      ['agc_red_adc_range', { values: Uint8Array.from(ramp(1), (v) => v & 3), valid: everyThird(rows) }],
      ['agc_green_current_ua', { values: ramp(3), valid: everyThird(rows) }],
      ['zeta', { values: Float64Array.from({ length: rows }, (_, i) => i / 3), valid: everyThird(rows) }],
      ['alpha', { values: ramp(-5), valid: null }],
    ]),
  };
}

export function tableOf(columns: SeriesColumns): SeriesTable {
  const { time, timestamp } = columns;
  return { ...columns, time: BigInt64Array.from(time, BigInt), timestamp: BigInt64Array.from(timestamp, BigInt) };
}

function everyThird(rows: number): Uint8Array {
  return Uint8Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? 1 : 0));
}
