import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { ArgumentError, type ConvertOptions, convert } from 'withings-signals';
import { ecgAnswer, temporaryFolder, wave, writeFiles } from '../support/answers.ts';
import { runCli } from '../support/cli.ts';

const HZ = /from 0\.001 to 1000000 Hz/;

describe('numbers that nobody means are refused before any work is done', () => {
  it.each([
    ['--ecg-rate', '1e-9', HZ],
    ['--ecg-rate', '1e12', HZ],
    ['--ecg-rate', '0.000000001', HZ],
    ['--ecg-rate', '1000000000000', HZ],
    ['--ecg-rate', '0', HZ],
    ['--ecg-rate', '9'.repeat(400), HZ],
    ['--ecg-notch', '0.0000001', HZ],
    ['--ecg-notch', '100000000000', HZ],
    ['--ecg-band', '0.0000000001-40', HZ],
    ['--ecg-band', '0.5-99999999999', HZ],
    ['--ecg-band', '40-0.5', HZ],
    ['--workers', '99999999999999999999', /from 0 to 1024/],
  ])('convert %s %s', async (option, value, says) => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.json': ecgAnswer() });
    const { code, stdout, stderr } = await runCli(['convert', 'a.json', option, value], { cwd: folder });
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^error: [^\n]+\n$/)]);
    expect(stderr).toMatch(says);
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it.each<Partial<ConvertOptions>>([
    { ecgRate: 1e-9 },
    { ecgRate: 1e12 },
    { ecgRate: Number.POSITIVE_INFINITY },
    { ecgRate: Number.NaN },
    { ecgNotch: 1e-7 },
    { ecgBand: [1e-10, 40] },
    { ecgBand: [0.5, 1e9] },
  ])('a library call with %j', async (options) => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.json': ecgAnswer() });
    const work = convert({ inputs: [join(folder, 'a.json')], out: join(folder, 'out'), workers: 0, ...options });
    const error = await work.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toMatch(/^ECG [a-z ]+: got \S+ Hz, expected a number from 0\.001 to 1000000$/);
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it.each([
    ['fetch', '--from', '99999999999', /Unix seconds \(not milliseconds\), from 1970 to 2106/],
    ['fetch', '--to', '4294967296', /from 1970 to 2106/],
    ['fetch', '--to', '9999-01-01', /from 1970 to 2106/],
  ])('%s %s %s', async (command, option, value, says) => {
    const folder = await temporaryFolder();
    const { code, stderr } = await runCli([command, '--archive', 'a', option, value], { cwd: folder });
    expect([code, stderr]).toEqual([1, expect.stringMatching(says)]);
    expect(await readdir(folder)).toEqual([]);
  });
});

it('an ECG that a rate would make longer than any recording may be stays as delivered, and is told', async () => {
  const folder = await temporaryFolder();
  // 15,000 samples of 300 Hz are 50 million of 1 MHz; 600 of them are 2 million.
  await writeFiles(folder, {
    'long.json': ecgAnswer({ signal: wave(15_000) }),
    'short.json': ecgAnswer({ signalid: 49, signal: wave(600) }),
  });
  const args = ['convert', 'long.json', 'short.json', '--out', 'out', '--ecg-rate', '1000000', '--workers', '0'];
  const { code, stderr } = await runCli(args, { cwd: folder });
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/^note long\.json: [^\n]*would become 50000000, expected at most 16777216: [^\n]*\n$/),
  ]);
  const table = tableFromIPC(await readFile(join(folder, 'out/ecg/user=363/part-00000.arrow')));
  const filtered = table.toArray().map((row) => (row as { filtered: Float32Array | null }).filtered?.length ?? null);
  expect(filtered).toEqual([null, 2_000_000]);
});
