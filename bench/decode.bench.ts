/** Answers in memory to typed columns, against `JSON.parse` and copying. */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { parseAndCopy, rawdataDocument, rawdataDocumentOfTexts, recordingDocument } from './support/answers.ts';
import { decodeAnswer } from './support/decode.ts';
import type { Comparison } from './support/harness.ts';

/** 24 MB each. */
const HOURS = { ppg: 4, accel: 9 } as const;

export const comparisons: readonly Comparison[] = [
  comparison('ppg JSON to columns', () => rawdataDocument('ppg', HOURS.ppg)),
  comparison('accel JSON to columns', () => rawdataDocument('accel', HOURS.accel)),
  comparison('accel JSON in texts to columns', () => rawdataDocumentOfTexts('accel', HOURS.accel)),
  comparison('ecg JSON to a recording', () => recordingDocument('ecg')),
  comparison('stetho JSON to a recording, PCM included', () => recordingDocument('stetho')),
  {
    name: 'decode: ppg JSON to columns without WebAssembly, against JSON.parse and copying',
    async prepare() {
      const text = rawdataDocument('ppg', HOURS.ppg);
      const bytes = Buffer.from(text);
      // The choice of kernels is made once a thread, by its environment.
      const worker = new Worker(new URL('./support/decode-worker.js', import.meta.url), {
        workerData: bytes,
        env: { ...process.env, WITHINGS_SIGNALS_KERNELS: 'typescript' },
      });
      return {
        async ours() {
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
          worker.postMessage(null);
          await once(worker, 'message');
        },
        rival: () => parseAndCopy(text),
        bytes: bytes.length,
        close: () => worker.terminate(),
      };
    },
  },
];

function comparison(what: string, document: () => string): Comparison {
  return {
    name: `decode: ${what}, against JSON.parse and copying`,
    prepare() {
      const text = document();
      const bytes = Buffer.from(text);
      return { ours: () => decodeAnswer(bytes), rival: () => parseAndCopy(text), bytes: bytes.length };
    },
  };
}
