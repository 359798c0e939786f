import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatasetError } from '../../../src/core/errors.ts';
import { EXPORT_FORMATS } from '../../../src/export/index.ts';
import { fsyncFolder, pathSegment, writeFileDurably, writeWhole } from '../../../src/files/sink.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sink-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a whole file', () => {
  test('replaces the one before and leaves nothing else', async () => {
    const path = join(folder, 'a.txt');
    await writeFileDurably(path, 'one');
    await writeFileDurably(path, Uint8Array.of(0x32));
    expect(await readFile(path, 'utf8')).toBe('2');
    expect(await readdir(folder)).toEqual(['a.txt']);
  });

  test('is not there before it is whole, and the old one stays on an error', async () => {
    const path = join(folder, 'b.txt');
    await writeFile(path, 'old');
    const failed = writeWhole(path, async (file) => {
      await file.write(Buffer.from('new'));
      expect(await readFile(path, 'utf8')).toBe('old');
      throw new RangeError('disk\nfull');
    });
    await expect(failed).rejects.toThrow(DatasetError);
    await expect(failed).rejects.toThrow(/cannot write ".*b\.txt": disk\\u000afull/);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('cannot take the place of a folder', async () => {
    await mkdir(join(folder, 'taken', 'x'), { recursive: true });
    await expect(writeFileDurably(join(folder, 'taken'), '')).rejects.toThrow(DatasetError);
    await expect(fsyncFolder(join(folder, 'nowhere'))).rejects.toThrow(DatasetError);
  });
});

describe('a path segment', () => {
  test.each([
    [null, 'unknown'],
    ['unknown', '%75nknown'],
    ['363', '363'],
    ['a.b-C_9', 'a.b-C_9'],
    ['', '%'],
    ['.', '%2E'],
    ['..', '%2E%2E'],
    ['.hidden', '%2Ehidden'],
    ['end.', 'end%2E'],
    ['../../etc/passwd', '%2E.%2F..%2Fetc%2Fpasswd'],
    ['C:\\x', 'C%3A%5Cx'],
    ['a\u0000b\n', 'a%00b%0A'],
    ['50%', '50%25'],
    ['ü', '%C3%BC'],
    ['𝄞', '%F0%9D%84%9E'],
    ['\ud834', '%uD834'],
  ])('of %j is %j', (id, expected) => {
    expect(pathSegment(id)).toBe(expected);
  });

  test('of a long identifier is cut and stays distinct', () => {
    const names = ['x'.repeat(100), 'x'.repeat(101), 'x'.repeat(5000), `${'x'.repeat(4999)}y`].map(pathSegment);
    expect(new Set(names).size).toBe(4);
    expect(names[0]).toBe('x'.repeat(100));
    expect(names.map((name) => name.length)).toEqual([100, 100, 100, 100]);
  });

  test('is a safe name, and another one for every identifier', () => {
    const id = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 150 }),
      fc.string({ unit: fc.constantFrom('.', '%', 'u', '2', 'E', '~', '/', '\ud800', 'unknown') }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(fc.option(id), { minLength: 2, maxLength: 2 }), ([a, b]) => {
        const names = [pathSegment(a ?? null), pathSegment(b ?? null)];
        expect(names[0]).not.toBe(names[1]);
        for (const name of names) expect(name).toMatch(/^(?!\.)[A-Za-z0-9_.%~-]{1,100}$(?<!\.)/);
      }),
      { numRuns: 2000 },
    );
  });
});

test('every export format names the kinds it has files of', () => {
  expect(Object.keys(EXPORT_FORMATS)).toEqual(['arrow', 'wav']);
  expect(EXPORT_FORMATS.wav.kinds).toEqual(['stetho']);
  expect(EXPORT_FORMATS.arrow.kinds).toEqual(['ecg', 'stetho', 'ppg', 'accel']);
});
