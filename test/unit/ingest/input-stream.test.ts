import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { NO_CONTEXT } from '../../../src/decode/recording-facts.ts';
import { decodeInputs } from '../../../src/ingest/decode-inputs.ts';
import { type InputFile, noDigest, readInput } from '../../../src/ingest/input-stream.ts';
import { resolvePlan } from '../../../src/plan/plan.ts';
import { accelFrame, rawdataAnswer, temporaryFolder } from '../../support/answers.ts';

const HALF_MEBIBYTE = 1 << 19;

/** Bytes that gzip cannot shorten. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    }),
  );
}

/** `content`: its digest. */
async function read(input: Omit<InputFile, 'name'>): Promise<{ content: string; bytes: number; sha256: string }> {
  const digest = noDigest();
  const chunks: Buffer[] = [];
  for await (const chunk of readInput({ name: 'input', ...input }, digest)) chunks.push(Buffer.from(chunk));
  return { content: sha256(Buffer.concat(chunks)), bytes: digest.bytes, sha256: await digest.sha256 };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

it.each([0, 1, HALF_MEBIBYTE - 1, HALF_MEBIBYTE, HALF_MEBIBYTE + 1, 3 * HALF_MEBIBYTE, 2_000_000])(
  'gives every byte of a file of %i bytes and its digest, plain and from the middle of another file',
  async (length) => {
    const path = join(await temporaryFolder(), 'file');
    const bytes = noise(length);
    await writeFile(path, bytes);
    expect(await read({ path })).toEqual({ content: sha256(bytes), bytes: length, sha256: sha256(bytes) });
    await writeFile(path, Buffer.concat([Buffer.from('before'), bytes, Buffer.from('behind')]));
    const part = await read({ path, range: { offset: 6, bytes: length }, sha256: sha256(bytes) });
    expect(part).toEqual({ content: sha256(bytes), bytes: length, sha256: sha256(bytes) });
  },
);

it('gives the content of a gzip range, with the digest of the range, or of the content where that is told', async () => {
  const path = join(await temporaryFolder(), 'file');
  const bytes = noise(3_000_000);
  const zipped = gzipSync(bytes);
  await writeFile(path, Buffer.concat([gzipSync('before'), zipped, gzipSync('behind')]));
  const input = { path, range: { offset: gzipSync('before').length, bytes: zipped.length } };
  const expected = { content: sha256(bytes), bytes: zipped.length, sha256: sha256(zipped) };
  expect(await read(input)).toEqual(expected);
  expect(await read({ ...input, sha256: sha256(bytes) })).toEqual({ ...expected, sha256: sha256(bytes) });
  await expect(read({ ...input, sha256: sha256(zipped) })).rejects.toThrow(
    `damaged: got content of SHA-256 ${sha256(bytes)}, expected ${sha256(zipped)}; fetch it again`,
  );
});

it('says where a file ends that is shorter than its range', async () => {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, noise(HALF_MEBIBYTE + 10));
  await expect(read({ path, range: { offset: 20, bytes: HALF_MEBIBYTE } })).rejects.toThrow(
    `truncated: its file ends at byte ${HALF_MEBIBYTE + 10}, expected ${HALF_MEBIBYTE} bytes from 20 on; fetch it again`,
  );
});

it('keeps nothing of an input whose content is not what it has to be', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'file');
  const bytes = Buffer.from(
    `${JSON.stringify(rawdataAnswer('accel', [accelFrame(1, 50, 1_700_000_000)]))}\nnonsense\n`,
  );
  await writeFile(path, bytes);
  const good = { name: 'good', path, sha256: sha256(bytes), context: { ...NO_CONTEXT, userId: 'of the context' } };
  const bad = { ...good, name: 'bad', sha256: sha256(Buffer.from('other')) };
  const task = { inputs: [good, bad], plan: resolvePlan(), stageFile: join(folder, 'stage') };
  const [kept, dropped] = await decodeInputs(task);
  expect(kept).toMatchObject({ documents: 2, rejections: [{ document: 1 }], series: [{ rows: 50, userId: '363' }] });
  expect(dropped).toEqual({
    name: 'bad',
    bytes: bytes.length,
    sha256: sha256(bytes),
    documents: 1,
    accepted: 0,
    pending: 0,
    moreRejections: 0,
    rejections: [{ document: 0, reason: expect.stringMatching(/^damaged: got content of SHA-256/) as string }],
    notices: [],
    facts: [],
    recordings: [],
    series: [],
  });
});

/** Linux tells them by name. */
const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return []; // that of the folder itself
    }
  });

it.skipIf(process.platform !== 'linux').each([
  ['that is damaged at its start', Buffer.concat([Buffer.from([0x1f, 0x8b]), noise(3_000_000)])],
  ['that is damaged in its middle', Buffer.concat([gzipSync(noise(1_000_000)).subarray(0, 900_000), noise(2_000_000)])],
  ['that ends early', gzipSync(noise(3_000_000)).subarray(0, 2_000_000)],
])('leaves no gzip file open %s', async (_, stored) => {
  const path = join(await temporaryFolder(), 'file');
  await writeFile(path, stored);
  await expect(read({ path })).rejects.toThrow(/^damaged gzip stream/);
  expect(openFiles()).not.toContain(path);
});

it.skipIf(process.platform !== 'linux').each([noise(3_000_000), gzipSync(noise(3_000_000))])(
  'leaves no file open whose reader stops',
  async (stored) => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, stored);
    for await (const _ of readInput({ name: 'input', path }, noDigest())) break;
    expect(openFiles()).not.toContain(path);
  },
);

it('takes from the context what a document does not tell itself', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'file');
  await writeFile(path, JSON.stringify({ status: 0, body: { rawdata: [accelFrame(1, 50, 1_700_000_000)] } }));
  const input = { name: 'page', path, context: { ...NO_CONTEXT, userId: '7', timezone: 'Asia/Tokyo' } };
  const [report] = await decodeInputs({ inputs: [input], plan: resolvePlan(), stageFile: join(folder, 'stage') });
  expect(report?.series).toMatchObject([{ rows: 50, userId: '7', timezone: 'Asia/Tokyo' }]);
});
