/** The Piscina entry: one task in, its reply out, with the reply's array buffers moved. */

import { move, transferableSymbol, valueSymbol, workerData } from 'piscina';
import { hashBeside } from '../src/files/digest.ts';
import type { Task, ThreadSetting } from '../src/pool/protocol.ts';
import { runTask } from '../src/pool/run-task.ts';
import { buffersOf } from '../src/pool/transfer.ts';

const { digestEntry, loads } = workerData as ThreadSetting;
if (digestEntry !== null) hashBeside(digestEntry, loads);

// Piscina takes the entry's default export.
export default async function signalWorker(task: Task | null): Promise<unknown> {
  if (task === null) return 'loaded';
  const reply = await runTask(task);
  const buffers = buffersOf(reply);
  if (buffers.length === 0) return reply;
  return move({ [transferableSymbol]: buffers, [valueSymbol]: reply });
}
