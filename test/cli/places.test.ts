import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArgumentError, DatasetError, inspect, openArchive, verifyDataset } from 'withings-signals';
import { temporaryFolder, writeFiles } from '../support/answers.ts';
import { runCli } from '../support/cli.ts';

const CODES = Buffer.alloc(800, 0x55);

const ENV = { WITHINGS_CLIENT_ID: 'a', WITHINGS_CLIENT_SECRET: 'b', WITHINGS_API_URL: 'http://127.0.0.1:9' };

const BESIDE = ['archive', 'dangling', 'file', 'heart.al', 'others'];

/** A file, a folder of somebody's, an archive, a link to nothing. */
async function places(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, { file: 'in the way', 'others/note.txt': 'hers', 'heart.al': CODES });
  await symlink('nowhere', join(folder, 'dangling'));
  const archive = await openArchive(join(folder, 'archive'));
  await archive.close();
  return folder;
}

async function expectLine(folder: string, args: readonly string[], says: RegExp): Promise<void> {
  const { code, stdout, stderr } = await runCli(args, {
    cwd: folder,
    env: { ...ENV, WITHINGS_HOME: join(folder, '.home') },
  });
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^withings-signals: [^\n]+\n$/)]);
  expect(stderr).toMatch(says);
  // What this program tried on the way is nobody's business.
  expect(stderr).not.toMatch(/\.tmp|rename|EEXIST|EISDIR|EBUSY|, (?:open|stat|mkdir|scandir) '/);
  expect((await readdir(folder)).filter((name) => name !== '.home')).toEqual(BESIDE);
}

