/** Hashes for the thread that started this one: see src/files/digest.ts. */

import { createHash, type Hash } from 'node:crypto';
import { readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { DigestRequest } from '../src/files/digest.ts';

const hashes = new Map<number, Hash>();
let memory = new Uint8Array();

parentPort?.on('message', (request: DigestRequest) => {
  const answer = answerTo(request);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(answer);
});

function answerTo({ digest, content }: DigestRequest): string {
  const hash = hashes.get(digest) ?? createHash('sha256');
  if (content === null) {
    hashes.delete(digest);
    return hash.digest('hex');
  }
  hashes.set(digest, hash.update(content instanceof Uint8Array ? content : bytesAt(content)));
  return '';
}

/** @returns bytes that are valid until the next call */
function bytesAt({ descriptor, offset, length }: Exclude<DigestRequest['content'], Uint8Array | null>): Uint8Array {
  if (memory.length < length) memory = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const got = readSync(descriptor, memory, done, length - done, offset + done);
    if (got === 0) throw new Error('an input became shorter while it was read; convert it again');
    done += got;
  }
  return memory.subarray(0, length);
}
