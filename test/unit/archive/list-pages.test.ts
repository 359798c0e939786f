import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openArchive } from '../../../src/archive/archive.ts';
import { listPages } from '../../../src/archive/list-pages.ts';
import { isArchive } from '../../../src/archive/marker.ts';
import type { PageToKeep } from '../../../src/archive/page.ts';
import { verifyArchive } from '../../../src/archive/verify-archive.ts';
import { AbortedError } from '../../../src/core/errors.ts';
import { longText, type PageOptions, page, recording } from './pages.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-list-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Keeps the pages in an archive of that name, opened anew after each `session` pages. */
async function keep(name: string, pages: readonly PageToKeep[], session = pages.length): Promise<string> {
  const path = join(folder, name);
  for (let i = 0; i < pages.length; i += session) {
    const archive = await openArchive(path, { segmentBytes: 1000 });
    for (const one of pages.slice(i, i + session)) await archive.append(one, null);
    await archive.close();
  }
  return path;
}

// echo -n <text> | sha256sum | cut -c1-12
const SHA_ONE = '7692c3ad3540';
const SHA_TWO = '3fc4ccfe7458';

const bare = (options: PageOptions) => page({ ...options, about: { timezone: null, ...options.about } });

describe('the name of a page', () => {
  test.each([
    [
      bare({ kind: 'ecg', parameters: { signalid: '48' }, about: { signalId: 48 }, text: 'one' }),
      `ecg/363/48~${SHA_ONE}`,
    ],
    // echo -n '[["signalid","48"]]' | sha256sum | cut -c1-8
    [bare({ kind: 'stetho', parameters: { signalid: '48' }, text: 'one' }), `stetho/363/unknown~${SHA_ONE}-fefb76c2`],
    [bare({ text: 'one', userId: '../a b' }), `ppg/%2E.%2Fa%20b/1656288000-1656374400@0~${SHA_ONE}`],
    // echo -n '[["hash_deviceid","a"]]' | sha256sum | cut -c1-8, and the same of "b"
    [watchPage('a'), `ppg/363/5-6@0~${SHA_ONE}-cd960535`],
    [watchPage('b'), `ppg/363/5-6@0~${SHA_ONE}-9bab1a89`],
    [
      bare({ kind: 'heart-list', text: 'two', parameters: { startdate: '5', enddate: '6/..', offset: '40' } }),
      `heart-list/363/5-6%2F.%2E@40~${SHA_TWO}`,
    ],
    [
      bare({ kind: 'stetho-list', text: 'two', parameters: { lastupdate: '9' } }),
      `stetho-list/363/since-9@0~${SHA_TWO}`,
    ],
    [bare({ kind: 'devices', text: 'two', parameters: {} }), `devices/363/all~${SHA_TWO}`],
    // echo -n '[["timezone","Europe/Paris"]]' | sha256sum | cut -c1-8
    [page({ kind: 'devices', text: 'two', parameters: {} }), `devices/363/all~${SHA_TWO}-8fd55bb2`],
  ])('says what was asked for, what came and what is known', async (one, name) => {
    const { pages } = await listPages(await keep('study', [one]));
    expect(pages.map((listed) => listed.name)).toEqual([`study/${name}`]);
  });

  test('is of one page only, whatever tells pages apart', async () => {
    const kept = [
      watchPage('a'),
      watchPage('b'),
      ...[48, 49].map((id) => recording(id, { text: 'one' })),
      ...[7, 8].map((recordedAt) => recording(48, { text: 'one', about: { signalId: 48, recordedAt } })),
      recording(48, { text: 'one', userId: '7' }),
      recording(48, { text: 'one', kind: 'stetho' }),
      recording(48, { text: 'one', parameters: { signalid: '48', with_filtered: 'true' } }),
    ];
    const { pages } = await listPages(await keep('study', kept));
    expect(new Set(pages.map(({ name }) => name)).size).toBe(kept.length);
  });
});

function watchPage(device: string): PageToKeep {
  return bare({ text: 'one', parameters: { startdate: '5', enddate: '6', hash_deviceid: device } });
}

