/**
 * A part of a large input, decoded before it is known what stands before it: as if a list of frames were open there, or a
 * line began. {@link joinParts} takes it only where that is true.
 */

import { ArgumentError, InputError } from '../core/errors.ts';
import type { DecodedSink, SeriesFrame } from '../decode/decoded-sink.ts';
import { DocumentReader } from '../decode/document-reader.ts';
import { JsonDocuments, type SkippedFrames } from '../decode/json-documents.ts';
import { NO_CONTEXT } from '../decode/recording-facts.ts';
import type { Plan } from '../plan/plan.ts';
import type { StagedChunk } from '../series/staged-series.ts';
import type { SeriesKind } from '../signals/signal.ts';
import { StageWriter } from '../stage/stage.ts';
import { type Cut, cutsBetween } from './cuts.ts';
import type { DocumentsReport } from './input-report.ts';
import { type InputFile, readBytes } from './input-stream.ts';
import { SeriesStager } from './stage-series.ts';
import { StagingSink } from './staging-sink.ts';

export type DecodePartTask = {
  readonly input: InputFile;
  readonly plan: Plan;
  readonly stageFile: string;
  /** The part goes from the first cut behind the one place in the file to the first behind the other. */
  readonly between: readonly [number, number];
};

/** Bytes from `start.from` to before `end.from`. */
export type DecodedPart = { readonly start: Cut; readonly end: Cut } & (
  | (SkippedFrames & { readonly unit: 'frames'; readonly series: readonly StagedChunk[] })
  | { readonly unit: 'lines'; readonly documents: DocumentsReport }
);

/**
 * A document's bytes before its list of frames must not be more, for its frames to be decoded in parts: they count
 * towards the limits of every frame.
 */
export const MAX_HEAD_BYTES = 4096;

/** The deepest way to a list of frames, behind a head that takes more of every limit than {@link MAX_HEAD_BYTES} can. */
const OPEN_LIST = Buffer.from(
  `[{"a":[${'[1,1],'.repeat(1100)}0],"b":"${'b'.repeat(4200)}","signal":"${'c'.repeat(4200)}","response":{"body":{"rawdata":[`,
);

/**
 * @returns `null`: there is no cut, or something stands here that depends on what comes before
 * @throws DatasetError when the stage cannot be written
 */
export async function decodePart(task: DecodePartTask): Promise<DecodedPart | null> {
  const writer = new StageWriter(task.stageFile);
  try {
    const cuts = cutsBetween(task.input, ...task.between);
    if (cuts === null) return null;
    return await (cuts.unit === 'lines' ? decodeLines : decodeFrames)(task, cuts.start, cuts.end, writer);
  } catch (error) {
    // What cannot be read is told when the whole is read.
    if (error instanceof InputError) return null;
    throw error;
  } finally {
    await writer.close();
  }
}

async function decodeLines({ input, plan }: DecodePartTask, start: Cut, end: Cut, writer: StageWriter) {
  const sink = new StagingSink(input.name, plan, writer);
  const json = new JsonDocuments(new DocumentReader(sink, input.context ?? NO_CONTEXT), sink, true, start.from);
  for await (const chunk of readBytes(input, start.from, end.from)) json.push(chunk);
  const whole = json.atLine;
  json.finish();
  return whole ? ({ unit: 'lines', start, end, documents: sink.documentsReport() } as const) : null;
}

async function decodeFrames({ input, plan }: DecodePartTask, start: Cut, end: Cut, writer: StageWriter) {
  const sink = new FrameSink(plan, writer);
  const json = new JsonDocuments(new DocumentReader(sink, NO_CONTEXT), sink, false, 0);
  const read = async (from: number, to: number) => {
    for await (const chunk of readBytes(input, from, to)) if (!sink.spoilt) json.push(chunk);
    return json.frames ?? Number.NaN;
  };
  json.push(OPEN_LIST);
  const last = await read(start.from, end.behind - 1);
  const frames = await read(end.behind - 1, end.behind);
  await read(end.behind, end.from);
  const whole = frames === last + 1 && !sink.spoilt;
  const { sawLineFeed } = json;
  const series = sink.take();
  json.finish();
  return whole ? ({ unit: 'frames', start, end, frames, kinds: [...sink.kinds], sawLineFeed, series } as const) : null;
}

/** Takes nothing but good frames. */
class FrameSink implements DecodedSink {
  readonly #plan: Plan;
  readonly #stager: SeriesStager;
  readonly kinds = new Set<SeriesKind>();
  spoilt = false;

  constructor(plan: Plan, writer: StageWriter) {
    this.#plan = plan;
    this.#stager = new SeriesStager(writer);
  }

  frame(frame: SeriesFrame): void {
    this.kinds.add(frame.kind);
    if (!this.#plan.kinds.includes(frame.kind) || this.spoilt) return;
    try {
      this.#stager.add(frame);
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      this.spoilt = true;
    }
  }

  take(): readonly StagedChunk[] {
    return this.#stager.take();
  }

  recording = (): void => this.#spoil();
  fact = (): void => this.#spoil();
  notice = (): void => this.#spoil();
  elementRejected = (): void => this.#spoil();
  documentEnd = (): void => this.#spoil();
  documentRejected = (): void => this.#spoil();

  #spoil(): void {
    this.spoilt = true;
  }
}
