/** What to do with each signal: every option of the conversion resolved once, before any work starts. */

import { ArgumentError, quoted } from '../core/errors.ts';
import { ECG_BAND_HZ, ECG_FILTER_ORDER, ECG_HZ, ECG_NOTCH_Q, ECG_RATE_HZ } from '../dsp/presets.ts';
import { COMPRESSIONS, type Compression } from '../export/compression.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../export/index.ts';
import { SIGNAL_KINDS, type SignalKind } from '../signals/signal.ts';

export interface PlanOptions {
  /** Kinds to convert. @default all */
  readonly kinds?: readonly SignalKind[];
  /** Files to write. @default ['arrow'] */
  readonly formats?: readonly ExportFormat[];
  /** Of the buffers in Arrow files; readers take either unasked. @default 'none' */
  readonly compression?: Compression;
  /** Zero-phase Butterworth band-pass of order 4, Hz; `null`: none. @default [0.5, 40] */
  readonly ecgBand?: readonly [number, number] | null;
  /** Zero-phase notch of Q 30 before the band-pass, Hz; `null`: none. @default null */
  readonly ecgNotch?: number | null;
  /** Polyphase resampling after the filters, Hz; `null`: keep the native rate. @default 250 */
  readonly ecgRate?: number | null;
}

/** What is done to the samples: what a data set is made with, once and for all of its files. */
export type Processing = {
  readonly ecg: {
    readonly band: readonly [number, number] | null;
    readonly bandOrder: number;
    readonly notch: number | null;
    readonly notchQ: number;
    readonly rate: number | null;
  };
};

export type Plan = {
  readonly kinds: readonly SignalKind[];
  readonly formats: readonly ExportFormat[];
  /** One for all files of a data set: equal samples give equal bytes. */
  readonly compression: Compression;
  readonly processing: Processing;
};

/**
 * Defaults filled in and every value checked.
 *
 * @throws ArgumentError for an unknown kind, format or compression, or a frequency out of {@link ECG_HZ}.
 */
export function resolvePlan(options: PlanOptions = {}): Plan {
  const band = options.ecgBand === undefined ? ECG_BAND_HZ : options.ecgBand;
  const notch = options.ecgNotch ?? null;
  const rate = options.ecgRate === undefined ? ECG_RATE_HZ : options.ecgRate;
  if (band !== null) {
    for (const edge of band) requireHz('ECG band edge', edge);
    if (band[0] >= band[1]) {
      throw new ArgumentError(`ECG band: got ${band[0]}-${band[1]} Hz, expected the low edge below the high one`);
    }
  }
  if (notch !== null) requireHz('ECG notch', notch);
  if (rate !== null) requireHz('ECG rate', rate);
  return {
    kinds: chosen('kind', options.kinds ?? SIGNAL_KINDS, SIGNAL_KINDS),
    formats: chosen('format', options.formats ?? ['arrow'], Object.keys(EXPORT_FORMATS) as ExportFormat[]),
    compression: chosen('compression', [options.compression ?? 'none'], COMPRESSIONS)[0] ?? 'none',
    processing: { ecg: { band, bandOrder: ECG_FILTER_ORDER, notch, notchQ: ECG_NOTCH_Q, rate } },
  };
}

/** The wanted ones in the table's order, each once. */
function chosen<T extends string>(what: string, wanted: readonly T[], known: readonly T[]): readonly T[] {
  for (const one of wanted) {
    if (!known.includes(one)) {
      throw new ArgumentError(`${what}: got ${quoted(one)}, expected one or more of ${known.join(', ')}`);
    }
  }
  if (wanted.length === 0) throw new ArgumentError(`${what}: got none, expected one or more of ${known.join(', ')}`);
  return known.filter((one) => wanted.includes(one));
}

function requireHz(what: string, hz: number): void {
  const { lowest, highest } = ECG_HZ;
  if (!(hz >= lowest && hz <= highest)) {
    throw new ArgumentError(`${what}: got ${hz} Hz, expected a number from ${lowest} to ${highest}`);
  }
}
