import { ArgumentError } from '../core/errors.ts';
import { MAX_RECORDING_SAMPLES } from '../core/limits.ts';
import { requirePositive } from './arguments.ts';
import { butter } from './design/butterworth.ts';
import { iirnotch } from './design/notch.ts';
import { applyZeroPhase, createZeroPhase, type ZeroPhase } from './filter.ts';
import { ECG_FILTER_ORDER, ECG_NOTCH_Q } from './presets.ts';
import { createRecordLanes, type RecordLanes } from './record-lanes.ts';
import { createResampler, MAX_RATIO_TERM, type Resampler } from './resample.ts';

/** Steps of the chain; `null` leaves a step out. */
export type EcgPlan = {
  /** Pass band, Hz. */
  readonly band: readonly [low: number, high: number] | null;
  /** Order of the band-pass. @default ECG_FILTER_ORDER */
  readonly bandOrder?: number;
  /** Centre of the notch, Hz: the mains frequency. */
  readonly notch: number | null;
  /** Quality factor of the notch. @default ECG_NOTCH_Q */
  readonly notchQ?: number;
  /** Sampling frequency of the result, Hz; `null` keeps the recording's. */
  readonly rate: number | null;
};

/** The filters of one plan at one sampling frequency, ready for many recordings. Not for use from two threads. */
export type EcgChain = {
  /** Hz, of the result. */
  readonly samplingFrequency: number;
  /**
   * Notch, band-pass, resampling, in float64; rounded to float32 once, at the end.
   *
   * @param ecg µV at the chain's input rate.
   * @returns µV at {@link samplingFrequency}, a fresh array, `ceil(ecg.length * rate ratio)` long.
   * @throws ArgumentError when the recording is too short for the filters' padding.
   */
  apply(ecg: Int32Array): Float32Array;
  /**
   * {@link apply} for each recording, bit for bit. Recordings of equal length are worked on side by side, more than twice
   * as fast as one after the other.
   *
   * @param outputs where each result is to lie, {@link outputLength} long. Default: fresh arrays.
   * @throws ArgumentError as {@link apply}, before any work.
   */
  applyBatch(ecgs: readonly Int32Array[], outputs?: readonly Float32Array[]): readonly Float32Array[];
  /** Samples that come of `count`. */
  outputLength(count: number): number;
  /** @throws ArgumentError when a recording of `count` samples is too short for the filters' padding, or too long resampled. */
  requireLength(count: number): void;
};

/**
 * Designs the filters of `plan` for recordings of `samplingFrequency` Hz.
 *
 * Equals, to float32 rounding, SciPy's `filtfilt(*iirnotch(notch, 30, fs), x)`, then `sosfiltfilt(butter(4, band, 'band',
 * fs=fs, output='sos'), x)`, then `resample_poly(x, up, down)`.
 *
 * @throws ArgumentError when a frequency does not fit below half of the rate, or the two rates have no simple ratio.
 */
export function createEcgChain(plan: EcgPlan, samplingFrequency: number): EcgChain {
  requirePositive('ECG sampling frequency', samplingFrequency);
  const filters = designFilters(plan, samplingFrequency);
  const resampler = plan.rate === null ? null : designResampler(samplingFrequency, plan.rate);
  const edge = Math.max(0, ...filters.map((filter) => filter.edge));
  const kept: Kept = { lanes: null, work: new Float64Array(0), resampled: new Float64Array(0) };

  const outputLength = (count: number): number => resampler?.outputLength(count) ?? count;
  const requireLength = (count: number): void => {
    if (filters.length > 0 && count <= edge) {
      throw new ArgumentError(
        `ECG of ${count} samples is too short to filter, expected more than ${edge}: ` +
          'use `--ecg-band none` and `--ecg-notch none` for such recordings',
      );
    }
    const outputs = outputLength(count);
    if (outputs > Math.max(count, MAX_RECORDING_SAMPLES)) {
      throw new ArgumentError(
        `ECG of ${count} samples would become ${outputs}, expected at most ${MAX_RECORDING_SAMPLES}: ` +
          'use a lower `--ecg-rate` or `--ecg-rate native` for such recordings',
      );
    }
  };
  const applyTo = (output: Float32Array, ecg: Int32Array): void => {
    const count = ecg.length;
    const work = atLeast(kept.work, count + 2 * edge);
    kept.work = work;
    work.set(ecg, edge);
    for (const filter of filters) {
      applyZeroPhase(filter, work, edge, count);
    }
    if (resampler === null) {
      output.set(work.subarray(edge, edge + count));
      return;
    }
    const resampled = atLeast(kept.resampled, output.length);
    kept.resampled = resampled;
    resampler.apply(resampled, work, edge, count);
    output.set(resampled.subarray(0, output.length));
  };
  const newOutputs = (ecgs: readonly Int32Array[]): Float32Array[] =>
    ecgs.map(({ length }) => new Float32Array(outputLength(length)));
  const applyBatch = (ecgs: readonly Int32Array[], outputs: readonly Float32Array[] = newOutputs(ecgs)) => {
    for (const { length } of ecgs) requireLength(length);
    if (ecgs.length > 1) kept.lanes ??= createRecordLanes(filters, resampler);
    const { lanes } = kept;
    for (const group of groupsOfEqualLength(ecgs, lanes?.width ?? 1)) {
      const count = ecgs[group[0]!]!.length;
      if (lanes === null || group.length === 1 || count > lanes.capacity) {
        for (const index of group) applyTo(outputs[index]!, ecgs[index]!);
        continue;
      }
      lanes.apply(
        group.map((index) => ecgs[index]!),
        group.map((index) => outputs[index]!),
      );
    }
    return outputs;
  };
  return {
    samplingFrequency: plan.rate ?? samplingFrequency,
    apply: (ecg) => applyBatch([ecg])[0] as Float32Array,
    applyBatch,
    outputLength,
    requireLength,
  };
}

