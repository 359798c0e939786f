/** What the decoder finds in one input, to the stage and into its report. */

import { createHash } from 'node:crypto';
import { ArgumentError, InputError } from '../core/errors.ts';
import type { DecodedEcg, DecodedSink, Fact } from '../decode/decoded-sink.ts';
import { type EcgChains, ecgChainsOf, filterRefusal } from '../dsp/ecg-chains.ts';
import { wavRefusal } from '../export/wav.ts';
import type { Plan } from '../plan/plan.ts';
import type { StagedChunk, StagedSeries } from '../series/staged-series.ts';
import type { RecordingKind, SignalKind, StethoRecording } from '../signals/signal.ts';
import { giveBack, takeMemory } from '../stage/sample-memory.ts';
import type { StageWriter } from '../stage/stage.ts';
import type { StagedRecording } from '../stage/staged-recording.ts';
import type { DocumentsReport, InputReport, Notice, OwnedFact, Rejection } from './input-report.ts';
import type { InputDigest } from './input-stream.ts';
import { SeriesStager } from './stage-series.ts';
import { LineList, type ToldLines } from './told-lines.ts';

/** A recording of a document not yet known to be good. */
type OpenRecording = Omit<StagedRecording, 'source'>;

type KeptRecording = OpenRecording & { readonly document: number };

/** Keeps what belongs to a document apart until the document is known to be good. */
export class StagingSink implements DecodedSink {
  readonly #input: string;
  readonly #plan: Plan;
  readonly #writer: StageWriter;
  readonly #chains: EcgChains;
  readonly #stager: SeriesStager;
  #documents = 0;
  #accepted = 0;
  #pending = 0;
  #failure: string | undefined;
  #openRejections = new LineList<string>();
  #openFacts: Fact[] = [];
  #openRecordings: OpenRecording[] = [];
  #openChunks: StagedChunk[] = [];
  #rejections = new LineList<Rejection>();
  #notices = new LineList<Notice>();
  #facts: OwnedFact[] = [];
  #recordings: KeptRecording[] = [];
  #series: StagedSeries[] = [];

  constructor(input: string, plan: Plan, writer: StageWriter) {
    this.#input = input;
    this.#plan = plan;
    this.#writer = writer;
    this.#chains = ecgChainsOf(plan.processing.ecg);
    this.#stager = new SeriesStager(writer);
  }

