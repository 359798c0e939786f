/** Which ECG and stethoscope partitions change, and what their rows will be. */

import { DatasetError, quoted } from '../../core/errors.ts';
import {
  type Catalog,
  type CatalogRecording,
  type FactIndex,
  identityOf,
  joinRecordings,
  orderOf,
  prefersSamplesOf,
  rateOf,
} from '../../dataset/catalog.ts';
import type { Partition } from '../../dataset/manifest.ts';
import { partitionFolder, partPath, wavFolder } from '../../dataset/partition.ts';
import { pathSegment } from '../../files/sink.ts';
import type { RecordingKind } from '../../signals/signal.ts';
import type { RecordingRow } from '../../stage/row-list.ts';
import type { StagedSamples } from '../../stage/staged-recording.ts';
import type { Arrival } from './arrivals.ts';
import { type RateChange, rateNotices } from './rate-notices.ts';

export type RecordingsWrite = {
  readonly partition: Partition & { readonly kind: RecordingKind };
  /** Samples to write; of a row that is in the partition already one, since its number does not tell its size. */
  readonly samples: number;
  /** In the order of the file, made as they are asked for. WAV paths are told from the data set's root. */
  readonly rows: () => Iterable<RecordingRow>;
  /** All rows are new: the present file is not read. */
  readonly isMadeAnew: boolean;
};

export type RecordingsPlan = {
  /** How many, and each in the order of the catalog, made as it is asked for. */
  readonly count: number;
  readonly recordings: () => Iterable<CatalogRecording>;
  readonly writes: readonly RecordingsWrite[];
  readonly duplicates: number;
  /** One line each. */
  readonly conflicts: readonly string[];
  /** One line each. */
  readonly notices: readonly string[];
};

export interface RecordingsChange {
  readonly before: Catalog;
  readonly factsBefore: FactIndex;
  readonly factsAfter: FactIndex;
  readonly staged: readonly Arrival[];
  readonly wav: boolean;
  /** Part files that cannot be read, by path, and why: their rows must have come again. */
  readonly lost: ReadonlyMap<string, string>;
  /** Whether a partition is written even if nothing in it changes. */
  readonly isForced: (partition: RecordingsWrite['partition']) => boolean;
  /** Why an ECG of this rate, Hz, and so many samples cannot be filtered; `null`: it can. */
  readonly refusal: RateChange['refusal'];
}

export function planRecordings(change: RecordingsChange): RecordingsPlan {
  const tally = new RecordingTally();
  const partsBefore = new Map<string, string>();
  const present = change.before.recordings.map((recording): Entry => ({ recording, samples: 0 }));
  for (const [key, members] of groupByPartition(present)) {
    const rows = orderedRows(members, change.factsBefore);
    const isLost = change.lost.has(partPathOf(rows));
    for (const [row, { recording }] of rows.entries()) tally.add({ recording, samples: isLost ? null : row });
    partsBefore.set(key, fingerprint(rows, change.factsBefore));
  }
  for (const arrival of change.staged) tally.add(arrival);

  const writes: RecordingsWrite[] = [];
  const sorted = tally.inOrder();
  for (const [key, members] of groupByPartition(sorted)) {
    const rows = orderedRows(members, change.factsAfter);
    const partition = partitionOf((rows[0] as Entry).recording);
    const lost = change.lost.get(partPath(partition));
    const isUnchanged = partsBefore.get(key) === fingerprint(rows, change.factsAfter);
    const missing = rows.filter(({ samples }) => samples === null);
    // What is damaged and not spoken of stays as it is.
    if (isUnchanged && (missing.length === rows.length || (lost === undefined && !change.isForced(partition))))
      continue;
    if (missing.length > 0) throw lostRows(partPath(partition), lost, missing);
    const wavNames = change.wav && partition.kind === 'stetho' ? namesOfWav(members) : null;
    writes.push({
      partition,
      samples: members.reduce((sum, member) => sum + samplesToWrite(member), 0),
      rows: () => rowsToWrite(partition, rows, change.factsAfter, wavNames),
      isMadeAnew: rows.every(({ samples }) => typeof samples === 'object'),
    });
  }
  function* recordings() {
    for (const { recording } of sorted) yield recording;
  }
  const { duplicates, conflicts } = tally;
  const notices = rateNotices({ ...change, recordings: recordings(), isNew: (recording) => tally.isNew(recording) });
  return { count: sorted.length, recordings, writes, duplicates, conflicts, notices };
}

