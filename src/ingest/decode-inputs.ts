/** Input files to the stage: decode each, and report what came and where it lies. */

import { InputError } from '../core/errors.ts';
import { InputDecoder } from '../decode/input-decoder.ts';
import type { Plan } from '../plan/plan.ts';
import { StageWriter } from '../stage/stage.ts';
import type { InputReport } from './input-report.ts';
import { type DigestToCome, digestInput, type InputFile, noDigest, readInput } from './input-stream.ts';
import { StagingSink } from './staging-sink.ts';

export type DecodeTask = {
  readonly inputs: readonly InputFile[];
  readonly plan: Plan;
  /** Scratch file to make; not made when nothing is staged. */
  readonly stageFile: string;
};

/**
 * Decodes the inputs one after the other. What is wrong with an input stands in its report.
 *
 * @throws DatasetError when the stage cannot be written.
 */
export async function decodeInputs(task: DecodeTask): Promise<readonly InputReport[]> {
  const writer = new StageWriter(task.stageFile);
  const decoded: Decoded[] = [];
  try {
    for (const input of task.inputs) {
      await writer.ready();
      decoded.push(await decode(input, task.plan, writer));
    }
  } finally {
    await writer.close();
  }
  return Promise.all(decoded.map((report) => report()));
}

export async function decodeInput(input: InputFile, plan: Plan, writer: StageWriter): Promise<InputReport> {
  const report = await decode(input, plan, writer);
  return report();
}

/** What came of an input, once its digest is there, too. */
type Decoded = () => Promise<InputReport>;

async function decode(input: InputFile, plan: Plan, writer: StageWriter): Promise<Decoded> {
  const sink = new StagingSink(input.name, plan, writer);
  const decoder = new InputDecoder(input.name, sink, input.context);
  const digest = noDigest();
  try {
    for await (const chunk of readInput(input, digest)) decoder.push(chunk);
    decoder.finish();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (input.sha256 === undefined && input.packed === undefined) sink.reject(error.message);
    else sink.rejectWhole(error.message);
    // Where the file itself cannot be read, that is the reason given above, and there is no digest to tell.
    const stored = await digestInput(input).catch(() => ({ bytes: digest.bytes, sha256: '' }));
    return async () => sink.report(stored);
  }
  return () => reportRead(sink, digest);
}

/** @param digest of an input that was decoded to its end: it may turn out not to be what was decoded */
async function reportRead(sink: StagingSink, { bytes, sha256 }: DigestToCome): Promise<InputReport> {
  try {
    return sink.report({ bytes, sha256: await sha256 });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    sink.rejectWhole(error.message);
    return sink.report({ bytes, sha256: '' });
  }
}
