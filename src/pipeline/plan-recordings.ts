/** Which ECG and stethoscope partitions change, and what their rows will be. */

import type { RecordingKind } from '../core/signal.ts';
import { pathSegment } from '../files/sink.ts';
import type { StagedSamples } from '../process/input-report.ts';
import type { RecordingRow } from '../process/write-recordings.ts';
import {
  type Catalog,
  type CatalogRecording,
  type FactIndex,
  identityOf,
  joinRecordings,
  prefersSamplesOf,
} from './catalog.ts';
import type { Arrival } from './gather-reports.ts';
import type { Partition } from './manifest.ts';
import { partitionFolder } from './partition.ts';

export type RecordingsWrite = {
  readonly partition: Partition & { readonly kind: RecordingKind };
  /** Samples to write; of a row that is in the partition already one, since its number does not tell its size. */
  readonly samples: number;
  /** In the order of the file, made as they are asked for. WAV paths are told from the data set's root. */
  readonly rows: () => Iterable<RecordingRow>;
};

export type RecordingsPlan = {
  readonly recordings: readonly CatalogRecording[];
  readonly writes: readonly RecordingsWrite[];
  readonly duplicates: number;
  /** One line each. */
  readonly conflicts: readonly string[];
};

export interface RecordingsChange {
  readonly before: Catalog;
  readonly factsBefore: FactIndex;
  readonly factsAfter: FactIndex;
  readonly staged: readonly Arrival[];
  readonly wav: boolean;
  /** WAV files are new to the data set: every stethoscope partition is written. */
  readonly wavIsNew: boolean;
}

export function planRecordings(change: RecordingsChange): RecordingsPlan {
  const entries = new Map<string, Entry>();
  const partsBefore = new Map<string, string>();
  for (const [key, recordings] of groupByPartition(change.before.recordings)) {
    const rows = orderedRows(recordings, change.factsBefore);
    for (const [row, { recording }] of rows.entries()) {
      entries.set(identityOf(recording), { recording, samples: row });
    }
    partsBefore.set(key, fingerprint(rows));
  }
  const { duplicates, conflicts } = addStaged(entries, change.staged);

  const writes: RecordingsWrite[] = [];
  const sorted = [...entries.keys()].sort();
  const recordings = sorted.map((identity) => (entries.get(identity) as Entry).recording);
  for (const [key, members] of groupByPartition(recordings)) {
    const rows = orderedRows(members, change.factsAfter);
    const partition = partitionOf(rows[0]?.recording as CatalogRecording);
    const forced = change.wavIsNew && partition.kind === 'stetho';
    const before = partsBefore.get(key);
    if (!forced && before !== undefined && before === fingerprint(rows)) continue;
    writes.push({
      partition,
      samples: members.reduce((sum, member) => sum + samplesToWrite(entryOf(member, entries)), 0),
      rows: () => rowsToWrite(partition, rows, entries, change.wav),
    });
  }
  return { recordings, writes, duplicates, conflicts };
}

type Entry = { readonly recording: CatalogRecording; readonly samples: StagedSamples | number };

type Entries = ReadonlyMap<string, Entry>;

type ResolvedRow = { readonly recording: CatalogRecording; readonly facts: CatalogRecording['facts'] };

function entryOf(recording: CatalogRecording, entries: Entries): Entry {
  return entries.get(identityOf(recording)) as Entry;
}

function samplesToWrite({ samples }: Entry): number {
  return typeof samples === 'number' ? 1 : samples.samples.length;
}

function addStaged(entries: Map<string, Entry>, staged: readonly Arrival[]) {
  let duplicates = 0;
  const conflicts: string[] = [];
  for (const arrival of staged) {
    const { recording } = arrival;
    const key = identityOf(recording);
    const known = entries.get(key);
    if (known === undefined) {
      entries.set(key, arrival);
      continue;
    }
    if (known.recording.digest === recording.digest) duplicates++;
    else conflicts.push(`${recording.kind} ${recording.signalId}: two different signals of one id, the longer is kept`);
    const { samples } = prefersSamplesOf(known.recording, recording) ? known : arrival;
    entries.set(key, { recording: joinRecordings(known.recording, recording), samples });
  }
  return { duplicates, conflicts };
}

function partitionOf({ kind, facts }: CatalogRecording): RecordingsWrite['partition'] {
  return { kind, user: facts.userId };
}

function groupByPartition(recordings: readonly CatalogRecording[]): Map<string, CatalogRecording[]> {
  const groups = new Map<string, CatalogRecording[]>();
  for (const recording of recordings) {
    const key = partitionFolder(partitionOf(recording));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [recording]);
    else group.push(recording);
  }
  return groups;
}

/** By (recorded_at, signal_id, source, samples); what is not known comes last. */
function orderedRows(recordings: readonly CatalogRecording[], facts: FactIndex): readonly ResolvedRow[] {
  const rows = recordings.map((recording) => ({ recording, facts: facts.resolve(recording) }));
  const last = Number.POSITIVE_INFINITY;
  return rows.sort(
    (a, b) =>
      difference(a.facts.recordedAt ?? last, b.facts.recordedAt ?? last) ||
      difference(a.recording.signalId ?? last, b.recording.signalId ?? last) ||
      difference(a.recording.source, b.recording.source) ||
      difference(a.recording.digest, b.recording.digest),
  );
}

function difference<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Equal when the part file would be. */
function fingerprint(rows: readonly ResolvedRow[]): string {
  return JSON.stringify(
    rows.map(({ recording, facts }) => [identityOf(recording), recording.digest, recording.source, facts]),
  );
}

function* rowsToWrite(
  partition: Partition,
  rows: readonly ResolvedRow[],
  entries: Entries,
  wav: boolean,
): Generator<RecordingRow> {
  const firstOfSource = new Map<string, string>();
  for (const { recording } of rows) {
    const known = firstOfSource.get(recording.source);
    if (known === undefined || recording.digest < known) firstOfSource.set(recording.source, recording.digest);
  }
  for (const { recording, facts } of rows) {
    const { signalId, source, digest } = recording;
    const name = signalId === null ? pathSegment(source) : String(signalId);
    // Recordings without an id may come from files of one name: their digests tell the further ones apart.
    const suffix = signalId !== null || digest === firstOfSource.get(source) ? '' : `-${digest.slice(0, 8)}`;
    const wavPath = `wav/user=${pathSegment(partition.user)}/stetho-${name}${suffix}.wav`;
    yield {
      signalId,
      source,
      facts,
      samples: entryOf(recording, entries).samples,
      wavPath: wav && partition.kind === 'stetho' ? wavPath : null,
    };
  }
}
