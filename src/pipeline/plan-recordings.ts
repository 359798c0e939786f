/** Which ECG and stethoscope partitions change, and what their rows will be. */

import type { RecordingKind } from '../core/signal.ts';
import { pathSegment } from '../files/sink.ts';
import type { StagedSamples } from '../process/input-report.ts';
import type { RecordingRow } from '../process/row-list.ts';
import type { Arrival } from './arrivals.ts';
import {
  type Catalog,
  type CatalogRecording,
  type FactIndex,
  identityOf,
  joinRecordings,
  prefersSamplesOf,
} from './catalog.ts';
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
  /** How many, and each in the order of the catalog, made as it is asked for. */
  readonly count: number;
  readonly recordings: () => Iterable<CatalogRecording>;
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
  const present = change.before.recordings.map((recording): Entry => ({ recording, samples: 0 }));
  for (const [key, members] of groupByPartition(present)) {
    const rows = orderedRows(members, change.factsBefore);
    for (const [row, { recording }] of rows.entries()) entries.set(identityOf(recording), { recording, samples: row });
    partsBefore.set(key, fingerprint(rows, change.factsBefore));
  }
  const { duplicates, conflicts } = addStaged(entries, change.staged);

  const writes: RecordingsWrite[] = [];
  const sorted = [...entries.keys()].sort().map((identity) => entries.get(identity) as Entry);
  for (const [key, members] of groupByPartition(sorted)) {
    const rows = orderedRows(members, change.factsAfter);
    const partition = partitionOf((rows[0] as Entry).recording);
    const forced = change.wavIsNew && partition.kind === 'stetho';
    const before = partsBefore.get(key);
    if (!forced && before !== undefined && before === fingerprint(rows, change.factsAfter)) continue;
    writes.push({
      partition,
      samples: members.reduce((sum, member) => sum + samplesToWrite(member), 0),
      rows: () => rowsToWrite(partition, rows, change.factsAfter, change.wav),
    });
  }
  function* recordings() {
    for (const { recording } of sorted) yield recording;
  }
  return { count: sorted.length, recordings, writes, duplicates, conflicts };
}

type Entry = { readonly recording: CatalogRecording; readonly samples: StagedSamples | number };

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
    const present = known.recording;
    if (present.digest === recording.digest) duplicates++;
    else conflicts.push(`${recording.kind} ${recording.signalId}: two different signals of one id, the longer is kept`);
    const { samples } = prefersSamplesOf(present, recording) ? known : arrival;
    entries.set(key, { recording: joinRecordings(present, recording), samples });
  }
  return { duplicates, conflicts };
}

function partitionOf({ kind, facts }: CatalogRecording): RecordingsWrite['partition'] {
  return { kind, user: facts.userId };
}

function groupByPartition(entries: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = partitionFolder(partitionOf(entry.recording));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** By (recorded_at, signal_id, source, samples); what is not known comes last. */
function orderedRows(entries: readonly Entry[], facts: FactIndex): readonly Entry[] {
  const last = Number.POSITIVE_INFINITY;
  const rows = entries.map((entry) => {
    const { recording } = entry;
    const { signalId, source, digest } = recording;
    return {
      entry,
      recordedAt: facts.resolve(recording).recordedAt ?? last,
      signalId: signalId ?? last,
      source,
      digest,
    };
  });
  rows.sort(
    (a, b) =>
      difference(a.recordedAt, b.recordedAt) ||
      difference(a.signalId, b.signalId) ||
      difference(a.source, b.source) ||
      difference(a.digest, b.digest),
  );
  return rows.map(({ entry }) => entry);
}

function difference<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Equal when the part file would be. */
function fingerprint(rows: readonly Entry[], facts: FactIndex): string {
  return JSON.stringify(
    rows.map(({ recording }) => [identityOf(recording), recording.digest, recording.source, facts.resolve(recording)]),
  );
}

function* rowsToWrite(
  partition: Partition,
  rows: readonly Entry[],
  told: FactIndex,
  wav: boolean,
): Generator<RecordingRow> {
  const hasFiles = wav && partition.kind === 'stetho';
  const firstOfSource = new Map<string, string>();
  for (const { recording } of hasFiles ? rows : []) {
    const known = firstOfSource.get(recording.source);
    if (known === undefined || recording.digest < known) firstOfSource.set(recording.source, recording.digest);
  }
  for (const { recording, samples } of rows) {
    const { signalId, source, digest } = recording;
    const name = signalId === null ? pathSegment(source) : String(signalId);
    // Recordings without an id may come from files of one name: their digests tell the further ones apart.
    const suffix = signalId !== null || digest === firstOfSource.get(source) ? '' : `-${digest.slice(0, 8)}`;
    const wavPath = `wav/user=${pathSegment(partition.user)}/stetho-${name}${suffix}.wav`;
    yield {
      signalId,
      source,
      facts: told.resolve(recording),
      samples,
      wavPath: hasFiles ? wavPath : null,
    };
  }
}
