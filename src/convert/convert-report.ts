/** What a conversion tells its caller. */

import type { Manifest } from '../dataset/manifest.ts';
import { type KernelChoice, kernelChoice } from '../kernels/wasm/load.ts';
import type { PassedOver } from './inputs/found-inputs.ts';
import type { Rejected } from './plan/gather-reports.ts';

/** In their order. `plan`: joining what came with what is there; `commit`: catalog, manifest, moving the files. */
export const CONVERT_STAGES = ['list', 'decode', 'plan', 'write', 'commit'] as const;

export type ConvertStage = (typeof CONVERT_STAGES)[number];

export type ConvertReport = {
  /** Folder of the data set, as given. */
  readonly out: string;
  readonly inputs: {
    readonly ok: number;
    /** Some of it was converted, some was rejected. */
    readonly partly: number;
    /** Nothing was wrong with it, but for a signal that the device has not finished delivering. */
    readonly pending: number;
    /** Nothing of it could be converted. */
    readonly rejected: number;
    /** Pages of an archive that were converted before: they were not read again. */
    readonly unchanged: number;
  };
  /** What was rejected, be it the input or a part of it: each with what, where, got, expected and the remedy in one line. */
  readonly rejected: readonly Rejected[];
  /** Inputs whose signal the device has not finished delivering: fetch them again later. */
  readonly pending: readonly string[];
  /** What lies in the folders given and is no input, by name. */
  readonly passedOver: readonly PassedOver[];
  /** Things worth knowing that cost no data, one line each. */
  readonly notices: readonly string[];
  /** Files written by this run, from the data set's root. */
  readonly files: readonly string[];
  /** Files of the data set that are not what was written, as far as this run has met them, and that it could not make anew. */
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
  /** What the data set holds now. */
  readonly summary: Manifest['summary'];
  readonly run: Manifest['run'];
  /** The kernels that ran, and why not those of WebAssembly; as one of the threads tells. */
  readonly kernels: KernelChoice;
  /** What each stage took. */
  readonly seconds: Readonly<Record<ConvertStage, number>>;
};

/** Of a conversion that found nothing new: no file was written. */
export function unchangedReport(
  manifest: Manifest | null,
  out: string,
  { unchanged, passedOver }: { readonly unchanged: number } & Pick<ConvertReport, 'passedOver'>,
  { started, workers, seconds }: Pick<Manifest['run'], 'started' | 'workers'> & Pick<ConvertReport, 'seconds'>,
): ConvertReport {
  const finished = new Date().toISOString();
  return {
    out,
    inputs: { ok: 0, partly: 0, pending: 0, rejected: 0, unchanged },
    rejected: [],
    pending: [],
    passedOver,
    notices: [],
    files: [],
    damaged: [],
    summary: manifest?.summary ?? {},
    run: { started, finished, workers, files_written: 0, duplicates_dropped: 0, conflicts: 0 },
    kernels: kernelChoice(),
    seconds,
  };
}
