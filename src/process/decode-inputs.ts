/** Input files to the stage: decode each, filter its recordings, and report what came and where it lies. */

import { createHash } from 'node:crypto';
import { ArgumentError, InputError, messageOf } from '../core/errors.ts';
import type { EcgRecording, RecordingFacts, RecordingKind, SignalKind, StethoRecording } from '../core/signal.ts';
import type { DecodedSink, Fact } from '../decode/decoded-sink.ts';
import { InputDecoder } from '../decode/input-decoder.ts';
import { wavRefusal } from '../export/wav.ts';
import { EcgBatch, type PendingEcg, type StagedEcg } from './ecg-batch.ts';
import { digestInput, type InputFile, readInput } from './input-stream.ts';
import type { Plan } from './plan.ts';
import { createProcessor } from './process-recording.ts';
import { type StagedArray, StageWriter } from './stage.ts';
import { SeriesStager, type StagedChunk } from './stage-series.ts';

export type DecodeTask = {
  readonly inputs: readonly InputFile[];
  readonly plan: Plan;
  /** Scratch file to make; not made when nothing is staged. */
  readonly stageFile: string;
};

/** A fact of the user whose answer it came in; `null`: the answer did not tell. */
export type OwnedFact = Fact & { readonly userId: string | null };

/** One ECG or stethoscope recording: told by its id, or where it has none by its source and digest. */
export type StagedRecording = {
  readonly kind: RecordingKind;
  readonly signalId: number | null;
  readonly source: string;
  /** Of sampling frequency, channels and samples: first 128 bits of their SHA-256, hexadecimal. */
  readonly digest: string;
  readonly facts: RecordingFacts;
  readonly samplingFrequency: number;
  readonly channels: number;
  /** µV (int32) or PCM (int16), as delivered. */
  readonly samples: StagedArray<'i32'> | StagedArray<'i16'>;
  readonly filtered: StagedEcg | null;
};

export type StagedSeries = StagedChunk & { readonly userId: string | null; readonly timezone: string | null };

export type Rejection = { readonly document: number; readonly reason: string };

export type InputReport = {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly documents: number;
  readonly pending: number;
  readonly rejections: readonly Rejection[];
  readonly notices: readonly string[];
  readonly facts: readonly OwnedFact[];
  readonly recordings: readonly StagedRecording[];
  readonly series: readonly StagedSeries[];
};

/**
 * Decodes the inputs one after the other. What is wrong with an input stands in its report.
 *
 * @throws DatasetError when the stage cannot be written.
 */
export async function decodeInputs(task: DecodeTask): Promise<readonly InputReport[]> {
  const writer = new StageWriter(task.stageFile);
  const ecgs = new EcgBatch(createProcessor(task.plan.processing), writer);
  const decoded: DecodedInput[] = [];
  try {
    for (const input of task.inputs) decoded.push(await decodeInput(input, task.plan, writer, ecgs));
    ecgs.flush();
  } finally {
    writer.close();
  }
  return decoded.map(({ sink, digest }) => sink.report(digest));
}

type Digest = { bytes: number; sha256: string };

type DecodedInput = { readonly sink: StagingSink; readonly digest: Digest };

async function decodeInput(input: InputFile, plan: Plan, writer: StageWriter, ecgs: EcgBatch): Promise<DecodedInput> {
  const sink = new StagingSink(input.name, plan, writer, ecgs);
  const decoder = new InputDecoder(input.name, sink, input.context);
  const digest: Digest = { bytes: 0, sha256: '' };
  try {
    for await (const chunk of readInput(input, digest)) decoder.push(chunk);
    decoder.finish();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (input.sha256 === undefined) sink.reject(error.message);
    else sink.rejectWhole(error.message);
    // Where the file itself cannot be read, that is the reason given above, and there is no digest to tell.
    await digestInput(input, digest).catch(() => (digest.sha256 = ''));
  }
  return { sink, digest };
}

/** A recording of a document not yet known to be good, its filtered samples perhaps still to come. */
type OpenRecording = Omit<StagedRecording, 'source' | 'filtered'> & { readonly pending: PendingEcg | null };

/** Keeps what belongs to a document apart until the document is known to be good. */
class StagingSink implements DecodedSink {
  readonly #input: string;
  readonly #plan: Plan;
  readonly #writer: StageWriter;
  readonly #ecgs: EcgBatch;
  readonly #stager: SeriesStager;
  #documents = 0;
  #pending = 0;
  #failure: string | undefined;
  #openFacts: Fact[] = [];
  #openRecordings: OpenRecording[] = [];
  #rejections: Rejection[] = [];
  #notices: string[] = [];
  #facts: OwnedFact[] = [];
  #recordings: (OpenRecording & { readonly source: string })[] = [];
  #series: StagedSeries[] = [];

