/**
 * The parts of a large input to its report, the same as if it had been decoded in one go.
 *
 * The decoder that reads the whole is the judge: it starts at the first byte and passes over a part only where it stands
 * as that part took for granted, behind a frame of an open list or at the start of a line. All that is in no such part it
 * reads itself. Bytes passed over would make it name wrong places of what is wrong behind them: then it reads all again.
 */

import { InputError } from '../core/errors.ts';
import { InputDecoder } from '../decode/input-decoder.ts';
import type { Plan } from '../plan/plan.ts';
import { StageWriter } from '../stage/stage.ts';
import { decodeInput } from './decode-inputs.ts';
import { type DecodedPart, MAX_HEAD_BYTES } from './decode-part.ts';
import type { InputReport } from './input-report.ts';
import { type InputDigest, type InputFile, readBytes } from './input-stream.ts';
import { StagingSink } from './staging-sink.ts';

export type JoinTask = {
  readonly input: InputFile;
  readonly digest: InputDigest;
  readonly plan: Plan;
  /** Scratch file to make; not made when nothing is staged. */
  readonly stageFile: string;
  /** In the order of the file. */
  readonly parts: readonly DecodedPart[];
};

/** @throws DatasetError when the stage cannot be written. */
export async function joinParts(task: JoinTask): Promise<InputReport> {
  const writer = new StageWriter(task.stageFile);
  try {
    return (await join(task, writer)) ?? (await decodeInput(task.input, task.plan, writer));
  } finally {
    await writer.close();
  }
}

/** @returns `null`: the input is to be decoded in one go */
async function join({ input, digest, plan, parts }: JoinTask, writer: StageWriter): Promise<InputReport | null> {
  const sink = new StagingSink(input.name, plan, writer);
  const decoder = new InputDecoder(input.name, sink, input.context);
  try {
    await new Joint(input, decoder, sink).read(parts);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return null;
  }
  decoder.finish();
  return decoder.json?.misplaced === true ? null : sink.report(digest);
}

/** The decoder of the whole at its place in the input. */
class Joint {
  readonly #input: InputFile;
  readonly #decoder: InputDecoder;
  readonly #sink: StagingSink;
  #position = 0;

  constructor(input: InputFile, decoder: InputDecoder, sink: StagingSink) {
    this.#input = input;
    this.#decoder = decoder;
    this.#sink = sink;
  }

  /** Passes over what can be, reads the rest. */
  async read(parts: readonly DecodedPart[]): Promise<void> {
    await this.#readTo(Math.min(MAX_HEAD_BYTES, ...parts.slice(0, 1).map(({ start }) => start.behind - 1)));
    const listIsEarly = typeof this.#decoder.json?.frames === 'number';
    let joined = Number.NaN;
    for (const part of parts) {
      const isBehind = part.start.behind > this.#position && (part.unit === 'lines' || listIsEarly);
      if (part.start.from !== joined && !(isBehind && (await this.#meets(part)))) continue;
      this.#passOver(part);
      joined = this.#position;
    }
    await this.#readTo(Number.POSITIVE_INFINITY);
  }

  async #readTo(end: number): Promise<void> {
    if (end > this.#position) {
      for await (const chunk of readBytes(this.#input, this.#position, end)) this.#decoder.push(chunk);
    }
    this.#position = end;
  }

  /** Reads to the start of the part. */
  async #meets({ unit, start }: DecodedPart): Promise<boolean> {
    const decoder = this.#decoder;
    if (unit === 'lines') {
      await this.#readTo(start.from);
      return decoder.json?.atLine === true;
    }
    await this.#readTo(start.behind - 1);
    const frames = decoder.json?.frames ?? null;
    await this.#readTo(start.behind);
    const isFrameEnd = frames !== null && decoder.json?.frames === frames + 1;
    await this.#readTo(start.from);
    return isFrameEnd;
  }

  #passOver(part: DecodedPart): void {
    const bytes = part.end.from - part.start.from;
    if (part.unit === 'lines') {
      this.#decoder.json?.skipDocuments(bytes, part.documents.documents);
      this.#sink.joinDocuments(part.documents);
    } else {
      this.#decoder.json?.skipFrames(bytes, part);
      this.#sink.joinFrames(part.series);
    }
    this.#position = part.end.from;
  }
}
