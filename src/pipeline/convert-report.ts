/** What a conversion tells its caller. */

import { type KernelChoice, kernelChoice } from '../kernels/wasm/load.ts';
import type { InputReport } from '../process/input-report.ts';
import type { Manifest, ManifestInput } from './manifest.ts';

/** In their order. `plan`: joining what came with what is there; `commit`: catalog, manifest, moving the files. */
export const CONVERT_STAGES = ['list', 'decode', 'plan', 'write', 'commit'] as const;

export type ConvertStage = (typeof CONVERT_STAGES)[number];

export type ConvertReport = {
  /** Folder of the data set, as given. */
  readonly out: string;
  readonly inputs: {
    readonly ok: number;
    readonly pending: number;
    readonly rejected: number;
    /** Pages of an archive that were converted before: they were not read again. */
    readonly unchanged: number;
  };
  /** Each with what, where, got, expected and the remedy in one line. */
  readonly rejected: readonly { readonly name: string; readonly reason: string }[];
  /** Inputs whose signal the device has not finished delivering: fetch them again later. */
  readonly pending: readonly string[];
  /** Things worth knowing that cost no data, one line each. */
  readonly notices: readonly string[];
  /** Files written by this run, from the data set's root. */
  readonly files: readonly string[];
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
  unchanged: number,
  { started, workers, seconds }: Pick<Manifest['run'], 'started' | 'workers'> & Pick<ConvertReport, 'seconds'>,
): ConvertReport {
  const finished = new Date().toISOString();
  return {
    out,
    inputs: { ok: 0, pending: 0, rejected: 0, unchanged },
    rejected: [],
    pending: [],
    notices: [],
    files: [],
    summary: manifest?.summary ?? {},
    run: { started, finished, workers, files_written: 0, duplicates_dropped: 0, conflicts: 0 },
    kernels: kernelChoice(),
    seconds,
  };
}

/** In name order. */
export function inputsOf(reports: readonly InputReport[]): readonly ManifestInput[] {
  return reports.map(inputOf).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function rejectionsOf(reports: readonly InputReport[]): ConvertReport['rejected'] {
  return sortedReports(reports).flatMap(({ name, documents, rejections }) =>
    rejections.map(({ document, reason }) => ({
      name: documents > 1 ? `${name}, document ${document + 1}` : name,
      reason,
    })),
  );
}

export function noticesOf(reports: readonly InputReport[]): readonly string[] {
  return sortedReports(reports).flatMap(({ name, notices }) => notices.map((notice) => `${name}: ${notice}`));
}

function sortedReports(reports: readonly InputReport[]): readonly InputReport[] {
  return [...reports].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function inputOf({ name, sha256, pending, rejections, notices }: InputReport): ManifestInput {
  const about = { name, sha256, ...(notices.length > 0 && { notices }) };
  const [first, ...others] = rejections;
  if (first !== undefined) {
    const more = others.length > 0 ? ` (and ${others.length} more of its documents)` : '';
    return { ...about, status: 'rejected', reason: `${first.reason}${more}` };
  }
  return { ...about, status: pending > 0 ? 'pending' : 'ok' };
}