describe('a list of pages', () => {
  test('does not depend on the order of fetching, on repeats or on restarts', async () => {
    const some = Array.from({ length: 12 }, (_, i) =>
      page({ text: longText(i % 5, 20), userId: `${i % 2}`, parameters: { startdate: `${i % 4}`, enddate: '9' } }),
    );
    const told = async (archive: string) =>
      (await listPages(archive)).pages.map(({ name, sha256, userId, about }) => ({ name, sha256, userId, about }));
    await mkdir(join(folder, 'a'));
    await mkdir(join(folder, 'b'));
    const inOrder = await told(await keep('a/study', some));
    const otherwise = await told(await keep('b/study', [...some.toReversed(), ...some], 5));
    expect(otherwise).toEqual(inOrder);
    expect(new Set(inOrder.map(({ name }) => name)).size).toBe(inOrder.length);
  });

  test('holds every content of a recording that was fetched again, and says which is the newest', async () => {
    const archive = await keep('study', [
      recording(48, { text: 'pending', receivedAt: 1 }),
      recording(48, { text: 'first', receivedAt: 2 }),
      recording(48, { text: 'second', receivedAt: 3 }),
      recording(48, { text: 'first', receivedAt: 4 }),
      recording(49, { text: 'pending', receivedAt: 5 }),
    ]);
    const { pages } = await listPages(archive);
    const told = pages.map(({ about, bytes, receivedAt, newest }) => [about.signalId, bytes, receivedAt, newest]);
    expect(told.toSorted((a, b) => Number(a[2]) - Number(b[2]))).toEqual([
      [48, 'pending'.length, 1, false],
      [48, 'second'.length, 3, false],
      [48, 'first'.length, 4, true],
      [49, 'pending'.length, 5, true],
    ]);
  });

  test('holds a content twice when what is known about it has changed', async () => {
    const archive = await keep('study', [
      recording(48, { text: 'one', about: { signalId: 48, recordedAt: 7 } }),
      recording(48, { text: 'one', about: { signalId: 48, recordedAt: 8 } }),
      recording(48, { text: 'one', about: { signalId: 48, recordedAt: 8 } }),
    ]);
    const { pages } = await listPages(archive);
    expect(pages.map(({ about, newest }) => [about.recordedAt, newest])).toEqual([
      [7, false],
      [8, true],
    ]);
  });

  test('is given while a writer is at work', async () => {
    const path = join(folder, 'study');
    const archive = await openArchive(path);
    await archive.append(page({ text: 'one' }), null);
    expect((await listPages(path)).pages).toHaveLength(1);
    expect((await verifyArchive(path)).problems).toEqual([]);
    await archive.append(page({ text: 'two' }), null);
    expect((await listPages(path)).pages).toHaveLength(2);
    await archive.close();
  });

  test('tells a segment that is missing, and pages whose content was in it', async () => {
    const path = await keep('study', [
      page({ text: longText(1) }),
      page({ text: longText(2) }),
      page({ text: longText(1), userId: '7' }),
    ]);
    await rm(join(path, 'pages-00000.wsa'));
    const { pages, damaged } = await listPages(path);
    expect(pages).toHaveLength(1);
    expect(damaged.map(({ file, reason }) => [file, reason])).toEqual([
      [join(path, 'pages-00000.wsa'), 'the segment is missing'],
      [
        join(path, 'pages-00002.wsa'),
        expect.stringMatching(/^its content, kept under SHA-256 [0-9a-f]{64}, is not there$/),
      ],
    ]);
    const { problems } = await verifyArchive(path);
    expect(problems.map(({ page: name }) => name)).toEqual([null, expect.stringMatching(/^study\/ppg\/7\//)]);
  });

  test('ends when the signal fires', async () => {
    const path = await keep('study', [page(), page({ text: 'two' })]);
    const signal = AbortSignal.abort();
    await expect(listPages(path, { signal })).rejects.toThrow(AbortedError);
    await expect(verifyArchive(path, { signal })).rejects.toThrow(AbortedError);
    await expect(openArchive(path, { signal })).rejects.toThrow(AbortedError);
    await (await openArchive(path)).close();
  });
});

describe('a verification', () => {
  test('reads every page of more than fits into memory at once', async () => {
    const archive = await openArchive(join(folder, 'study'));
    const pages = Array.from({ length: 60 }, (_, i) => page({ text: longText(i, 9000), receivedAt: i }));
    await Promise.all(pages.map((one) => archive.append(one, null)));
    await archive.close();
    const seen: number[] = [];
    const report = await verifyArchive(join(folder, 'study'), { onProgress: (done, total) => seen.push(done / total) });
    expect(report).toMatchObject({ segments: 1, records: 61, pages: 60, contents: 60, mended: 0, problems: [] });
    expect(report.bytes).toBeGreaterThan(2 ** 19);
    expect(seen.at(-1)).toBeCloseTo(1, 3);
  });

  test('finds a content that is not what its digest says', async () => {
    const path = await keep('study', [page({ text: 'one', sha256: '00'.repeat(32) })]);
    const { problems } = await verifyArchive(path);
    expect(problems).toMatchObject([
      { reason: expect.stringMatching(/^got content of SHA-256 7692c3ad.*, expected 0000/) },
    ]);
  });

  test('finds a gzip stream that was broken when it came', async () => {
    const payload = Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3);
    const path = await keep('study', [page({ payload, encoding: 'gzip', sha256: '00'.repeat(32) })]);
    const { problems } = await verifyArchive(path);
    expect(problems).toMatchObject([
      { reason: expect.stringMatching(/^damaged gzip stream/), remedy: expect.stringMatching(/fetch/) },
    ]);
  });

  test('counts a damaged copy as mended when a sound one was kept later', async () => {
    const path = await keep('study', [page({ text: longText(1) })]);
    const file = join(path, 'pages-00000.wsa');
    const bytes = await readFile(file);
    bytes[(await listPages(path)).pages[0]!.offset + 50]! ^= 1;
    await writeFile(file, bytes);
    expect((await verifyArchive(path)).problems).toHaveLength(1);
    await keep('study', [page({ text: longText(1) })]);
    expect(await verifyArchive(path)).toMatchObject({ mended: 1, problems: [], contents: 2 });
  });

  test('calls an unfinished end a problem only when no writer left its lock', async () => {
    const path = await keep('study', [page()]);
    const file = join(path, 'pages-00000.wsa');
    await writeFile(file, Buffer.concat([await readFile(file), Buffer.from('torn')]));
    expect(await verifyArchive(path)).toMatchObject({
      unfinishedBytes: 4,
      problems: [{ bytes: 4, reason: 'not whole' }],
    });
    await writeFile(join(path, '.lock'), '');
    expect(await verifyArchive(path)).toMatchObject({ unfinishedBytes: 4, problems: [] });
  });
});

test('a folder is known as an archive by its marker', async () => {
  expect(await isArchive(folder)).toBe(false);
  await writeFile(join(folder, 'archive.json'), '{"of":"somebody else"}');
  expect(await isArchive(folder)).toBe(false);
  expect(await isArchive(join(folder, 'archive.json'))).toBe(false);
  expect(await isArchive(await keep('study', [page()]))).toBe(true);
});
