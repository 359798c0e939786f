/** Decodes its answer once for each message. */

import { parentPort, workerData } from 'node:worker_threads';
import { decodeAnswer } from './decode.ts';

const bytes = Buffer.from(workerData as Uint8Array);

parentPort?.on('message', () => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(decodeAnswer(bytes));
});
