import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openArchive } from '../../../src/archive/archive.ts';
import { listPages } from '../../../src/archive/list-pages.ts';
import type { Note, PageToKeep } from '../../../src/archive/page.ts';
import { readPage } from '../../../src/archive/read-page.ts';
import { verifyArchive } from '../../../src/archive/verify-archive.ts';
import { ArchiveError, ArgumentError, InputError } from '../../../src/core/errors.ts';
import { ASKED, DAY, longText, page, pageNote, recording, START, windowNote } from './pages.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(() => rm(folder, { recursive: true }));

const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

async function keep(entries: readonly (readonly [PageToKeep | null, Note | null])[], segmentBytes?: number) {
  const archive = await openArchive(folder, segmentBytes === undefined ? {} : { segmentBytes });
  for (const [one, note] of entries) await archive.append(one, note);
  await archive.close();
}

async function contentOf(listed: Awaited<ReturnType<typeof listPages>>['pages'][number]): Promise<string> {
  const bytes = await readPage(listed);
  return Buffer.from(listed.encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}

describe('a page', () => {
  test('comes back as it was received, with all that was known of it', async () => {
    const text = longText(1);
    await keep([[page({ text }), null]]);
    const { pages, damaged } = await listPages(folder);
    expect(damaged).toEqual([]);
    expect(pages).toHaveLength(1);
    const { payload: _payload, encoding: _encoding, ...told } = page({ text });
    expect(pages[0]).toMatchObject({ ...told, sha256: sha256(text), encoding: 'gzip', newest: true });
    expect(await contentOf(pages[0]!)).toBe(text);
    expect(pages[0]!.bytes).toBeLessThan(text.length / 2);
  });

  test('that came as gzip is kept byte for byte, its digest is of the content', async () => {
    const text = longText(2);
    const payload = gzipSync(text, { level: 9 });
    await keep([[page({ payload, encoding: 'gzip' }), null]]);
    const [listed] = (await listPages(folder)).pages;
    expect(listed).toMatchObject({ encoding: 'gzip', sha256: sha256(text) });
    expect(Buffer.from(await readPage(listed!))).toEqual(payload);
  });

  test('that is small, or that gzip does not make smaller, is kept as it is', async () => {
    const noise = Buffer.concat(Array.from({ length: 400 }, (_, i) => createHash('sha256').update(`${i}`).digest()));
    await keep([
      [page({ text: '{}' }), null],
      [page({ payload: noise }), null],
      [page({ text: '' }), null],
    ]);
    const { pages } = await listPages(folder);
    expect(new Set(pages.map(({ encoding, bytes }) => `${encoding} ${bytes}`))).toEqual(
      new Set(['identity 0', 'identity 2', 'identity 12800']),
    );
  });

  test('that is no gzip stream although it is said to be is refused, and nothing of it is kept', async () => {
    const archive = await openArchive(folder);
    await expect(archive.append(page({ encoding: 'gzip' }), null)).rejects.toThrow(InputError);
    await archive.append(page({ text: 'next' }), null);
    await archive.close();
    expect((await listPages(folder)).pages).toHaveLength(1);
  });

  test.each(['access_token', 'refresh_token', 'signal_token', 'client_secret', 'signature', 'nonce', 'code'])(
    'whose request names %s is refused without telling the value',
    async (name) => {
      const archive = await openArchive(folder);
      const kept = archive.append(page({ parameters: { [name]: 'abc123', startdate: '1' } }), null);
      await expect(kept).rejects.toThrow(ArgumentError);
      await expect(kept).rejects.toThrow(new RegExp(`got "${name}", expected no secrets`));
      await expect(kept).rejects.not.toThrow(/abc123/);
      await archive.close();
      expect((await readFile(join(folder, 'archive.json'))).includes('abc123')).toBe(false);
      expect(await readdir(folder)).toEqual(['archive.json']);
    },
  );

  test.each([
    [{ receivedAt: 1.5 }, /page\.receivedAt: got 1\.5/],
    [{ userId: '' }, /page\.userId: got an empty text/],
    [{ sha256: 'ABC' }, /page\.sha256: got "ABC"/],
    [{ about: { signalId: -1 } }, /page\.about\.signalId: got -1/],
    [{ kind: 'sleep' as 'ppg' }, /page\.kind: got "sleep", expected one of ecg, stetho/],
  ])('of %j is refused', async (options, says) => {
    const archive = await openArchive(folder);
    await expect(archive.append(page(options), null)).rejects.toThrow(says);
    await archive.close();
  });

  test('of the same content is stored once, whoever it is of', async () => {
    const text = longText(3);
    await keep([
      [page({ text, receivedAt: 1 }), null],
      [page({ text, receivedAt: 2, userId: '7' }), null],
      [page({ text, receivedAt: 3, parameters: { startdate: '1', enddate: '10' } }), null],
    ]);
    const { size } = await stat(join(folder, 'pages-00000.wsa'));
    const { pages, damaged } = await listPages(folder);
    expect(damaged).toEqual([]);
    expect(pages).toHaveLength(3);
    expect(size).toBeLessThan(pages[0]!.bytes + 1500);
    expect(new Set(pages.map(({ offset }) => offset)).size).toBe(1);
  });

  test('is stored again when its first copy has been damaged on the disk', async () => {
    const text = longText(4);
    await keep([[page({ text }), null]]);
    const [first] = (await listPages(folder)).pages;
    const path = join(folder, 'pages-00000.wsa');
    const bytes = await readFile(path);
    bytes[first!.offset + 100]! ^= 1;
    await writeFile(path, bytes);
    await expect(readPage(first!)).rejects.toThrow(/damaged page at byte \d+ of .*pages-00000\.wsa.*fetch it again/);

    await keep([[page({ text, receivedAt: 5 }), null]]);
    const { pages } = await listPages(folder);
    expect(pages).toHaveLength(1);
    expect(await contentOf(pages[0]!)).toBe(text);
  });
});

describe('many pages at a time', () => {
  test('are kept in the order of the calls, over as many segments as they need', async () => {
    const archive = await openArchive(folder, { segmentBytes: 50_000 });
    const texts = Array.from({ length: 40 }, (_, i) => longText(i, i % 3 === 0 ? 20_000 : 10));
    await Promise.all([
      ...texts.map((text, i) => archive.append(page({ text, receivedAt: i }), pageNote(i, i + 1))),
      archive.sync(),
    ]);
    expect(archive.state.pages).toBe(40);
    expect(archive.state.openWindows('363', 'ppg', 'watch')).toMatchObject([
      { from: START, to: START + DAY, next: 40 },
    ]);
    await archive.close();
    expect((await readdir(folder)).filter((name) => name.endsWith('.wsa')).length).toBeGreaterThan(3);
    const { pages } = await listPages(folder);
    const kept = await Promise.all(
      pages.toSorted((a, b) => a.receivedAt - b.receivedAt).map((listed) => contentOf(listed)),
    );
    expect(kept).toEqual(texts);
  });

  test('of one content are stored once', async () => {
    const archive = await openArchive(folder);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => archive.append(page({ text: longText(1), receivedAt: i }), null)),
    );
    await archive.close();
    const { pages } = await listPages(folder);
    expect(pages).toHaveLength(1);
    expect((await stat(join(folder, 'pages-00000.wsa'))).size).toBeLessThan(pages[0]!.bytes + 20 * 400);
  });
});

