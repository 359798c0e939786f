import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openArchive } from 'withings-signals';
import { ecgAnswer, temporaryFolder, wave } from '../support/answers.ts';
import { type CliResult, runCli } from '../support/cli.ts';

const RECORDINGS = 8;
const SEGMENT = /^pages-\d+\.wsa$/;

describe('an archive that lost a part', () => {
  it('is converted as far as it is there, and said in one line, exit code 3', async () => {
    const archive = await archiveOf(RECORDINGS);
    const segments = (await readdir(archive)).filter((name) => SEGMENT.test(name)).toSorted();
    expect(segments.length).toBeGreaterThan(3);
    const [first, middle, last] = [segments[0]!, segments[2]!, segments.at(-1)!];
    for (const [name, damage, says] of [
      ['last cut within a page', (folder) => cut(join(folder, last), -100), /the file is cut: it ends at byte \d+/],
      [
        'last cut to its header',
        (folder) => truncate(join(folder, last), 16),
        /the file is cut: it ends at byte 16, expected/,
      ],
      ['last emptied', (folder) => truncate(join(folder, last), 0), /the file is cut: it ends at byte 0, expected/],
      [
        'last without its seal',
        (folder) => cut(join(folder, last), -25),
        /the file is cut: it ends at byte \d+, expected/,
      ],
      ['middle cut within a page', (folder) => cut(join(folder, middle), -300), /the file is cut/],
      ['first missing', (folder) => rm(join(folder, first)), /the segment is missing/],
      ['middle missing', (folder) => rm(join(folder, middle)), /the segment is missing/],
      ['last missing', (folder) => rm(join(folder, last)), /the segment is missing/],
      ['archive.json missing', (folder) => rm(join(folder, 'archive.json')), /missing or damaged beside the segments/],
      ['archive.json damaged', (folder) => writeFile(join(folder, 'archive.json'), '{"form'), /missing or damaged/],
      ['end.json damaged', (folder) => writeFile(join(folder, 'end.json'), ''), /not as it was written/],
    ] as readonly (readonly [string, (folder: string) => Promise<void>, RegExp])[]) {
      const folder = join(await temporaryFolder(), 'study');
      await cp(archive, folder, { recursive: true });
      await damage(folder);
      const out = join(await temporaryFolder(), 'signals');
      expectLine(
        await runCli(['convert', folder, '--out', out, '--workers', '0']),
        /^rejected .*study\/[\w-]+\.\w+: /,
        says,
        name,
      );
      expectLine(await runCli(['archive', 'verify', folder]), /^damaged /, says, name);
      expect(await recordingsIn(out)).toBeGreaterThanOrEqual(RECORDINGS - 2);
    }
  });

  it('and of which the end was cut is no longer whole when pages have come again', async () => {
    const archive = await archiveOf(RECORDINGS);
    const last = (await readdir(archive)).toSorted().findLast((name) => SEGMENT.test(name))!;
    await cut(join(archive, last), -100);
    const writer = await openArchive(archive);
    expect(writer.found.damaged).toBe(1);
    expect(writer.state.recording('363', 'ecg', RECORDINGS)).toBeNull();
    await keep(writer, RECORDINGS);
    await writer.close();
    const out = join(await temporaryFolder(), 'signals');
    const said = await runCli(['convert', archive, '--out', out, '--workers', '0']);
    expectLine(said, /^rejected /, /not the frame of a record/, 'grown');
    expect(await recordingsIn(out)).toBe(RECORDINGS);
  });

  it('says which recordings are noted as held and are not there', async () => {
    const archive = await archiveOf(1);
    const writer = await openArchive(archive);
    for (let signalId = 2; signalId < 10; signalId++) {
      await writer.append(null, {
        userId: '363',
        kind: 'ecg',
        what: 'recording',
        signalId,
        modified: null,
        state: 'held',
      });
    }
    await writer.close();
    const out = join(await temporaryFolder(), 'signals');
    const says = /ecg of user "363": 2, 3, 4, 5, 6 and 3 more noted as held, but not there: the next fetch asks again/;
    expectLine(await runCli(['convert', archive, '--out', out, '--workers', '0']), /^rejected /, says, 'convert');
    expectLine(await runCli(['archive', 'verify', archive]), /^damaged /, says, 'verify');
  });
});

/** Recordings 1 to `count`, closed in order, a few in a segment. */
async function archiveOf(count: number): Promise<string> {
  const folder = join(await temporaryFolder(), 'study');
  const archive = await openArchive(folder, { segmentBytes: 2500 });
  for (let signalId = 1; signalId <= count; signalId++) await keep(archive, signalId);
  await archive.close();
  return folder;
}

async function keep(archive: Awaited<ReturnType<typeof openArchive>>, signalId: number): Promise<void> {
  const { response } = ecgAnswer({ signal: wave(900, signalId) });
  await archive.append(
    {
      userId: '363',
      kind: 'ecg',
      request: { endpoint: 'heart get', parameters: { signalid: `${signalId}` } },
      receivedAt: signalId,
      about: { signalId, recordedAt: 1_594_159_644 + 100 * signalId, deviceId: null, timezone: 'Europe/Paris' },
      payload: Buffer.from(JSON.stringify(response)),
      encoding: 'identity',
    },
    { userId: '363', kind: 'ecg', what: 'recording', signalId, modified: null, state: 'held' },
  );
}

async function cut(path: string, bytes: number): Promise<void> {
  await truncate(path, (await readFile(path)).length + bytes);
}

async function recordingsIn(out: string): Promise<number> {
  const manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as {
    summary: { ecg: { recordings: number } };
  };
  return manifest.summary.ecg.recordings;
}

function expectLine({ code, stderr }: CliResult, begins: RegExp, says: RegExp, name: string): void {
  const lines = stderr.trimEnd().split('\n');
  expect([name, code, lines]).toEqual([name, 3, [expect.stringMatching(begins)]]);
  expect(lines[0], name).toMatch(says);
}
