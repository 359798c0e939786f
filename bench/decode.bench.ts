/** Raw-data answers in memory to typed columns, against `JSON.parse` and copying. */

import { InputDecoder } from '../src/decode/input-decoder.ts';
import { simulate } from '../src/simulator/simulate.ts';
import { parseAndCopy } from './support/answers.ts';
import type { Comparison } from './support/harness.ts';

export const comparisons: readonly Comparison[] = (['ppg', 'accel'] as const).map((kind) => ({
  name: `decode: ${kind} JSON to columns, against JSON.parse and copying`,
  prepare() {
    const text = rawdataText(kind);
    const bytes = Buffer.from(text);
    return {
      ours: () => decodeColumns(bytes),
      rival: () => parseAndCopy(text),
      bytes: bytes.length,
    };
  },
}));

/** The longest page of one hour: about 4 MB. */
function rawdataText(kind: 'ppg' | 'accel'): string {
  const texts = [...simulate({ users: 1, days: 1, hours: 1, seed: 1 })].filter(({ path }) =>
    path.includes(`/${kind}-`),
  );
  return texts.reduce((longest, { text }) => (text.length > longest.length ? text : longest), '');
}

function decodeColumns(bytes: Uint8Array): number {
  let samples = 0;
  const decoder = new InputDecoder('bench', {
    frame: ({ id, columns }) => (samples += id.length * (2 + columns.size)),
    recording: unexpected,
    fact: unexpected,
    notice: () => {},
    documentEnd: () => {},
    documentRejected: ({ error }) => {
      throw error;
    },
  });
  decoder.push(bytes);
  decoder.finish();
  return samples;
}

function unexpected(): never {
  throw new Error('bench: expected raw data only');
}
