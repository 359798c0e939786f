/** A task to its stage of the work: the same code in a worker and in the calling thread. */

import type { WithingsSignalsErrorCode } from '../core/errors.ts';
import { isWithingsSignalsError } from '../core/errors.ts';
import { kernelChoice } from '../kernels/wasm/load.ts';
import { checkFile } from '../process/check-file.ts';
import { decodeInputs } from '../process/decode-inputs.ts';
import { decodePart } from '../process/decode-part.ts';
import { digestInput } from '../process/input-stream.ts';
import { joinParts } from '../process/join-parts.ts';
import { processorOf } from '../process/process-recording.ts';
import { writeRecordings } from '../process/write-recordings.ts';
import { writeSeries } from '../process/write-series.ts';
import type { ProcessTask, Protocol, Reply, Task, TaskName } from './protocol.ts';

type Handlers = { readonly [N in TaskName]: (task: Protocol[N]['task']) => unknown };

const HANDLERS: Handlers = {
  checkFile: (task) => checkFile(task),
  decode: decodeInputs,
  digest: digestInput,
  decodePart,
  joinParts,
  kernels: kernelChoice,
  process: processRecording,
  writeRecordings,
  writeSeries,
};

/** Errors that a task is meant to have come back as a reply; anything else is thrown. */
export async function runTask({ name, task }: Task): Promise<Reply> {
  try {
    const handle = HANDLERS[name] as (task: Task['task']) => Promise<Protocol[TaskName]['reply']>;
    return { ok: true, value: await handle(task) };
  } catch (error) {
    if (!isWithingsSignalsError(error)) throw error;
    const code: WithingsSignalsErrorCode = error.code;
    if (code !== 'INPUT' && code !== 'ARGUMENT' && code !== 'DATASET') throw error;
    return { ok: false, code, message: error.message };
  }
}

function processRecording({ recording, processing }: ProcessTask) {
  return processorOf(processing).process(recording);
}
