/** One partition of ECG or stethoscope rows, in the order given, from the stage and the partition's present file. */

import { readEcgRow, readStethoRow } from '../columnar/read-back.ts';
import { ecgBatch, stethoBatch } from '../columnar/recording-batch.ts';
import { recordingSchema } from '../columnar/schema.ts';
import { DatasetError } from '../core/errors.ts';
import { ecgChainsOf } from '../dsp/ecg-chains.ts';
import { writeArrowFile } from '../export/arrow-file.ts';
import { openArrowFile } from '../export/arrow-reader.ts';
import type { Compression } from '../export/compression.ts';
import { writeWav } from '../export/wav.ts';
import type { Processing } from '../plan/plan.ts';
import type { EcgRow, StethoRow } from '../signals/rows.ts';
import type { RecordingKind } from '../signals/signal.ts';
import { type RecordingRow, type RowList, readRows } from '../stage/row-list.ts';
import { giveBack, type SampleMemory, type SampleType, takeMemory } from '../stage/sample-memory.ts';
import { type ArrayOf, type StagedArray, StageReader } from '../stage/stage.ts';
import type { StagedSamples } from '../stage/staged-recording.ts';
import { filterEcgs, type UnfilteredEcg } from './filter-ecgs.ts';
import { EMPTY_SUMMARY, joinSummaries, type PartReport, type PartSummary, type PresentPart } from './part.ts';

/** Samples of a record batch at most (a single longer recording makes a batch of its own). */
const BATCH_SAMPLES = 1 << 20;

export type WriteRecordingsTask = {
  readonly kind: RecordingKind;
  readonly processing: Processing;
  readonly compression: Compression;
  /** In the order of the file. */
  readonly rows: RowList;
  /** The partition as it is; `null`: new. */
  readonly present: PresentPart | null;
  readonly target: string;
};

export type WavReport = { readonly path: string; readonly bytes: number; readonly sha256: string };

export type RecordingsReport = PartReport & { readonly wav: readonly WavReport[] };

/** @throws DatasetError when a file cannot be read or written; nothing half-written stays. */
export async function writeRecordings(task: WriteRecordingsTask): Promise<RecordingsReport> {
  const stage = new StageReader();
  // Of a batch: when the next is made, the one before has been written or copied.
  const memory = takeMemory();
  const chainOf = ecgChainsOf(task.processing.ecg);
  const readSamples = <T extends SampleType>(staged: StagedArray<T>): ArrayOf<T> => {
    const samples = memory.take(staged.type, staged.length);
    stage.readRows(staged, 0, samples);
    return samples;
  };
  const present = task.present === null ? null : await openArrowFile(task.present.path, task.present.version);
  const told: { summary: PartSummary; readonly wav: WavReport[] } = { summary: EMPTY_SUMMARY, wav: [] };
  const readers = {
    ecg: { readStaged: stagedEcg(readSamples, memory), readRow: readEcgRow },
    stetho: { readStaged: stagedStetho(readSamples), readRow: readStethoRow },
  };
  const { readStaged, readRow } = readers[task.kind];
  const schema = recordingSchema(task.kind, task.processing);

  /** Samples of a row, known before they are read. */
  async function openRow(row: RecordingRow): Promise<{ count: number; read: () => Row }> {
    const { samples } = row;
    if (typeof samples !== 'number') return { count: samples.samples.length, read: () => readStaged(row, samples) };
    const kept = await loadKept(row, samples);
    return { count: ('pcm' in kept ? kept.pcm : kept.ecg).length, read: () => kept };
  }
  async function loadKept(row: RecordingRow, at: number): Promise<Row> {
    if (present === null) throw new DatasetError(`${task.target}: a row refers to a part that is not there`);
    const { batch, index } = await present.row(at);
    const kept = readRow(batch, index);
    if (kept.signalId !== row.signalId) {
      throw new DatasetError(
        `${task.present?.path}: row ${at} holds signal ${kept.signalId}, expected ${row.signalId} as the catalog has it; convert again into another --out`,
      );
    }
    const { facts, source, samplingFrequency } = row;
    if ('pcm' in kept) return { ...kept, facts, source };
    const { signalId, ecg } = kept;
    // What was filtered under another rate, or under none, is filtered anew.
    if (kept.samplingFrequency !== samplingFrequency) return { signalId, facts, source, samplingFrequency, ecg };
    return { ...kept, facts, source };
  }

  const batchOf = (rows: readonly Row[]) =>
    task.kind === 'ecg'
      ? ecgBatch(schema, filterEcgs(rows as readonly (EcgRow | UnfilteredEcg)[], chainOf, memory))
      : stethoBatch(schema, rows as readonly StethoRow[]);

  async function* batches() {
    let rows: Row[] = [];
    let samples = 0;
    for (const wanted of readRows(task.rows)) {
      const { count, read } = await openRow(wanted);
      if (rows.length > 0 && samples + count > BATCH_SAMPLES) {
        yield batchOf(rows);
        rows = [];
        samples = 0;
        memory.clear();
      }
      const row = read();
      rows.push(row);
      samples += count;
      told.summary = joinSummaries(told.summary, summaryOf(row));
      if (wanted.wavPath !== null && 'pcm' in row) {
        const written = await writeWav(wanted.wavPath, row.pcm, row.samplingFrequency, row.channels);
        told.wav.push({ path: wanted.wavPath, ...written });
      }
    }
    if (rows.length > 0) yield batchOf(rows);
  }

  try {
    const written = await writeArrowFile(task.target, schema, batches(), task.compression);
    return { ...written, ...told };
  } finally {
    giveBack(memory);
    stage.close();
    await present?.close();
  }
}

type Row = EcgRow | UnfilteredEcg | StethoRow;

type ReadSamples = <T extends SampleType>(staged: StagedArray<T>) => ArrayOf<T>;

type ReadStaged<R extends Row> = (row: RecordingRow, staged: StagedSamples) => R;

function stagedEcg(read: ReadSamples, memory: SampleMemory): ReadStaged<UnfilteredEcg> {
  return ({ signalId, source, facts, samplingFrequency }, { samples }) => {
    if (samples.type === 'i32') return { signalId, source, facts, samplingFrequency, ecg: read(samples) };
    const ecg = memory.take('i32', samples.length);
    ecg.set(read(samples));
    return { signalId, source, facts, samplingFrequency, ecg };
  };
}

function stagedStetho(read: ReadSamples): ReadStaged<StethoRow> {
  return ({ signalId, source, facts }, { samplingFrequency, channels, samples }) => {
    if (samples.type !== 'i16' || samplingFrequency === null)
      throw new DatasetError(`${source}: staged as another kind`);
    return { signalId, source, facts, samplingFrequency, channels, pcm: read(samples) };
  };
}

function summaryOf(row: Row): PartSummary {
  const samples = 'pcm' in row ? row.pcm.length / row.channels : row.ecg.length;
  const { samplingFrequency: rate } = row;
  const start = row.facts.recordedAt;
  return {
    ...EMPTY_SUMMARY,
    recordings: 1,
    samples,
    rates: rate === null ? null : { min: rate, max: rate },
    start,
    // How long it took is not known where its rate is not.
    end: start === null || rate === null ? start : start + samples / rate,
  };
}
