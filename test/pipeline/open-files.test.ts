import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ecgAnswer, readDataset, stethoAnswer, temporaryFolder, wave, writeFiles } from '../support/answers.ts';
import { resultOf, runCli, startScript } from '../support/cli.ts';

/** More than files may be open: each has a part of its own, some two and a WAV file. */
const USERS = 300;
const OPEN_FILES = 256;

/** One line a recording. */
function linesOfUsers(): string {
  const lines: string[] = [];
  for (let userid = 1; userid <= USERS; userid++) {
    lines.push(JSON.stringify(ecgAnswer({ userid, signalid: userid, signal: wave(100, userid) })));
    if (userid % 3 === 0)
      lines.push(JSON.stringify(stethoAnswer({ userid, signalid: userid, signal: [userid % 256, 7] })));
  }
  return `${lines.join('\n')}\n`;
}

describe('open files', () => {
  it('are few, however many users there are', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'all.ndjson': linesOfUsers() });
    const convertTo = (out: string, ...more: readonly string[]) =>
      runCli(['convert', join(folder, 'all.ndjson'), '--out', join(folder, out), '--format', 'arrow,wav', ...more], {
        openFiles: OPEN_FILES,
      });
    for (const workers of ['0', '2']) {
      const { code, stdout, stderr } = await convertTo(workers, '--workers', workers);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('500 files written');
    }
    expect(await readDataset(join(folder, '2'))).toEqual(await readDataset(join(folder, '0')));
  });

  it('that are too many are told as that, not as a lack of space', async () => {
    const folder = await temporaryFolder();
    const { code, stdout, stderr } = await resultOf(startScript('open-all-files.mjs', [folder], { openFiles: 200 }));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [rows, samples, ...more] = stdout.trimEnd().split('\n');
    expect(more).toEqual([]);
    expect(rows).toMatch(
      /^cannot stage rows in \S+: EMFILE: too many open files.*; allow this process more open files/,
    );
    expect(samples).toMatch(/^cannot stage samples in \S+: EMFILE: .*; allow this process more open files/);
  });
});