type Kept = {
  /** Made by the first batch: it costs half a millisecond. */
  lanes: RecordLanes | null;
  /** As large as the longest recording so far needed: fresh memory costs as much as the filtering. */
  work: Float64Array<ArrayBuffer>;
  resampled: Float64Array<ArrayBuffer>;
};

/** Indices of `records` of one length together, at most `size` of them. */
function groupsOfEqualLength(records: readonly { readonly length: number }[], size: number): number[][] {
  const groups: number[][] = [];
  const open = new Map<number, number[]>();
  records.forEach(({ length }, index) => {
    let group = open.get(length);
    if (group === undefined || group.length === size) {
      group = [];
      open.set(length, group);
      groups.push(group);
    }
    group.push(index);
  });
  return groups;
}

function designFilters(plan: EcgPlan, samplingFrequency: number): ZeroPhase[] {
  const { band, bandOrder = ECG_FILTER_ORDER, notch, notchQ = ECG_NOTCH_Q } = plan;
  const filters: ZeroPhase[] = [];
  if (notch !== null) {
    if (!(notch > 0 && notch < samplingFrequency / 2)) {
      throw new ArgumentError(
        `ECG notch at ${notch} Hz does not fit a recording of ${samplingFrequency} Hz, expected above 0 and below ` +
          `${samplingFrequency / 2}: use \`--ecg-notch none\` for such recordings`,
      );
    }
    filters.push(createZeroPhase(iirnotch(notch, notchQ, { samplingFrequency })));
  }
  if (band !== null) {
    const [low, high] = band;
    if (!(low > 0 && low < high && high < samplingFrequency / 2)) {
      throw new ArgumentError(
        `ECG band ${low}-${high} Hz does not fit a recording of ${samplingFrequency} Hz, expected 0 < low < high < ` +
          `${samplingFrequency / 2}: use \`--ecg-band none\` or a narrower band`,
      );
    }
    filters.push(createZeroPhase(butter(bandOrder, band, { type: 'bandpass', samplingFrequency })));
  }
  return filters;
}

function designResampler(from: number, to: number): Resampler {
  requirePositive('ECG rate', to);
  const [up, down] = exactRatio(to, from);
  if (up > MAX_RATIO_TERM || down > MAX_RATIO_TERM) {
    throw new ArgumentError(
      `ECG of ${from} Hz cannot be resampled to ${to} Hz, expected two rates whose ratio in lowest terms stays within ` +
        `${MAX_RATIO_TERM}: use \`--ecg-rate native\` or a rate in a simpler ratio to ${from}`,
    );
  }
  return createResampler(Number(up), Number(down));
}

/** The ratio of two numbers as their shortest decimals state it, in lowest terms: 250 to 299.87 is 25000/29987. */
function exactRatio(numerator: number, denominator: number): readonly [bigint, bigint] {
  const a = decimal(numerator);
  const b = decimal(denominator);
  const exponent = Math.min(a.exponent, b.exponent);
  const up = a.digits * 10n ** BigInt(a.exponent - exponent);
  const down = b.digits * 10n ** BigInt(b.exponent - exponent);
  const divisor = greatestCommonDivisor(up, down);
  return [up / divisor, down / divisor];
}

/** `value` = digits * 10^exponent. */
function decimal(value: number): { readonly digits: bigint; readonly exponent: number } {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

function atLeast(buffer: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  return buffer.length >= length ? buffer : new Float64Array(length);
}
