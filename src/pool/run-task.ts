/** A task to its stage of the work: the same code in a worker and in the calling thread. */

import { isWithingsSignalsError, messageOf } from '../core/errors.ts';
import { checkFile } from '../files/check-file.ts';
import { decodeInputs } from '../ingest/decode-inputs.ts';
import { decodePart } from '../ingest/decode-part.ts';
import { digestInput } from '../ingest/input-stream.ts';
import { joinParts } from '../ingest/join-parts.ts';
import { kernelChoice } from '../kernels/wasm/load.ts';
import { processRecording } from '../write/process-recording.ts';
import { writeRecordings } from '../write/write-recordings.ts';
import { writeSeries } from '../write/write-series.ts';
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
