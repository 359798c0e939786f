import { afterEach, expect, it, vi } from 'vitest';
import { DatasetError } from '../../../src/core/errors.ts';
import { compressBuffers, contentOfFrame } from '../../../src/export/compression.ts';
import { decodeLz4Frame, encodeLz4Frame } from '../../../src/export/lz4-frame.ts';

/** An engine that decodes wrongly: the twin of what V8 14.6 did, at the place of one's choice. */
let isWrong = false;
vi.mock(import('../../../src/export/lz4-frame.ts'), async (load) => {
  const actual = await load();
  return {
    ...actual,
    decodeLz4Frame(frame) {
      const content = actual.decodeLz4Frame(frame);
      if (isWrong) content[content.length >> 1]! ^= 1;
      return content;
    },
  };
});
afterEach(() => {
  isWrong = false;
});

const BYTES = Uint8Array.from({ length: 50_000 }, (_, i) => (i >> 4) % 251);

it('what is written compressed is what was given', () => {
  const { buffers } = compressBuffers([BYTES]);
  expect(Buffer.from(decodeLz4Frame(buffers[1]!)).equals(BYTES)).toBe(true);
});

it('nothing is written that cannot be read back', () => {
  isWrong = true;
  expect(() => compressBuffers([BYTES])).toThrow(DatasetError);
  expect(() => compressBuffers([BYTES])).toThrow(
    /^cannot compress 50000 bytes: node v[\d.]+ decodes them to others; use another version of it, or --compression none$/,
  );
});

it('nothing is read that is not what was written', () => {
  const frame = encodeLz4Frame(BYTES);
  expect(Buffer.from(contentOfFrame(frame)).equals(BYTES)).toBe(true);
  isWrong = true;
  expect(() => contentOfFrame(frame)).toThrow(/^got an LZ4 frame that does not come of its content \(node v[\d.]+\)$/);
});
