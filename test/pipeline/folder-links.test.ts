import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AbortedError, convert } from 'withings-signals';
import { ecgAnswer, readDataset, temporaryFolder, writeFiles } from '../support/answers.ts';
import { resultOf, startCli } from '../support/cli.ts';

const FOLDERS = Array.from({ length: 12 }, (_, i) => `f${String(i).padStart(2, '0')}`);

/** Each links to every other and to itself: there are more ways through them than can be gone. */
async function makeRing(): Promise<string> {
  const folder = await temporaryFolder();
  for (const [i, name] of FOLDERS.entries()) {
    await writeFiles(folder, { [`in/${name}/a.json`]: ecgAnswer({ signalid: i + 1 }) });
    for (const other of FOLDERS) await symlink(join('..', other), join(folder, 'in', name, `to-${other}`));
  }
  return folder;
}

async function namesOf(out: string): Promise<readonly string[]> {
  const { inputs } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as { inputs: { name: string }[] };
  return inputs.map(({ name }) => name);
}

describe.runIf(process.platform !== 'win32')('folders that link each other', () => {
  it('are walked once each, whichever of them are named and in which order', async () => {
    const folder = await makeRing();
    const all = FOLDERS.map((name) => join(folder, 'in', name));
    const ways = [[join(folder, 'in')], all, all.toReversed()];
    for (const [i, inputs] of ways.entries()) {
      const report = await convert({ inputs, base: folder, out: join(folder, `out-${i}`), workers: 0 });
      expect(report.inputs.ok).toBe(FOLDERS.length);
      expect(await readDataset(join(folder, `out-${i}`))).toEqual(await readDataset(join(folder, 'out-0')));
    }
    expect(await namesOf(join(folder, 'out-0'))).toEqual(FOLDERS.map((name) => `in/${name}/a.json`));
    // Of one, the others are reached through its own links.
    await convert({ inputs: [join(folder, 'in/f05')], base: folder, out: join(folder, 'one'), workers: 0 });
    expect(await namesOf(join(folder, 'one'))).toEqual(
      FOLDERS.map((name) => (name === 'f05' ? 'in/f05/a.json' : `in/f05/to-${name}/a.json`)).sort(),
    );
  });

  it('and links to nothing or to themselves cost only what would have been taken', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'in/a.json': ecgAnswer() });
    await symlink('nowhere', join(folder, 'in/gone.json'));
    await symlink('nowhere', join(folder, 'in/gone'));
    await symlink('self.json', join(folder, 'in/self.json'));
    const report = await convert({ inputs: [join(folder, 'in')], base: folder, out: join(folder, 'out'), workers: 0 });
    expect(report.rejected).toMatchObject([
      { name: 'in/gone.json', reason: 'cannot be read: ENOENT: no such file or directory' },
      { name: 'in/self.json', reason: expect.stringMatching(/^cannot be read: ELOOP/) as string },
    ]);
    expect(report.passedOver).toEqual([{ name: 'in/gone', what: 'file' }]);
    expect(report.inputs).toMatchObject({ ok: 1, rejected: 2 });
  });
});

describe('the list of inputs', () => {
  it('ends when it is interrupted in the middle of a folder', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'in'));
    await writeFiles(folder, Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`in/${i}.txt`, ''])));
    const stop = new AbortController();
    setImmediate(() => stop.abort());
    const work = convert({ inputs: [join(folder, 'in')], out: join(folder, 'out'), workers: 0, signal: stop.signal });
    await expect(work).rejects.toBeInstanceOf(AbortedError);
    expect(await readdir(folder)).toEqual(['in']);
  });

  it.runIf(process.platform !== 'win32')('ends with exit code 130 while standard input is waited for', async () => {
    const folder = await temporaryFolder();
    const child = startCli(['convert', '-', '--out', 'out', '--workers', '0'], { cwd: folder });
    const ended = resultOf(child);
    while (!existsSync(join(folder, 'out/.staging/stdin'))) await sleep(10);
    child.kill('SIGINT');
    expect(await ended).toEqual({
      code: 130,
      stdout: '',
      stderr: 'withings-signals: interrupted; nothing was changed\n',
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