  frame(frame: Parameters<DecodedSink['frame']>[0]): void {
    if (!this.#plan.kinds.includes(frame.kind)) return;
    try {
      this.#stager.add(frame);
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      throw new InputError(error.message, { cause: error });
    }
  }

  recording(recording: DecodedEcg | StethoRecording): void {
    this.#attempt(recording.kind, () => this.#openRecordings.push(this.#stage(recording)));
  }

  fact(fact: Fact): void {
    this.#openFacts.push(fact);
  }

  notice(text: string, document?: number): void {
    this.#notices.push({ document: document ?? null, text });
  }

  elementRejected({ message }: InputError): void {
    this.#openRejections.push(message);
  }

  documentEnd(document: Parameters<DecodedSink['documentEnd']>[0]): void {
    if (this.#failure !== undefined) {
      this.#drop(document.index, this.#failure);
      return;
    }
    const { index, userId, timezone } = document;
    this.#accepted++;
    if (document.status === 'pending') this.#pending++;
    this.#rejections.join(this.#openRejections.told, (reason) => ({
      document: index,
      reason: `${reason}; the rest of the list is kept`,
    }));
    for (const fact of this.#openFacts) this.#facts.push({ ...fact, userId });
    for (const recording of this.#openRecordings) this.#recordings.push({ ...recording, document: index });
    for (const chunk of [...this.#openChunks, ...this.#stager.take()]) {
      this.#series.push({ ...chunk, userId, timezone });
    }
    this.#clear();
  }

  /** Frames of the document at hand that were staged elsewhere. */
  joinFrames(chunks: readonly StagedChunk[]): void {
    this.#openChunks.push(...chunks);
  }

  /** Documents that were decoded elsewhere and follow the last one here. */
  joinDocuments(part: DocumentsReport): void {
    const before = this.#documents;
    this.#documents += part.documents;
    this.#accepted += part.accepted;
    this.#pending += part.pending;
    this.#notices.join(part.notices, ({ document, text }) => ({
      document: document === null ? null : before + document,
      text,
    }));
    this.#facts.push(...part.facts);
    this.#series.push(...part.series);
    this.#rejections.join(part.rejections, ({ document, reason }) => ({ document: before + document, reason }));
    for (const { document, ...recording } of part.recordings) {
      this.#recordings.push({ ...recording, document: before + document });
    }
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
    this.#accepted = 0;
    this.#pending = 0;
    this.#rejections = new LineList();
    this.#rejections.push({ document: 0, reason });
    this.#notices = new LineList();
    this.#facts = [];
    this.#recordings = [];
    this.#series = [];
  }

  documentsReport(): DocumentsReport {
    return {
      documents: this.#documents,
      accepted: this.#accepted,
      pending: this.#pending,
      rejections: this.#rejections.told,
      notices: this.#notices.told,
      facts: this.#facts,
      recordings: this.#recordings,
      series: this.#series,
    };
  }

  report({ bytes, sha256 }: InputDigest): InputReport {
    const { recordings, notices, rejections, ...report } = this.documentsReport();
    return {
      name: this.#input,
      bytes,
      sha256: sha256 === '' ? null : sha256,
      ...report,
      rejections: rejections.first,
      moreRejections: rejections.more,
      notices: noticeLines(notices, report.documents > 1),
      recordings: recordings.map(({ document, ...recording }) => ({
        ...recording,
        source: document === 0 ? this.#input : `${this.#input}#${document + 1}`,
      })),
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

  #stage(recording: DecodedEcg | StethoRecording): OpenRecording {
    const { kind, signalId, facts } = recording;
    if (kind === 'stetho') {
      const { channels, pcm, samplingFrequency } = recording;
      const refusal = this.#plan.formats.includes('wav') ? wavRefusal(pcm.length, samplingFrequency, channels) : null;
      if (refusal !== null) throw new ArgumentError(`does not fit a WAV file: ${refusal}; leave wav out of --format`);
      const digest = sampleDigest(kind, samplingFrequency, channels, pcm);
      const samples = this.#writer.append('i16', pcm);
      return { kind, signalId, digest, facts, samplingFrequency, channels, samples };
    }
    const { ecg, samplingFrequency } = recording;
    // What cannot be filtered is told now; the filtering itself waits until the rows are known.
    const refusal = samplingFrequency === null ? null : filterRefusal(this.#chains, samplingFrequency, ecg.length);
    if (refusal !== null) this.notice(`${refusal}: kept as delivered, filtered is null`, this.#documents);
    const digest = sampleDigest(kind, samplingFrequency, 1, ecg);
    const samples = this.#stageEcg(ecg);
    return { kind, signalId, digest, facts, samplingFrequency, channels: 1, samples };
  }

  /** In half the bytes where they suffice: 32 mV is more than any electrode delivers. */
  #stageEcg(ecg: Int32Array): StagedRecording['samples'] {
    const memory = takeMemory();
    const narrow = memory.take('i16', ecg.length);
    const samples = fillNarrow(narrow, ecg) ? this.#writer.append('i16', narrow) : this.#writer.append('i32', ecg);
    giveBack(memory);
    return samples;
  }

  #drop(document: number, reason: string): void {
    this.#rejections.push({ document, reason });
    this.#stager.take();
    this.#clear();
  }

  #clear(): void {
    this.#documents++;
    this.#failure = undefined;
    if (this.#openRejections.told.first.length > 0) this.#openRejections = new LineList();
    this.#openFacts = [];
    this.#openRecordings = [];
    this.#openChunks = [];
  }
}

/** @param areMany documents: a notice names its own */
function noticeLines({ first, more }: ToldLines<Notice>, areMany: boolean): readonly string[] {
  const lines = first.map(({ document, text }) =>
    areMany && document !== null ? `document ${document + 1}: ${text}` : text,
  );
  if (more > 0) lines.push(`and ${more} more notices`);
  return lines;
}

/** @returns whether all of them fit */
function fillNarrow(narrow: Int16Array, values: Int32Array): boolean {
  let high = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    high |= (value + 0x8000) >>> 16;
    narrow[i] = value;
  }
  return high === 0;
}

function sampleDigest(
  kind: RecordingKind,
  rate: number | null,
  channels: number,
  samples: Int32Array | Int16Array,
): string {
  const hash = createHash('sha256').update(`${kind} ${rate} ${channels}\n`);
  hash.update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  return hash.digest('hex').slice(0, 32);
}
