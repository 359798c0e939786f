/** Hashes for the thread that started this one: see src/files/digest.ts. */

import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { DigestRequest } from '../src/files/digest.ts';

const hashes = new Map<number, Hash>();

parentPort?.on('message', (request: DigestRequest) => {
  const answer = answerTo(request);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(answer);
});

function answerTo({ digest, bytes }: DigestRequest): string {
  const hash = hashes.get(digest) ?? createHash('sha256');
  if (bytes !== undefined) {
    hashes.set(digest, hash.update(bytes));
    return '';
  }
  hashes.delete(digest);
  return hash.digest('hex');
}
