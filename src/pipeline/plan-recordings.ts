/** Which ECG and stethoscope partitions change, and what their rows will be. */

import type { RecordingKind } from '../core/signal.ts';
import { pathSegment } from '../files/sink.ts';
import type { StagedRecording } from '../process/input-report.ts';
import type { RecordingRow } from '../process/write-recordings.ts';
import {
  type Catalog,
  type CatalogRecording,
  catalogRecordingOf,
  type FactIndex,
  identityOf,
  joinRecordings,
  prefersSamplesOf,
} from './catalog.ts';
import type { Partition } from './manifest.ts';
import { partitionFolder } from './partition.ts';

export type RecordingsWrite = {
  readonly partition: Partition & { readonly kind: RecordingKind };
  /** WAV paths are told from the data set's root. */
  readonly rows: readonly RecordingRow[];
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
  readonly staged: readonly StagedRecording[];
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
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const recordings = sorted.map(([, { recording }]) => recording);
  for (const [key, members] of groupByPartition(recordings)) {
    const rows = orderedRows(members, change.factsAfter);
    const partition = partitionOf(rows[0]?.recording as CatalogRecording);
    const forced = change.wavIsNew && partition.kind === 'stetho';
    if (!forced && partsBefore.get(key) === fingerprint(rows)) continue;
    writes.push({ partition, rows: rowsToWrite(partition, rows, entries, change.wav) });
  }
  return { recordings, writes, duplicates, conflicts };
}

type Entry = { recording: CatalogRecording; samples: StagedRecording | number };

type ResolvedRow = { readonly recording: CatalogRecording; readonly facts: CatalogRecording['facts'] };

function addStaged(entries: Map<string, Entry>, staged: readonly StagedRecording[]) {
  let duplicates = 0;
  const conflicts: string[] = [];
  for (const arrival of staged) {
    const recording = catalogRecordingOf(arrival);
    const key = identityOf(recording);
    const known = entries.get(key);
    if (known === undefined) {
      entries.set(key, { recording, samples: arrival });
      continue;
    }
    if (known.recording.digest === recording.digest) duplicates++;
    else conflicts.push(`${recording.kind} ${recording.signalId}: two different signals of one id, the longer is kept`);
    if (!prefersSamplesOf(known.recording, recording)) known.samples = arrival;
    known.recording = joinRecordings(known.recording, recording);
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

function rowsToWrite(
  partition: Partition,
  rows: readonly ResolvedRow[],
  entries: ReadonlyMap<string, Entry>,
  wav: boolean,
): readonly RecordingRow[] {
  const firstOfSource = new Map<string, string>();
  for (const { recording } of rows) {
    const known = firstOfSource.get(recording.source);
    if (known === undefined || recording.digest < known) firstOfSource.set(recording.source, recording.digest);
  }
  return rows.map(({ recording, facts }) => {
    const { signalId, source, digest } = recording;
    const name = signalId === null ? pathSegment(source) : String(signalId);
    // Recordings without an id may come from files of one name: their digests tell the further ones apart.
    const suffix = signalId !== null || digest === firstOfSource.get(source) ? '' : `-${digest.slice(0, 8)}`;
    const wavPath = `wav/user=${pathSegment(partition.user)}/stetho-${name}${suffix}.wav`;
    return {
      signalId,
      source,
      facts,
      samples: (entries.get(identityOf(recording)) as Entry).samples,
      wavPath: wav && partition.kind === 'stetho' ? wavPath : null,
    };
  });
}
