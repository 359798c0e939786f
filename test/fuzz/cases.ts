/** The cases of a fuzz run: the same for equal seeds. */

import { createRandom, type Random } from '../../src/simulator/random.ts';
import { DOCUMENTS, pick, randomDocument } from './documents.ts';

export type Case = { readonly bytes: Uint8Array; readonly cuts: readonly number[] };

/**
 * First each document cut at every byte; then every change of one byte to any other, every byte left out and every end cut
 * off, of each document; then random documents, half of them spoilt.
 *
 * @param count of cases; when it is less than there are changes, a random choice of these and as many random documents
 */
export function* fuzzCases(count: number, seed: number): Generator<Case> {
  const random = createRandom(seed);
  const changes = DOCUMENTS.reduce((sum, text) => sum + 257 * Buffer.byteLength(text), 0);
  const share = count < changes ? count / 2 / changes : 1;
  let left = count;
  for (const text of DOCUMENTS) {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length && left-- > 0; at++) yield { bytes, cuts: [at] };
  }
  for (const text of DOCUMENTS) {
    for (const bytes of changesOf(Buffer.from(text))) {
      if (share < 1 && random.uniform() >= share) continue;
      if (left-- <= 0) return;
      yield { bytes, cuts: randomCuts(random) };
    }
  }
  while (left-- > 0) yield { bytes: spoilt(random, Buffer.from(randomDocument(random))), cuts: randomCuts(random) };
}

/** 257 for each byte: 255 others, itself left out, and the end before it. */
function* changesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) {
    const changed = Uint8Array.from(bytes); // a Buffer's slice is no copy
    for (let byte = 0; byte < 256; byte++) {
      changed[at] = byte;
      if (byte !== bytes[at]) yield changed;
    }
    yield Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    yield bytes.subarray(0, at);
  }
}

function spoilt(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.integer(0, bytes.length);
  const byte =
    random.uniform() < 0.5 ? random.integer(0, 255) : '[]{}",:-0 9.eE\\u\n'.charCodeAt(random.integer(0, 16));
  switch (random.integer(0, 7)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), Uint8Array.of(byte), bytes.subarray(at)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), Uint8Array.of(byte), bytes.subarray(at + 1)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.integer(1, 3))]);
    case 3:
      return bytes.subarray(0, at);
    default:
      return bytes;
  }
}

/** None, some, or behind every byte of a part. */
function randomCuts(random: Random): readonly number[] {
  const kind = random.integer(0, 5);
  if (kind < 3) return [];
  if (kind < 5) return Array.from({ length: kind === 3 ? 1 : 6 }, () => random.integer(0, 4000));
  const from = random.integer(0, pick(random, [1, 100, 2000]));
  return Array.from({ length: 40 }, (_, i) => from + i);
}