describe('what is complete', () => {
  test('is told at once and after opening again', async () => {
    const window = { from: START, to: START + DAY };
    const archive = await openArchive(folder);
    const check = ({ state }: typeof archive): void => {
      expect(state.windows('363', 'ppg', 'watch')).toEqual([
        { from: 100, to: 200, ...ASKED },
        { from: 0, to: 20, ...ASKED },
      ]);
      expect(state.windows('363', 'ppg', 'another watch')).toEqual([]);
      expect(state.openWindows('363', 'ppg', 'watch')).toEqual([{ ...window, ...ASKED, next: 20 }]);
      expect(state.openWindows('363', 'ppg', 'another watch')).toEqual([]);
      expect(state.openWindows('363', 'accel', 'watch')).toEqual([]);
      expect(state.recording('363', 'ecg', 48)).toEqual({ state: 'held', modified: 12 });
      expect(state.recording('363', 'ecg', 49)).toEqual({ state: 'pending', modified: null });
      expect(state.recording('7', 'ecg', 48)).toBeNull();
      expect(state.pages).toBe(4);
    };
    const ecg = { userId: '363', kind: 'ecg', what: 'recording' } as const;
    await archive.append(null, windowNote(100, 200));
    await archive.append(null, windowNote(0, 10));
    await archive.append(null, windowNote(0, 20));
    await archive.append(page({ text: '0' }), pageNote(0, 10));
    await archive.append(page({ text: '1' }), pageNote(10, 20));
    await archive.append(recording(48), { ...ecg, signalId: 48, modified: 12, state: 'held' });
    const about = { signalId: 49, recordedAt: 1_656_000_000, deviceId: 'd' };
    await archive.append(recording(49, { about }), { ...ecg, signalId: 49, modified: null, state: 'pending' });
    check(archive);
    await archive.close();
    const again = await openArchive(folder);
    check(again);
    await again.append(page({ text: '2' }), windowNote(START - 5, START + DAY));
    expect(again.state.openWindows('363', 'ppg', 'watch')).toEqual([]);
    await again.close();
  });

  test('of a recording needs its own page: what was noted alone was never there', async () => {
    const held = { userId: '363', kind: 'ecg', what: 'recording', modified: null, state: 'held' } as const;
    const archive = await openArchive(folder);
    await archive.append(recording(48), { ...held, signalId: 48 });
    await archive.append(null, { ...held, signalId: 49 });
    const check = ({ state }: typeof archive): void => {
      expect(state.recording('363', 'ecg', 48)).toEqual({ state: 'held', modified: null });
      expect(state.recording('363', 'ecg', 49)).toBeNull();
      const [one, other] = [48, 49].map((id) => ({ ...recording(id), sha256: sha256('{"status":0}') }));
      expect([state.holds(one!), state.holds(other!)]).toEqual([true, false]);
    };
    check(archive);
    await archive.close();
    const again = await openArchive(folder);
    check(again);
    await again.append(recording(49), null);
    expect(again.state.recording('363', 'ecg', 49)).toEqual({ state: 'held', modified: null });
    await again.close();
  });

  test('does not outlive a content that was in a segment that is lost', async () => {
    const held = { userId: '363', kind: 'ecg', what: 'recording', modified: null, state: 'held' } as const;
    const text = longText(1);
    await keep(
      [48, 49, 50].map((id) => [recording(id, { text }), { ...held, signalId: id }] as const),
      1000,
    );
    await rm(join(folder, 'pages-00000.wsa'));
    const archive = await openArchive(folder);
    expect(archive.found.damaged).toBe(3);
    expect([48, 49, 50].map((id) => archive.state.recording('363', 'ecg', id))).toEqual([null, null, null]);
    for (const id of [48, 49, 50]) await archive.append(recording(id, { text }), { ...held, signalId: id });
    await archive.close();
    const { pages, damaged } = await listPages(folder);
    expect(pages.map(({ about }) => about.signalId)).toEqual([48, 49, 50]);
    expect(damaged.map(({ reason }) => reason)).toEqual(['the segment is missing']);
  });

  test.each([
    [windowNote(5, 5), /window from 5 to 5, expected from < to/],
    [pageNote(-1, 4), /note\.offset: got -1/],
    [{ ...windowNote(1, 2), userId: '' }, /note\.userId/],
    [{ ...windowNote(1, 2), userId: '8' }, /different users or kinds/],
  ])('of %j is refused', async (note, says) => {
    const archive = await openArchive(folder);
    await expect(archive.append(page(), note)).rejects.toThrow(says);
    await expect(archive.append(null, null)).rejects.toThrow(/neither page nor note/);
    expect(archive.state.pages).toBe(0);
    await archive.close();
  });
});

