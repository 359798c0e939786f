/** A task to its stage of the work: the same code in a worker and in the calling thread. */

import { isWithingsSignalsError, messageOf } from '../core/errors.ts';
import { kernelChoice } from '../kernels/wasm/load.ts';
import { checkFile } from '../process/check-file.ts';
import { decodeInputs } from '../process/decode-inputs.ts';
import { decodePart } from '../process/decode-part.ts';
import { digestInput } from '../process/input-stream.ts';
import { joinParts } from '../process/join-parts.ts';
import { processRecording } from '../process/process-recording.ts';
import { writeRecordings } from '../process/write-recordings.ts';
import { writeSeries } from '../process/write-series.ts';
import type { Protocol, Reply, Task, TaskName } from './protocol.ts';

type Handlers = { readonly [N in TaskName]: (task: Protocol[N]['task']) => unknown };

const HANDLERS: Handlers = {
  checkFile: (task) => checkFile(task),
  decode: decodeInputs,
  digest: digestInput,
  decodePart,
  joinParts,
  kernels: kernelChoice,
  process: ({ recording, processing }) => processRecording(recording, processing),
  writeRecordings,
  writeSeries,
};

/** Never rejects: what goes wrong is a reply, too. */
export async function runTask({ name, task }: Task): Promise<Reply> {
  try {
    const handle = HANDLERS[name] as (task: Task['task']) => Promise<Protocol[TaskName]['reply']>;
    return { ok: true, value: await handle(task) };
  } catch (error) {
    const message = messageOf(error);
    const code = isWithingsSignalsError(error) ? error.code : 'WORKER';
    if (code === 'INPUT' || code === 'ARGUMENT' || code === 'DATASET') return { ok: false, code, message };
    return { ok: false, code: 'WORKER', message, stack: error instanceof Error ? error.stack : undefined };
  }
}
