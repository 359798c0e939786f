/**
 * The catalog of a data set: what each recording's own answer said of it, and what lists and device tables said.
 *
 * Kept in `catalog.json`, because a list may come long before or after the signals it speaks of: a row is made anew from
 * everything known of it whenever something is added. All joins here are order-free (minimum, maximum, union), so that
 * converting in pieces gives what converting at once gives.
 */

import { DEVICES } from '../core/devices.ts';
import type { Fact } from '../decode/decoded-sink.ts';
import { findDevice } from '../decode/recording-facts.ts';
import type { OwnedFact } from '../ingest/input-report.ts';
import { type FactName, NO_FACTS, type RecordingFacts, type RecordingKind } from '../signals/signal.ts';

/** A recording as its own answers tell of it. */
export type CatalogRecording = {
  readonly kind: RecordingKind;
  readonly signalId: number | null;
  readonly source: string;
  readonly digest: string;
  readonly samples: number;
  /** Hz; `null`: its answers do not tell, an ECG's. See {@link rateOf}. */
  readonly samplingFrequency: number | null;
  readonly facts: RecordingFacts;
};

export type Catalog = {
  /** In the order of {@link orderOf}. */
  readonly recordings: readonly CatalogRecording[];
  /** Each once, in the order of {@link factContent}. */
  readonly facts: readonly OwnedFact[];
};

export const EMPTY_CATALOG: Catalog = { recordings: [], facts: [] };

/**
 * What makes two recordings the same: kind, user and id; where there is no id, the start that their own answers tell, and
 * rate, channels and samples. Without a start it is the source and the samples: two flat lines that nothing but their
 * inputs tells apart stay two, since one shown twice is seen and one that is gone is not.
 */
export function identityOf({ kind, signalId, source, digest, facts }: CatalogRecording): string {
  const { userId, recordedAt } = facts;
  if (signalId !== null) return JSON.stringify([kind, userId, signalId]);
  return JSON.stringify([kind, userId, null, ...(recordedAt === null ? [source, digest] : [digest, recordedAt])]);
}

/** Sorts the recordings of a catalog, of which no two are the same. */
export function orderOf({ kind, signalId, source, digest, facts }: CatalogRecording): string {
  const { userId, recordedAt } = facts;
  return JSON.stringify(
    signalId === null ? [kind, userId, null, source, digest, recordedAt] : [kind, userId, signalId],
  );
}

/**
 * One recording from two answers of one identity. The samples are those of the longer one, then of one that tells its rate,
 * then of the smaller digest;
 * each fact is the smaller of the two, a known one before an unknown.
 */
export function joinRecordings(a: CatalogRecording, b: CatalogRecording): CatalogRecording {
  const winner = prefersSamplesOf(a, b) ? a : b;
  return { ...winner, source: a.source < b.source ? a.source : b.source, facts: joinFacts(a.facts, b.facts) };
}

export function prefersSamplesOf(a: CatalogRecording, b: CatalogRecording): boolean {
  if (a.samples === b.samples && (a.samplingFrequency === null) !== (b.samplingFrequency === null)) {
    return a.samplingFrequency !== null;
  }
  return a.samples !== b.samples ? a.samples > b.samples : a.digest <= b.digest;
}

function joinFacts(a: RecordingFacts, b: RecordingFacts): RecordingFacts {
  const joined: Record<string, unknown> = { ...NO_FACTS };
  for (const name of Object.keys(NO_FACTS) as FactName[]) joined[name] = smaller(a[name], b[name]);
  return joined as RecordingFacts;
}

function smaller<T extends string | number>(a: T | null, b: T | null): T | null {
  return a === null || b === null ? (a ?? b) : a < b ? a : b;
}

/** Each thing told once, with the time it was last told at; sorted. */
export function joinFactLists(...lists: readonly (readonly OwnedFact[])[]): readonly OwnedFact[] {
  const byContent = new Map<string, OwnedFact>();
  for (const fact of lists.flat().map(canonicalFact)) {
    const content = factContent(fact);
    const known = byContent.get(content);
    if (known === undefined || (fact.modified ?? -1) > (known.modified ?? -1)) byContent.set(content, fact);
  }
  return [...byContent].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact);
}

/** What a fact tells, whenever it was told: a device table tells the same after each synchronisation. */
export function factContent({ subject, id, userId, facts }: OwnedFact): string {
  return JSON.stringify([subject, id, userId, facts]);
}

/** Equal facts get equal JSON. */
function canonicalFact({ subject, id, userId, modified, facts }: OwnedFact): OwnedFact {
  const sorted = Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1));
  return { subject, id, userId, modified, facts: Object.fromEntries(sorted) };
}

/**
 * Sampling frequency, Hz: its own, or the nominal one of the model that is told of it; `null`: neither is known yet.
 *
 * @param facts of the recording, completed
 */
export function rateOf({ kind, samplingFrequency }: CatalogRecording, facts: RecordingFacts): number | null {
  if (samplingFrequency !== null || kind !== 'ecg') return samplingFrequency;
  return findDevice(facts)?.ecgSamplingFrequency ?? null;
}

/** Looks up what lists and device tables say. */
export type FactIndex = {
  /** The recording's own facts, completed: first from lists (newest first), then from its device, then from the model table. */
  resolve(recording: CatalogRecording): RecordingFacts;
  /** Every time zone told of a device, sorted. */
  timezonesOf(deviceId: string | null): readonly string[];
};

export function indexFacts(facts: readonly OwnedFact[]): FactIndex {
  const bySubject = new Map<string, OwnedFact[]>();
  for (const fact of facts) {
    const key = subjectKey(fact.subject, fact.id);
    const known = bySubject.get(key);
    if (known === undefined) bySubject.set(key, [fact]);
    else known.push(fact);
  }
  for (const known of bySubject.values()) known.sort(newestFirst);
  const told = (subject: Fact['subject'], id: string | number | null, userId: string | null): readonly OwnedFact[] => {
    const known = id === null ? undefined : bySubject.get(subjectKey(subject, String(id)));
    return known?.filter((fact) => fact.userId === null || userId === null || fact.userId === userId) ?? [];
  };
  return {
    resolve(recording) {
      const { kind, signalId, facts: own } = recording;
      const listed = complete(own, told(kind, signalId, own.userId));
      const known = complete(listed, told('device', listed.deviceId, own.userId));
      const model = known.model ?? (known.modelId === null ? null : (DEVICES[known.modelId]?.name ?? null));
      return model === known.model ? known : { ...known, model };
    },
    timezonesOf(deviceId) {
      const zones = told('device', deviceId, null).flatMap((fact) => fact.facts.timezone ?? []);
      return [...new Set(zones)].sort();
    },
  };
}

function subjectKey(subject: Fact['subject'], id: string): string {
  return `${subject} ${id}`;
}

/** Ties by text, so that the order of arrival never shows. */
function newestFirst(a: OwnedFact, b: OwnedFact): number {
  const difference = (b.modified ?? -1) - (a.modified ?? -1);
  return difference !== 0 ? difference : JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** The same object where nothing is told: rows by the ten thousand need no facts of their own. */
function complete(own: RecordingFacts, told: readonly OwnedFact[]): RecordingFacts {
  if (told.length === 0) return own;
  const completed: Record<string, unknown> = { ...own };
  for (const fact of told) {
    for (const [name, value] of Object.entries(fact.facts)) completed[name] ??= value;
  }
  return completed as RecordingFacts;
}