describe('an archive', () => {
  test('has one writer', async () => {
    const archive = await openArchive(folder);
    await expect(openArchive(folder)).rejects.toThrow(ArchiveError);
    await expect(openArchive(folder)).rejects.toThrow(/in use by/);
    await archive.close();
    await (await openArchive(folder)).close();
  });

  test('that is closed takes nothing more', async () => {
    const archive = await openArchive(folder);
    await archive.append(page(), null);
    await Promise.all([archive.close(), archive.close()]);
    await expect(archive.append(page(), null)).rejects.toThrow(/was closed; open it again/);
    await expect(archive.sync()).rejects.toThrow(ArgumentError);
  });

  test('that is opened and closed does not grow', async () => {
    await keep([[page(), null]]);
    const before = await readFile(join(folder, 'pages-00000.wsa'));
    await keep([]);
    expect(await readFile(join(folder, 'pages-00000.wsa'))).toEqual(before);
  });

  test('of a newer format is refused in one line', async () => {
    await keep([[page(), null]]);
    await writeFile(join(folder, 'archive.json'), '{"format":"withings-signals archive","version":2}');
    const says = /archive\.json": format version 2, expected 1; use the version of this program that made it$/;
    await expect(openArchive(folder)).rejects.toThrow(says);
    await expect(listPages(folder)).rejects.toThrow(says);
    expect(await readdir(folder)).not.toContain('.lock');
  });

  test('whose archive.json is damaged or gone is read, takes no more, and it is told what to write there', async () => {
    const path = join(folder, 'archive.json');
    await keep([[page(), null]]);
    const text = await readFile(path, 'utf8');
    const reason = `missing or damaged beside the segments of an archive, expected ${text.trim()}`;
    const check = async () => {
      await expect(openArchive(folder)).rejects.toThrow(`${reason}; write that line there`);
      expect(await listPages(folder)).toMatchObject({ pages: [{ kind: 'ppg' }], damaged: [{ file: path, reason }] });
      expect((await verifyArchive(folder)).problems).toMatchObject([{ file: path, remedy: 'write that line there' }]);
    };
    for (const damaged of [text.replace('f', 'g'), '', 'null', '[]', text.slice(0, 20)]) {
      await writeFile(path, damaged);
      await check();
    }
    await rm(path);
    await check();
    await writeFile(path, text);
    expect(await listPages(folder)).toMatchObject({ pages: [{}], damaged: [] });
    await keep([]);
  });

  test('whose end.json is damaged tells so until it grows on', async () => {
    const path = join(folder, 'end.json');
    await keep([[page(), null]]);
    const text = await readFile(path, 'utf8');
    for (const damaged of [text.replace('[', '[1'), '', 'null', '{}', '{"bytes":[1e99],"crc32":0}', text.slice(0, 9)]) {
      await writeFile(path, damaged);
      expect((await listPages(folder)).damaged).toMatchObject([
        { file: path, reason: expect.stringMatching(/not as it was written/) },
      ]);
      expect((await verifyArchive(folder)).problems).toHaveLength(1);
    }
    await keep([]);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect((await verifyArchive(folder)).problems).toEqual([]);
  });

  test('is not made of a folder that holds something else', async () => {
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await expect(openArchive(folder)).rejects.toThrow(
      /holds 1 entries and no archive, expected an archive, or a new or/,
    );
    await expect(listPages(folder)).rejects.toThrow(/not an archive, expected a folder with an archive\.json/);
    await expect(listPages(join(folder, 'nowhere'))).rejects.toThrow(/not an archive/);
    await expect(openArchive(join(folder, 'notes.txt'))).rejects.toThrow(ArgumentError);
    expect(await readdir(folder)).toEqual(['notes.txt']);
  });
});