/** What to do about a file that cannot be made anew from what was given. */
export const REPAIR_REMEDY =
  'give again all inputs that it was made of, bring back a copy of it, or convert all inputs into another --out';

/** `samples`: as they came, or their row in the present part; `null`: it is lost. */
type Entry = { readonly recording: CatalogRecording; readonly samples: StagedSamples | number | null };

function samplesToWrite({ samples }: Entry): number {
  return samples === null || typeof samples === 'number' ? 1 : samples.samples.length;
}

function lostRows(path: string, why: string | undefined, missing: readonly Entry[]): DatasetError {
  const names = missing
    .slice(0, 3)
    .map(({ recording: { signalId, source } }) => (signalId === null ? quoted(source, 40) : signalId));
  const more = missing.length > names.length ? ', ...' : '';
  return new DatasetError(
    `${path}: ${why}; of its recordings ${missing.length} did not come again (${names.join(', ')}${more}); ${REPAIR_REMEDY}`,
  );
}

function partPathOf(rows: readonly Entry[]): string {
  return partPath(partitionOf((rows[0] as Entry).recording));
}

/** Each recording once. What is in the data set twice, by what earlier versions took for two, is joined like what comes anew. */
class RecordingTally {
  duplicates = 0;
  /** One line each. */
  readonly conflicts: string[] = [];
  readonly #entries = new Map<string, Entry>();

  add(entry: Entry): void {
    const { recording } = entry;
    const key = identityOf(recording);
    const known = this.#entries.get(key);
    if (known === undefined) {
      this.#entries.set(key, entry);
      return;
    }
    const present = known.recording;
    if (present.digest === recording.digest) this.duplicates++;
    else {
      const { kind, signalId } = recording;
      this.conflicts.push(`${kind} ${signalId}: two different signals of one id, the longer is kept`);
    }
    const { samples } = prefersSamplesOf(present, recording) ? known : entry;
    const again = samples === null && present.digest === recording.digest ? entry.samples : samples;
    this.#entries.set(key, { recording: joinRecordings(present, recording), samples: again });
  }

  /** Its samples came now. */
  isNew(recording: CatalogRecording): boolean {
    return typeof this.#entries.get(identityOf(recording))?.samples === 'object';
  }

  inOrder(): readonly Entry[] {
    const byOrder = new Map([...this.#entries.values()].map((entry) => [orderOf(entry.recording), entry]));
    return [...byOrder.keys()].sort().map((order) => byOrder.get(order) as Entry);
  }
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
  wavNames: ReadonlyMap<string, string> | null,
): Generator<RecordingRow> {
  for (const { recording, samples } of rows) {
    const facts = told.resolve(recording);
    const { signalId, source } = recording;
    const name = wavNames?.get(identityOf(recording));
    yield {
      signalId,
      source,
      facts,
      samplingFrequency: rateOf(recording, facts),
      // Where a row is lost, its partition is not written.
      samples: samples as StagedSamples | number,
      wavPath: name === undefined ? null : `${wavFolder(partition)}/stetho-${name}.wav`,
    };
  }
}

/** By identity. Recordings without an id may have one source, when its file was another in an earlier run. @param entries in the order of the catalog */
function namesOfWav(entries: readonly Entry[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { recording } of entries) {
    const { signalId, source, digest, facts } = recording;
    const plain = signalId === null ? pathSegment(source) : String(signalId);
    const distinct = [plain, `${plain}-${digest.slice(0, 8)}`].find((choice) => !taken.has(choice));
    // No source has a `~` at its end.
    const name = distinct ?? `${plain}-${digest}-${facts.recordedAt}~`;
    taken.add(name);
    names.set(identityOf(recording), name);
  }
  return names;
}
