import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ArgumentError, DatasetError } from '../../../src/core/errors.ts';
import { decodeAlaw } from '../../../src/decode/g711.ts';
import { wavHeader, writeWav } from '../../../src/export/wav.ts';

type Case = { samplingFrequency: number; channels: number; frames: number; header: string; sha256: string };

// Made by ffmpeg, read back by sox: see samples/oracle/README.md.
const cases = JSON.parse(
  await readFile(new URL('../../../samples/oracle/g711/wav.json', import.meta.url), 'utf8'),
) as Case[];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wav-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.each(cases)(
  'equals the file ffmpeg makes of $frames A-law frames of $channels channels, byte for byte',
  async ({ samplingFrequency, channels, frames, header, sha256 }) => {
    const codes = Uint8Array.from({ length: frames * channels }, (_, i) => (i * 37 + 11) % 256);
    const path = join(folder, 'x.wav');
    const report = await writeWav(path, decodeAlaw(codes), samplingFrequency, channels);
    const bytes = await readFile(path);
    expect(bytes.subarray(0, 44).toString('hex')).toBe(header);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    expect(report).toEqual({ bytes: bytes.length, sha256 });
  },
);

test('writes just the samples of a view', async () => {
  const path = join(folder, 'view.wav');
  await writeWav(path, Int16Array.of(1, 2, 3, 4).subarray(1, 3), 4000, 1);
  expect([...(await readFile(path)).subarray(44)]).toEqual([2, 0, 3, 0]);
});

test('holds sizes up to four bytes', () => {
  const header = Buffer.from(wavHeader(0xffffffff - 36, 0x7fffffff, 1));
  expect(header.readUInt32LE(4)).toBe(0xffffffff);
  expect(header.readUInt32LE(28)).toBe(0xfffffffe);
});

test.each([
  [0, 4000, 0, /got 0 channels/],
  [0, 4000, 32768, /got 32768 channels/],
  [0, 4000.5, 1, /got 4000.5 Hz/],
  [0, 0, 1, /got 0 Hz/],
  [0, 2 ** 31, 1, /got 2147483648 Hz of 1 channels/],
  [3, 4000, 2, /got 3 samples, expected a multiple of the 2 channels/],
  [2_147_483_630, 4000, 1, /got 2147483630 samples, expected at most 2147483629/],
])('refuses %i samples at %f Hz of %i channels', async (length, frequency, channels, message) => {
  // Only the length is asked for before the refusal: 4 GiB need not be there.
  const pcm = Object.defineProperty(new Int16Array(0), 'length', { value: length });
  const path = join(folder, 'refused.wav');
  await expect(writeWav(path, pcm, frequency, channels)).rejects.toThrow(message);
  await expect(writeWav(path, pcm, frequency, channels)).rejects.toThrow(ArgumentError);
  expect(await readdir(folder)).not.toContain('refused.wav');
});

test('tells one line when the file cannot be made', async () => {
  const failed = writeWav(join(folder, 'none', 'x.wav'), new Int16Array(1), 4000, 1);
  await expect(failed).rejects.toThrow(DatasetError);
  await expect(failed).rejects.toThrow(/^cannot write ".*x.wav": ENOENT/);
});
