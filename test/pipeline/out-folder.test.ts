import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArgumentError, convert } from 'withings-signals';
import { ecgAnswer, readDataset, temporaryFolder, writeFiles } from '../support/answers.ts';
import { runCli } from '../support/cli.ts';
import { PERMISSIONS_BIND } from '../support/permissions.ts';

async function withInput(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'in/a.json': ecgAnswer(), file: 'in the way' });
  return folder;
}

describe('a folder for the data set that can be none', () => {
  const long = 'x'.repeat(300);
  it.each([
    ['-', /out: got "-", expected a folder: .*standard output; give one such as --out signals$/],
    ['', /out: got "", expected a folder/],
    ['s3://bucket/signals', /expected a folder of this machine/],
    ['file:///tmp/signals', /expected a folder of this machine/],
    ['ecg.csv', /the name of a file, .*give one such as --out ".*ecg"$/],
    ['deep/ECG.EDF', /the name of a file/],
    ['day.ndjson.gz', /the name of a file/],
    ['file', /is a file; give another --out$/],
    ['file/below', /ENOTDIR: not a directory; give another --out$/],
    [`new/${long}/below`, /ENAMETOOLONG/],
    ['with\0zero', /null bytes/],
  ])('%j is an argument error in one line, and nothing is left', async (out, says) => {
    const folder = await withInput();
    const plain = out === '' || out === '-' || out.includes('://');
    const work = convert({ inputs: [join(folder, 'in')], out: plain ? out : join(folder, out), workers: 0 });
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toMatch(says);
    expect((error as Error).message).not.toMatch(/\p{Cc}/u);
    expect((await readdir(folder)).sort()).toEqual(['file', 'in']);
  });

  it.runIf(process.platform === 'linux')('is refused where the system never lets its parent be made', async () => {
    const folder = await withInput();
    const { code, stderr } = await runCli(['convert', 'in', '--out', '/proc/none/signals'], { cwd: folder });
    expect(stderr).toMatch(
      /^withings-signals: out: got "\/proc\/none\/signals", expected a folder[^\n]*ENOENT[^\n]*\n$/,
    );
    expect(code).toBe(1);
  });

  it.runIf(PERMISSIONS_BIND)('is refused where this user may not write', async () => {
    const folder = await withInput();
    await chmod(join(folder, 'in'), 0o500);
    for (const out of ['in', 'in/new']) {
      const work = convert({ inputs: [join(folder, 'in/a.json')], out: join(folder, out), workers: 0 });
      await expect(work).rejects.toThrow(/EACCES: permission denied; give another --out$/);
    }
    await chmod(join(folder, 'in'), 0o700);
  });

  it('may have a name like that of a file where it is a folder already', async () => {
    const folder = await withInput();
    await writeFiles(folder, { 'old.csv/note': '' });
    const report = await convert({ inputs: [join(folder, 'in')], out: join(folder, 'old.csv'), workers: 0 });
    expect(report.inputs.ok).toBe(1);
  });
});

describe('a conversion that could read nothing', () => {
  it('leaves no folder behind that was not there', async () => {
    const folder = await withInput();
    await writeFiles(folder, { 'empty/note.txt': '' });
    const { code, stderr } = await runCli(['convert', 'nope.json', '--out', 'a/b/c'], { cwd: folder });
    expect([code, stderr]).toEqual([1, 'rejected nope.json: cannot be read: ENOENT: no such file or directory\n']);
    const empty = convert({ inputs: [join(folder, 'empty')], out: join(folder, 'a/b/c'), workers: 0 });
    await expect(empty).rejects.toThrow(/hold no \.json.* \(passed over 1 file\)/);
    expect((await readdir(folder)).sort()).toEqual(['empty', 'file', 'in']);
    // One that was there stays, and nothing is in it.
    await writeFiles(folder, { 'there/mine': '' });
    await convert({ inputs: [join(folder, 'nope.json')], out: join(folder, 'there'), workers: 0 });
    expect(await readdir(join(folder, 'there'))).toEqual(['mine']);
  });
});

describe('a data set that lies among the inputs', () => {
  it('is none of them, wherever it lies and whatever else lies in it', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.json': ecgAnswer() });
    const run = (...args: readonly string[]) =>
      runCli(['convert', '--json', '--workers', '0', ...args], { cwd: folder });
    const reportOf = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await run(...args);
      expect([code, stderr]).toEqual([0, '']);
      return JSON.parse(stdout) as { inputs: { ok: number }; passedOver: readonly unknown[] };
    };
    await reportOf('a.json', '--out', 'deep/other');
    await reportOf('.', '--out', 'signals');
    const before = await readDataset(join(folder, 'signals'));
    expect((await reportOf('.', '--out', 'signals')).passedOver).toEqual([{ name: 'deep/other', what: 'data set' }]);
    expect(await readDataset(join(folder, 'signals'))).toEqual(before);
    // Beside the answers themselves.
    expect((await reportOf('.', '--out', '.')).inputs.ok).toBe(1);
    expect((await reportOf('.', '--out', '.')).inputs.ok).toBe(1);
    const said = await run('deep', '--out', 'signals');
    expect(said.stderr).toMatch(/hold no \.json.*\(passed over 1 data set\)/);
    expect(said.code).toBe(1);
  });
});
