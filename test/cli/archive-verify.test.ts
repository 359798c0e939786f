import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listPages, openArchive } from 'withings-signals';
import { temporaryFolder } from '../support/answers.ts';
import { runCli } from '../support/cli.ts';

async function archiveOf(...texts: readonly string[]): Promise<string> {
  const folder = join(await temporaryFolder(), 'study');
  const archive = await openArchive(folder);
  for (const [i, text] of texts.entries()) {
    await archive.append(
      {
        userId: '363',
        kind: 'ecg',
        request: { endpoint: '/v2/heart get', parameters: { signalid: `${i}` } },
        receivedAt: i,
        about: { signalId: i, recordedAt: null, deviceId: null, timezone: null },
        payload: Buffer.from(text),
        encoding: 'identity',
      },
      null,
    );
  }
  await archive.close();
  return folder;
}

describe('archive verify', () => {
  it('of a sound archive exits with 0 and says what it holds', async () => {
    const folder = await archiveOf('one', 'two', 'two');
    const { code, stdout, stderr } = await runCli(['archive', 'verify', folder]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/study: 4 records in 1 segments \(\d+ bytes\): all good\n3 pages, 2 stored\n$/);
  });

  it('names each damaged page with place, reason and remedy, and exits with 3', async () => {
    const folder = await archiveOf('one', 'two', 'two', 'three');
    const file = join(folder, 'pages-00000.wsa');
    const two = (await listPages(folder)).pages.find(({ about }) => about.signalId === 1)!;
    const bytes = await readFile(file);
    bytes[two.offset]! ^= 4;
    await writeFile(file, bytes);

    const { code, stdout, stderr } = await runCli(['archive', 'verify', folder, '--json']);
    expect(code).toBe(3);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^damaged .*pages-00000\.wsa at byte \d+: study\/ecg\/363\/1~[0-9a-f]{12}: the checksum of the page is not that of its bytes; fetch that page again/,
    );
    expect(lines[1]).toMatch(/study\/ecg\/363\/2~[0-9a-f]{12}: its content, .*, is not there or damaged; fetch/);
    expect(JSON.parse(stdout)).toMatchObject({ pages: 4, contents: 3, problems: [{ bytes: expect.any(Number) }, {}] });
  });

  it('of a folder that is no archive exits with 1 and one line', async () => {
    const folder = await temporaryFolder();
    const { code, stdout, stderr } = await runCli(['archive', 'verify', folder]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^withings-signals: ".*": not an archive, expected a folder with an archive\.json; .*\n$/);
    expect((await runCli(['archive', 'verify'])).code).toBe(1);
    expect((await runCli(['archive', 'verify', '--help'])).code).toBe(0);
  });
});
