import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  accelFrame,
  ecgAnswer,
  rawdataAnswer,
  readDataset,
  stethoAnswer,
  temporaryFolder,
  wave,
  writeFiles,
} from '../support/answers.ts';
import { runCli } from '../support/cli.ts';
import { PERMISSIONS_BIND } from '../support/permissions.ts';

const GOOD = JSON.stringify(ecgAnswer());

const frame = accelFrame(0, 50, 1_594_159_644);
const withColumn = (name: string, values: unknown) =>
  rawdataAnswer('accel', [{ ...frame, data: { ...(frame['data'] as object), [name]: values } }]);
const fifty = (value: unknown): unknown[] => Array.from({ length: 50 }, (_, i) => (i === 7 ? value : i));

/** Content, and what the one line must say. */
const BAD: Readonly<Record<string, readonly [content: unknown, says: RegExp]>> = {
  'not JSON': ['hello there', /got "hello|expected/],
  'truncated JSON': [GOOD.slice(0, 2000), /end|truncated/i],
  'an HTML page': ['<!DOCTYPE html><html><body>502</body></html>', /HTML/],
  'a non-zero status': [{ status: 401, body: {}, error: 'XRequestID: Not provided invalid_token' }, /status 401/],
  'columns of unequal length': [withColumn('acc_x', [1, 2, 3]), /acc_x/],
  'a value that is not a number': [withColumn('acc_y', fifty('x')), /acc_y/],
  'a value that is not finite': [JSON.stringify(withColumn('acc_y', fifty(4242))).replace('4242', '1e999'), /acc_y/],
  'a value that overflows its column': [withColumn('acc_z', fifty(4_294_967_296)), /acc_z/],
  'an A-law value out of range': [stethoAnswer({ signal: [0, 1, 300] }), /300/],
  'a negative timestamp': [withColumn('timestamp', fifty(-1)), /timestamp/],
  'a negative id': [withColumn('id', fifty(-5)), /\bid\b/],
  'a sampling frequency of 0': [ecgAnswer({ body: { sampling_frequency: 0 } }), /sampling_frequency/],
  'a negative sampling frequency': [ecgAnswer({ body: { sampling_frequency: -300 } }), /sampling_frequency/],
  'a sampling frequency that is no number': [ecgAnswer({ body: { sampling_frequency: 'fast' } }), /sampling_frequency/],
  'no sampling frequency and an unknown model': [
    { status: 0, body: { signal: wave(100), sampling_frequency: undefined, model: 9999 } },
    /model|sampling_frequency|kind/,
  ],
  'a document of no known kind': [{ status: 0, body: { steps: 12 } }, /expected/],
  '100,000 nested brackets': ['['.repeat(100_000), /nest|deep/i],
  'an empty file': ['', /empty|0 bytes/],
  'a damaged gzip stream': [gzipSync(GOOD).subarray(0, 300), /gzip/],
};

describe('bad input', () => {
  for (const [what, [content, says]] of Object.entries(BAD)) {
    it(`${what}: one line, exit code 3, the rest of the batch converted`, async () => {
      const folder = await temporaryFolder();
      await writeFiles(folder, { 'in/a-bad.json': content, 'in/b-good.json': GOOD });
      const out = join(folder, 'out');
      const { code, stdout, stderr } = await runCli([
        'convert',
        join(folder, 'in'),
        '--out',
        out,
        '--base',
        folder,
        '--workers',
        '0',
        '--json',
      ]);
      expect(stderr).toMatch(/^rejected in\/a-bad\.json: [^\n]+\n$/);
      expect(stderr).toMatch(says);
      expect(code).toBe(3);
      const report = JSON.parse(stdout) as { inputs: unknown; summary: { ecg: { recordings: number } } };
      expect(report.inputs).toEqual({ ok: 1, partly: 0, pending: 0, rejected: 1, unchanged: 0 });
      expect(report.summary.ecg.recordings).toBe(1);
    });
  }

  it('ends with exit code 1 when nothing else was given', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'bad.json': '<html>' });
    const { code, stderr } = await runCli(['convert', 'bad.json', '--out', 'out'], { cwd: folder });
    expect(stderr).toMatch(/^rejected bad\.json: [^\n]+\n$/);
    expect(code).toBe(1);
  });

  it('names a path that is not there', async () => {
    const folder = await temporaryFolder();
    const { code, stderr } = await runCli(['convert', 'nowhere', '--out', 'out'], { cwd: folder });
    expect(stderr).toBe('rejected nowhere: cannot be read: ENOENT: no such file or directory\n');
    expect(code).toBe(1);
  });

  it.runIf(PERMISSIONS_BIND)('names a folder without permission and goes on', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'in/closed/a.json': GOOD, 'in/b.json': GOOD });
    await chmod(join(folder, 'in/closed'), 0);
    const { code, stderr } = await runCli(['convert', 'in', '--out', 'out'], { cwd: folder });
    await chmod(join(folder, 'in/closed'), 0o700);
    expect(stderr).toBe('rejected in/closed: cannot be read: EACCES: permission denied\n');
    expect(code).toBe(3);
  });

  it.runIf(process.platform !== 'win32')('leaves nothing half-written when the disk is full', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.json': GOOD, 'b.json': ecgAnswer({ signalid: 49, signal: wave(30_000) }) });
    const out = join(folder, 'out');
    await runCli(['convert', join(folder, 'a.json'), '--out', out, '--workers', '0']);
    const before = await readDataset(out);
    // A limit of 64 kB a file stands for the end of the disk: the next write past it fails.
    const full = await runCli(['convert', join(folder, 'b.json'), '--out', out, '--workers', '0'], { fileBlocks: 128 });
    expect(full.stderr).toMatch(/^withings-signals: cannot [^\n]+EFBIG[^\n]+\n$/);
    expect(full.code).toBe(1);
    expect(await readDataset(out)).toEqual(before);
  });

  it('keeps ids from outside out of paths and log lines', async () => {
    const folder = await temporaryFolder();
    const out = join(folder, 'deep/er/out');
    const frames = [{ ...frame, hash_deviceid: '../../\u001b[31m/evil\n' }];
    const evil = { ...rawdataAnswer('accel', frames), userid: '../..' };
    await writeFiles(folder, { 'in/a.json': evil, 'in/b.json': { ...ecgAnswer(), userid: 'x\r\nrejected: y' } });
    const { code, stdout } = await runCli(['convert', join(folder, 'in'), '--out', out, '--json']);
    expect(code).toBe(0);
    const { files } = JSON.parse(stdout) as { files: string[] };
    expect(files).toHaveLength(2);
    for (const file of files)
      expect(file).toMatch(/^(?:ecg|accel)\/user=[\w%.-]+\/(?:device=[\w%.-]+\/date=2020-07-07\/)?part-00000\.arrow$/);
    for (const file of files) expect(file.split('/')).not.toContain('..');
    const told = await runCli(['inspect', out]);
    expect(told.stdout.replaceAll('\n', '')).toMatch(/^[^\p{Cc}]*$/u);
  });
});