  constructor(input: string, plan: Plan, writer: StageWriter, ecgs: EcgBatch) {
    this.#input = input;
    this.#plan = plan;
    this.#writer = writer;
    this.#ecgs = ecgs;
    this.#stager = new SeriesStager(writer);
  }

  frame(frame: Parameters<DecodedSink['frame']>[0]): void {
    this.#attempt(frame.kind, () => this.#stager.add(frame));
  }

  recording(recording: EcgRecording | StethoRecording): void {
    this.#attempt(recording.kind, () => this.#openRecordings.push(this.#stage(recording)));
  }

  fact(fact: Fact): void {
    this.#openFacts.push(fact);
  }

  notice(text: string): void {
    this.#notices.push(text);
  }

  documentEnd(document: Parameters<DecodedSink['documentEnd']>[0]): void {
    if (this.#failure !== undefined) {
      this.#drop(document.index, this.#failure);
      return;
    }
    const { userId, timezone } = document;
    const source = document.index === 0 ? this.#input : `${this.#input}#${document.index + 1}`;
    if (document.status === 'pending') this.#pending++;
    for (const fact of this.#openFacts) this.#facts.push({ ...fact, userId });
    for (const recording of this.#openRecordings) this.#recordings.push({ ...recording, source });
    for (const chunk of this.#stager.take()) this.#series.push({ ...chunk, userId, timezone });
    this.#clear();
  }

  documentRejected(document: Parameters<DecodedSink['documentRejected']>[0]): void {
    this.#drop(document.index, document.error.message);
  }

  /** The input as a whole ends here, in the middle of a document or before the first. */
  reject(reason: string): void {
    this.#drop(this.#documents, reason);
  }

  /** The input is not what it should be: nothing that came of it counts. */
  rejectWhole(reason: string): void {
    this.#drop(this.#documents, reason);
    this.#documents = 1;
    this.#pending = 0;
    this.#rejections = [{ document: 0, reason }];
    this.#notices = [];
    this.#facts = [];
    this.#recordings = [];
    this.#series = [];
  }

  /** Called when the ECGs have been flushed. */
  report(digest: Digest): InputReport {
    return {
      name: this.#input,
      bytes: digest.bytes,
      sha256: digest.sha256 === '' ? null : digest.sha256,
      documents: this.#documents,
      pending: this.#pending,
      rejections: this.#rejections,
      notices: this.#notices,
      facts: this.#facts,
      recordings: this.#recordings.map(({ pending, ...staged }) => ({ ...staged, filtered: pending?.staged ?? null })),
      series: this.#series,
    };
  }

  /** What does not fit the plan or the table rejects the document it came in. */
  #attempt(kind: SignalKind, work: () => void): void {
    if (!this.#plan.kinds.includes(kind) || this.#failure !== undefined) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      this.#failure = error.message;
    }
  }

  #stage(recording: EcgRecording | StethoRecording): OpenRecording {
    const { kind, signalId, facts, samplingFrequency } = recording;
    if (kind === 'stetho') {
      const { channels, pcm } = recording;
      const refusal = this.#plan.formats.includes('wav') ? wavRefusal(pcm.length, samplingFrequency, channels) : null;
      if (refusal !== null) throw new ArgumentError(`does not fit a WAV file: ${refusal}; leave wav out of --format`);
      const digest = sampleDigest(kind, samplingFrequency, channels, pcm);
      const samples = this.#writer.append('i16', pcm);
      return { kind, signalId, digest, facts, samplingFrequency, channels, samples, pending: null };
    }
    const { ecg } = recording;
    const pending = this.#ecgs.add(ecg, samplingFrequency);
    const digest = sampleDigest(kind, samplingFrequency, 1, ecg);
    const samples = this.#writer.append('i32', ecg);
    return { kind, signalId, digest, facts, samplingFrequency, channels: 1, samples, pending };
  }

  #drop(document: number, reason: string): void {
    this.#rejections.push({ document, reason });
    this.#stager.take();
    this.#clear();
  }

  #clear(): void {
    this.#documents++;
    this.#failure = undefined;
    this.#openFacts = [];
    this.#openRecordings = [];
  }
}

function sampleDigest(kind: RecordingKind, rate: number, channels: number, samples: Int32Array | Int16Array): string {
  const hash = createHash('sha256').update(`${kind} ${rate} ${channels}\n`);
  hash.update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  return hash.digest('hex').slice(0, 32);
}

/** One line for a failure that is not an error of this package's own. */
export function failedInput(input: InputFile, error: unknown): InputReport {
  return {
    name: input.name,
    bytes: 0,
    sha256: null,
    documents: 0,
    pending: 0,
    rejections: [{ document: 0, reason: messageOf(error) }],
    notices: [],
    facts: [],
    recordings: [],
    series: [],
  };
}
