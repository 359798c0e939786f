/** `manifest.json`: what a data set holds, what it was made of and how. Written last, read first. */

import type { Plan } from '../plan/plan.ts';
import { SIGNAL_KINDS, type SignalKind } from '../signals/signal.ts';
import { EMPTY_SUMMARY, joinSummaries, type PartSummary } from '../write/part.ts';
import { isStandardInput } from './input-names.ts';

/** What a part file is the whole of. */
export type Partition = {
  readonly kind: SignalKind;
  readonly user: string | null;
  /** Series only; `null` also where the answers did not name the device. */
  readonly device?: string | null;
  /** Series only: UTC day, `YYYY-MM-DD`. */
  readonly date?: string;
};

export type ManifestFile = {
  /** From the data set's root, `/` between names. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Part files only. */
  readonly partition?: Partition;
  readonly summary?: PartSummary;
};

export const INPUT_STATUSES = ['ok', 'partly', 'pending', 'rejected'] as const;

/** What came of an input. `partly`: some of it was converted, some was rejected. */
export type InputStatus = (typeof INPUT_STATUSES)[number];

export type ManifestInput = {
  readonly name: string;
  /** `null`: the input could not be read to its end. */
  readonly sha256: string | null;
  readonly status: InputStatus;
  /** Of the first rejection, with the number of further ones. */
  readonly reason?: string;
  /** Where there are several: each with the document it is about, the first ten thousand of them. */
  readonly rejections?: readonly string[];
  readonly notices?: readonly string[];
};

export type RunReport = {
  readonly started: string;
  readonly finished: string;
  readonly workers: number;
  readonly files_written: number;
  /** Samples and recordings that were there before in the same words. */
  readonly duplicates_dropped: number;
  /** Samples and recordings of one identity with different values. */
  readonly conflicts: number;
};

export type Manifest = {
  readonly schema_version: string;
  readonly package: { readonly name: string; readonly version: string };
  readonly plan: Plan;
  readonly files: readonly ManifestFile[];
  readonly inputs: readonly ManifestInput[];
  readonly summary: Readonly<Partial<Record<SignalKind, PartSummary>>>;
  readonly run: RunReport;
};

/** Per kind what all its parts hold together. */
export function summarise(files: readonly ManifestFile[]): Manifest['summary'] {
  const summary: Partial<Record<SignalKind, PartSummary>> = {};
  for (const kind of SIGNAL_KINDS) {
    const parts = files.flatMap((file) => (file.partition?.kind === kind && file.summary ? [file.summary] : []));
    if (parts.length > 0) summary[kind] = parts.reduce(joinSummaries, EMPTY_SUMMARY);
  }
  return summary;
}

/** How many came to which end. */
export function countStatuses(inputs: readonly ManifestInput[]): Readonly<Record<InputStatus, number>> {
  const counts: Record<InputStatus, number> = { ok: 0, partly: 0, pending: 0, rejected: 0 };
  for (const { status } of inputs) counts[status]++;
  return counts;
}

/**
 * The inputs of all runs, by name and digest. What was not `ok` leaves the list when the same input has been converted now:
 * one of its name, or of what is asked for by content alone (standard input) one of its digest.
 */
export function joinInputs(before: readonly ManifestInput[], now: readonly ManifestInput[]): readonly ManifestInput[] {
  const settled = new Set(now.flatMap(({ name, status }) => (status === 'ok' && !isStandardInput(name) ? [name] : [])));
  const renamed = new Set(now.map(pageKey).filter((key) => key !== null));
  const kept = before.filter((input) => {
    const key = olderPageKey(input);
    return (input.status === 'ok' || !settled.has(input.name)) && (key === null || !renamed.has(key));
  });
  const byKey = new Map([...kept, ...now].map((input) => [JSON.stringify([input.name, input.sha256]), input]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, input]) => input);
}

/** Of a page of an archive: what was asked for, and its content. */
function pageKey({ name, sha256 }: ManifestInput): string | null {
  const asked = /^archive:(.*)~[0-9a-f]{12}(?:-[0-9a-f]+)?$/.exec(name)?.[1];
  return asked === undefined ? null : `${asked} ${sha256}`;
}

/** The same of a page as it was called at first: the name of the archive's folder in front. */
function olderPageKey({ name, sha256 }: ManifestInput): string | null {
  const asked = /^[^/]*\/((?:ecg|stetho|ppg|accel|heart-list|stetho-list|devices)\/.*)~[0-9a-f]{12}$/.exec(name)?.[1];
  return asked === undefined ? null : `${asked} ${sha256}`;
}