describe('a place that cannot be what it is named as is refused in one clear line', () => {
  it.for([
    [
      'file',
      /archive: got "file", expected a folder that can be made and written: .*file is a file; give another --archive/,
    ],
    ['file/below', /archive: got "file\/below", expected a folder .*ENOTDIR: not a directory; give another --archive/],
    ['dangling', /archive: got "dangling", .*dangling is a link that leads nowhere; give another --archive/],
    ['', /archive: got "", expected a folder for the archive; give one such as --archive archive/],
    ['-', /archive: got "-", expected a folder: an archive is many files and cannot go to standard output; give one/],
    ['s3://bucket/archive', /archive: got "s3:\/\/bucket\/archive", expected a folder of this machine;/],
    ['others', /"others": holds 1 entries and no archive, expected an archive, or a new or empty folder; give another/],
  ] as const)('fetch --archive %j', async ([archive, says]) => {
    const folder = await places();
    await expectLine(folder, ['fetch', '--archive', archive, '--user', '1'], says);
    await expectLine(folder, ['sync', '--archive', archive, '--user', '1', '--out', join(folder, 'new/signals')], says);
  });

  it('an archive that can be none is a wrong argument of a library call, too', async () => {
    const folder = await places();
    for (const name of ['file', 'file/below', 'dangling', 'x'.repeat(300)]) {
      await expect(openArchive(join(folder, name))).rejects.toThrow(ArgumentError);
    }
    await expect(openArchive('')).rejects.toThrow(ArgumentError);
  });

  it.for([
    ['archive', /"archive": got an archive, expected a data set made by convert; check it with .*archive verify/],
    [
      'heart.al',
      /heart\.al": got (?:a file, expected the folder of a data set|another format; expected a whole Arrow)/,
    ],
    ['others', /"others": holds no manifest\.json, expected a data set made by convert; \w+/],
    ['nowhere', /"nowhere": there is no such file or folder; check the path/],
    ['file/below', /"file\/below": there is no such file or folder; check the path/],
    ['', /"": there is no such file or folder; check the path/],
  ] as const)('inspect and verify %j', async ([name, says]) => {
    const folder = await places();
    await expectLine(folder, ['inspect', name], says);
    await expectLine(folder, ['verify', name], says);
    await expect(verifyDataset(name === '' ? '' : join(folder, name))).rejects.toThrow(DatasetError);
    await expect(inspect(name === '' ? '' : join(folder, name))).rejects.toThrow(DatasetError);
  });

  it.for(['heart.al', 'others', 'nowhere', 'file/below', ''])('archive verify %j', async (name) => {
    await expectLine(
      await places(),
      ['archive', 'verify', name],
      /not an archive, expected a folder with an archive\.json; .*\(a data set is checked by withings-signals verify\)/,
    );
  });

  it.for([
    ['.', /out: got "\.", a folder, expected a file for the sound; give one such as --out "heart\.wav"/],
    ['..', /out: got "\.\.", a folder, expected a file/],
    ['/', /out: got "\/", a folder, expected a file/],
    ['dangling', /out: got "dangling", a link, expected a file for the sound; give the path that it leads to/],
    ['others', /out: got "others", a folder, .*give one such as --out "others\/heart\.wav"/],
    ['others/', /out: got "others\/", a folder, /],
    ['new/', /out: got "new\/", a folder, /],
    [
      'new/x.wav',
      /out: got "new\/x\.wav", expected a file in a folder that is there: "new": ENOENT.*; make it, or give/,
    ],
    ['file/x.wav', /out: got "file\/x\.wav", expected a file in a folder, and "file" is a file; give another --out/],
    ['file/y/x.wav', /out: got "file\/y\/x\.wav", .*"file\/y": ENOTDIR: not a directory; give another --out/],
    ['', /out: got "", expected a file for the sound; give one such as --out heart\.wav/],
    ['-', /out: got "-", expected a file: .*its length.*; give one such as --out heart\.wav/],
    ['s3://bucket/x.wav', /out: got "s3:\/\/bucket\/x\.wav", expected a file of this machine; /],
  ] as const)('wav --out %j', async ([out, says]) => {
    const folder = await places();
    await expectLine(folder, ['wav', 'heart.al', '--out', out], says);
    await expectLine(folder, ['wav', '-', '--out', out], says);
  });

  it.runIf(process.platform !== 'win32')('wav never takes the place of a device', async () => {
    const folder = await places();
    await expectLine(
      folder,
      ['wav', 'heart.al', '--out', '/dev/null'],
      /out: got "\/dev\/null", a device or a pipe, expected a file/,
    );
    await expectLine(
      folder,
      ['wav', 'others', '--out', 'x.wav'],
      /"others": cannot be read: got a folder, expected a file/,
    );
  });

  it.for([
    ['gs:/bucket/x', /expected a \w+ of this machine; make one here and copy it there/],
    ['gs://bucket/x', /expected a \w+ of this machine; make one here/],
    ['S3:/x', /expected a \w+ of this machine; make one here/],
    ['file:/tmp/x', /expected a \w+ of this machine; make one here/],
    ['~', /only a shell knows what ~ stands for.*; give the whole path, or \.\/~ if that is its name/],
    ['~/x', /only a shell knows what ~ stands for.*; give the whole path, or \.\/~\/x if that is its name/],
    ['~alice/x', /only a shell knows what ~alice stands for/],
    ['$HOME/x', /only a shell knows what \$HOME stands for/],
    ['${HOME}/x', /only a shell knows what \$\{HOME\} stands for/],
    ['%USERPROFILE%/x', /only a shell knows what %USERPROFILE% stands for/],
  ] as const)('%j, wherever something is to be made', async ([place, says]) => {
    const folder = await places();
    for (const args of [
      ['convert', 'others', '--out', place],
      ['fetch', '--archive', place, '--user', '1'],
      ['wav', 'heart.al', '--out', place],
      ['simulate', '--out', place],
      ['devices', '--home', place],
    ]) {
      await expectLine(folder, args, says);
    }
  });

  it('what is good there stays good: a folder deep in others, names of all sorts, a file that is replaced', async () => {
    const folder = await places();
    await mkdir(join(folder, 'a b'));
    await mkdir(join(folder, '~'));
    const good = [
      'a b/x.wav',
      join(folder, 'a b', 'x.wav'),
      './heart.wav',
      '~/x.wav',
      './~/y.wav',
      '~x.wav',
      'a:b.wav',
    ];
    for (const out of good) {
      expect(await runCli(['wav', 'heart.al', '--out', out], { cwd: folder })).toMatchObject({ code: 0, stderr: '' });
    }
    // As sox and ffmpeg: 0x55 is the A-law code of -8.
    const wav = await readFile(join(folder, 'a b/x.wav'));
    expect([wav.length, wav.readInt16LE(44)]).toEqual([44 + 2 * CODES.length, -8]);
    const archive = await openArchive(join(folder, 'deep/er/archive'));
    await archive.close();
  });
});
