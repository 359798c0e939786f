/** Hashes for the thread that started this one: see src/files/digest.ts. */

import { createHash, type Hash } from 'node:crypto';
import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../src/core/errors.ts';
import type { DigestAnswer, DigestRequest, DigestSetting, FileStretch } from '../src/files/digest.ts';
import { endLoad } from '../src/files/loads.ts';

/** Read at a time: it stays in the cache of a core. */
const READ_BYTES = 1 << 19;

/** Of digests that are under way; those that failed stay so to their end. */
const digests = new Map<number, Hash | Error>();
const memory = new Uint8Array(READ_BYTES);

parentPort?.on('message', (request: DigestRequest) => {
  const answer = answerTo(request);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(answer);
});

const { loads, thread } = workerData as DigestSetting;
endLoad(loads, thread);

function answerTo({ digest, content }: DigestRequest): DigestAnswer {
  const state = digests.get(digest) ?? createHash('sha256');
  if (content === null) digests.delete(digest);
  if (state instanceof Error) return state;
  if (content === null) return state.digest('hex');
  try {
    if (content instanceof Uint8Array) state.update(content);
    else hashFile(state, content);
    digests.set(digest, state);
    return '';
  } catch (error) {
    const failure = new Error(messageOf(error), { cause: error });
    digests.set(digest, failure);
    return failure;
  }
}

function hashFile(hash: Hash, { descriptor, offset, length }: FileStretch): void {
  for (let done = 0; done < length; ) {
    const got = readSync(descriptor, memory, 0, Math.min(READ_BYTES, length - done), offset + done);
    if (got === 0) throw new Error(`it ends at byte ${offset + done}`);
    hash.update(memory.subarray(0, got));
    done += got;
  }
}
