/** A thread of the pool: one task in, its reply out, with the reply's array buffers moved. */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { digestsLoaded, hashBeside } from '../src/files/digest.ts';
import { LOADED, type Task, type ThreadSetting } from '../src/pool/protocol.ts';
import { runTask } from '../src/pool/run-task.ts';
import { buffersOf } from '../src/pool/transfer.ts';

const port = parentPort as MessagePort;
const { digestEntry, loads } = workerData as ThreadSetting;
if (digestEntry !== null) hashBeside(digestEntry, loads);

port.on('message', (task: Task | null) => void (task === null ? end() : work(task)));
loads[0] = 0;
port.postMessage(LOADED);

async function work(task: Task): Promise<void> {
  const reply = await runTask(task);
  port.postMessage(reply, buffersOf(reply));
}

/** With nothing left to hear the thread ends, and takes with it the one beside it: that must have loaded. */
async function end(): Promise<void> {
  await digestsLoaded();
  port.close();
}
