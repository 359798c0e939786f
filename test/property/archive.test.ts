import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openArchive } from '../../src/archive/archive.ts';
import { listPages } from '../../src/archive/list-pages.ts';
import type { Note, PageToKeep } from '../../src/archive/page.ts';
import { readPage } from '../../src/archive/read-page.ts';
import { verifyArchive } from '../../src/archive/verify-archive.ts';
import { isWithingsSignalsError } from '../../src/core/errors.ts';
import { ASKED, longText, page, pageNote, windowNote } from '../unit/archive/pages.ts';

/** Bit flips tried; raise it to look longer. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);

const SEGMENT = 'pages-00000.wsa';
const SEGMENT_HEADER_BYTES = 16;

const ENTRIES: readonly (readonly [PageToKeep | null, Note | null])[] = [
  [page({ text: longText(1, 600) }), pageNote(0, 1)],
  [page({ text: 'second', receivedAt: 2 }), pageNote(1, 2)],
  [null, windowNote(5, 6)],
  [page({ text: 'third', receivedAt: 3 }), pageNote(2, 3)],
  // Its content is that of the first.
  [page({ text: longText(1, 600), userId: '7' }), null],
];
const TEXTS = new Set([longText(1, 600), 'second', 'third']);

let root: string;
/** As a killed writer leaves it: a lock, no seal, the first two entries synced. */
let killed: string;
/** Bytes of its segment after each entry. */
const ends: number[] = [];
/** As a writer leaves it that ended in order; two segments. */
let closed: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'archive-property-'));
  killed = join(root, 'killed');
  closed = join(root, 'closed');
  const alive = join(root, 'alive');
  const archive = await openArchive(alive);
  for (const [i, entry] of ENTRIES.entries()) {
    await archive.append(...entry);
    if (i < 2) await archive.sync();
    ends.push((await readFile(join(alive, SEGMENT))).length);
  }
  await cp(alive, killed, { recursive: true });
  await archive.close();
  const small = await openArchive(closed, { segmentBytes: ends[0]! + 1 });
  for (const entry of ENTRIES) await small.append(...entry);
  await small.close();
});
afterAll(() => rm(root, { recursive: true }));

async function copyOf(archive: string, change: (segment: Buffer) => Buffer, segment = SEGMENT): Promise<string> {
  const folder = join(root, 'copy');
  await rm(folder, { recursive: true, force: true });
  await cp(archive, folder, { recursive: true });
  await writeFile(join(folder, segment), change(await readFile(join(folder, segment))));
  return folder;
}

/** Opens it for writing, tells what it holds, and adds a page. */
async function growOn(folder: string) {
  await rm(join(folder, '.lock'), { force: true });
  const archive = await openArchive(folder);
  const { state, found } = archive;
  const held = {
    pages: state.pages,
    next: state.openWindows('363', 'ppg', ASKED.deviceId)[0]?.next ?? null,
    found,
  };
  await archive.append(page({ text: 'after' }), null);
  await archive.close();
  return held;
}

/** What an archive of the first entries holds. */
function holding(entries: number): { readonly pages: number; readonly next: number | null } {
  const first = ENTRIES.slice(0, entries);
  const offsets = first.flatMap(([, note]) => (note?.what === 'page' ? [note.next] : []));
  return { pages: first.filter(([one]) => one !== null).length, next: offsets.at(-1) ?? null };
}

describe('an archive whose writer was killed', () => {
  it('cut short behind what was synced holds what was whole before it, and grows on', async () => {
    for (const bytes of cutsAt(ends.at(-1)!, ends).filter((cut) => cut >= ends[1]!)) {
      const says = `cut at ${bytes}`;
      const folder = await copyOf(killed, (segment) => segment.subarray(0, bytes));
      const entries = ends.filter((end) => end <= bytes).length;
      const { pages, next } = holding(entries);
      const list = await listPages(folder);
      expect([list.pages.length, list.damaged], says).toEqual([pages, []]);
      const tornBytes = bytes - ends[entries - 1]!;
      expect(await verifyArchive(folder), says).toMatchObject({ pages, problems: [], unfinishedBytes: tornBytes });
      // Opening for writing syncs, which takes its time: only where one field follows another.
      if (tornBytes > 26 && bytes % 4 > 0) continue;
      expect(await growOn(folder), says).toEqual({ pages, next, found: { tornBytes, damaged: 0 } });
      expect(await verifyArchive(folder), says).toMatchObject({ pages: pages + 1, problems: [], unfinishedBytes: 0 });
    }
  });

  it('cut short before it tells so once, also when it has grown on', async () => {
    const lost = (folder: string, offset: number) => ({
      file: join(folder, SEGMENT),
      offset,
      bytes: ends[1]! - offset,
      reason: expect.any(String),
    });
    for (const bytes of [0, 5, 16, 17, 60, ends[0]! - 1, ends[0]!, ends[0]! + 1, ends[0]! + 30, ends[1]! - 1]) {
      const says = `cut at ${bytes}`;
      const folder = await copyOf(killed, (segment) => segment.subarray(0, bytes));
      const entries = ends.filter((end) => end <= bytes).length;
      const { pages, next } = holding(entries);
      const soundEnd = ends[entries - 1] ?? (bytes < SEGMENT_HEADER_BYTES ? 0 : SEGMENT_HEADER_BYTES);
      const list = await listPages(folder);
      expect([list.pages.length, list.damaged], says).toEqual([pages, [lost(folder, soundEnd)]]);
      expect(list.damaged[0]?.reason).toBe(
        `the file is cut: it ends at byte ${bytes}, expected ${ends[1]}, all of which were on the disk`,
      );
      const report = await verifyArchive(folder);
      expect(report, says).toMatchObject({ pages, unfinishedBytes: 0, problems: [lost(folder, soundEnd)] });
      expect(report.bytes).toBeLessThanOrEqual(bytes);

      expect(await growOn(folder), says).toEqual({ pages, next, found: { tornBytes: 0, damaged: 1 } });
      const grown = await listPages(folder);
      // Without the header of the segment, what is missing begins with it.
      expect([grown.pages.length, grown.damaged], says).toEqual([pages + 1, [lost(folder, soundEnd)]]);
    }
  });

  it('with a hole where nothing was promised is cut at the hole, also where records behind it are whole', async () => {
    for (const entry of [2, 3]) {
      const hole = ends[entry]! - 3;
      const folder = await copyOf(killed, (segment) => segment.fill(0, hole, ends[entry]));
      const expected = { tornBytes: ends.at(-1)! - ends[entry - 1]!, damaged: 0 };
      expect(await growOn(folder)).toEqual({ ...holding(entry), found: expected });
    }
  });

  it('with a hole where all was promised keeps what is behind it, and tells the hole', async () => {
    const folder = await copyOf(killed, (segment) => segment.fill(0, ends[0]! + 4, ends[0]! + 20));
    const { damaged, pages } = await listPages(folder);
    expect(damaged).toEqual([
      { file: join(folder, SEGMENT), offset: ends[0]!, bytes: ends[1]! - ends[0]!, reason: expect.any(String) },
    ]);
    expect(pages).toHaveLength(3);
    const held = await growOn(folder);
    expect(held).toEqual({ pages: 3, next: 3, found: { tornBytes: 0, damaged: 1 } });
  });
});

describe('an archive that was closed', () => {
  it('and lost its end at any byte, or a segment, tells so', async () => {
    const whole = await listPages(closed);
    for (const segment of [SEGMENT, 'pages-00001.wsa']) {
      const size = (await readFile(join(closed, segment))).length;
      for (const bytes of cutsAt(size - 1, await bordersOf(closed, segment))) {
        const folder = await copyOf(closed, (all) => all.subarray(0, bytes), segment);
        const { pages, damaged } = await listPages(folder);
        const cut = { file: join(folder, segment), reason: expect.stringMatching(/^the file is cut: it ends at byte/) };
        // Behind it, pages whose content was in what is gone.
        expect(damaged[0], `${segment} cut at ${bytes}`).toMatchObject(cut);
        expect(damaged.slice(1).every(({ reason }) => /^its content, .*, is not there$/.test(reason))).toBe(true);
        expect(pages.length + damaged.length).toBeGreaterThan(0);
        if (bytes % 4 === 0) expect((await verifyArchive(folder)).problems[0]).toMatchObject(cut);
      }
      const folder = await copyOf(closed, (all) => all);
      await rm(join(folder, segment));
      const { damaged } = await listPages(folder);
      expect(damaged[0]).toMatchObject({ file: join(folder, segment), reason: 'the segment is missing' });
      const held = await growOn(folder);
      expect(held.found.damaged).toBeGreaterThan(0);
      // Its number is not given to another.
      expect((await listPages(folder)).damaged[0]).toMatchObject({ file: join(folder, segment) });
      expect(held.pages).toBeLessThan(whole.pages.length);
    }
  });

  it('by an older version, which told of no ends, misses what was cut off an earlier segment', async () => {
    const size = (await readFile(join(closed, SEGMENT))).length;
    const borders = (await bordersOf(closed)).filter((border) => border < size);
    expect(borders.length).toBeGreaterThan(1);
    for (const bytes of borders) {
      const folder = await copyOf(closed, (all) => all.subarray(0, bytes));
      await rm(join(folder, 'end.json'));
      expect((await listPages(folder)).damaged[0]).toMatchObject({
        offset: bytes,
        reason: expect.stringMatching(/without a seal/),
      });
      await growOn(folder);
      expect((await listPages(folder)).damaged[0]).toMatchObject({
        offset: bytes,
        reason: expect.stringMatching(/without a seal/),
      });
    }
    const sound = await copyOf(closed, (all) => all);
    await rm(join(sound, 'end.json'));
    expect((await verifyArchive(sound)).problems).toEqual([]);
  });

  it('by an older version, which told of no ends, misses what was cut off the last segment', async () => {
    const last = 'pages-00001.wsa';
    const { length } = await readFile(join(closed, last));
    for (const bytes of cutsAt(length - 1, await bordersOf(closed, last)).filter(
      (cut) => cut >= SEGMENT_HEADER_BYTES,
    )) {
      const folder = await copyOf(closed, (all) => all.subarray(0, bytes), last);
      await rm(join(folder, 'end.json'));
      const cut = { file: join(folder, last), reason: expect.stringMatching(/^the file is cut/) };
      expect((await listPages(folder)).damaged, `cut at ${bytes}`).toMatchObject([cut]);
      expect((await verifyArchive(folder)).problems, `cut at ${bytes}`).toMatchObject([cut]);
      // As a killed writer leaves it: nothing is missed.
      await writeFile(join(folder, '.lock'), '');
      expect((await listPages(folder)).damaged, `killed at ${bytes}`).toEqual([]);
    }
  });

  it('with zeros behind its end is cut there, as what nobody promised', async () => {
    const last = 'pages-00001.wsa';
    const folder = await copyOf(closed, (all) => Buffer.concat([all, Buffer.alloc(4096)]), last);
    expect((await listPages(folder)).damaged).toEqual([]);
    expect(await growOn(folder)).toMatchObject({ pages: 4, found: { tornBytes: 4096, damaged: 0 } });
  });

  it('with zeros before its end tells so', async () => {
    const last = 'pages-00001.wsa';
    const folder = await copyOf(closed, (all) => all.fill(0, all.length - 60), last);
    expect((await listPages(folder)).damaged).toHaveLength(1);
    expect(await growOn(folder)).toMatchObject({ found: { tornBytes: 0, damaged: 1 } });
    expect((await listPages(folder)).damaged).toHaveLength(1);
  });
});

/** Each border, the bytes about it, and some bytes between. */
function cutsAt(last: number, borders: readonly number[]): readonly number[] {
  const about = borders.flatMap((border) => [border - 1, border, border + 1, border + 24]);
  const between = Array.from({ length: Math.ceil(last / 97) }, (_, i) => i * 97);
  return [...new Set([...about, ...between, last])].filter((cut) => cut >= 0 && cut <= last).sort((a, b) => a - b);
}

/** Where records begin in a segment. */
async function bordersOf(folder: string, segment = SEGMENT): Promise<readonly number[]> {
  const bytes = await readFile(join(folder, segment));
  const magic = Buffer.of(0xff, 0x57, 0x53, 0x52);
  const found: number[] = [];
  for (let at = bytes.indexOf(magic); at !== -1; at = bytes.indexOf(magic, at + 1)) found.push(at);
  return found;
}

describe('an archive with one bit turned over', () => {
  const flip = fc.record({
    segment: fc.constantFrom(SEGMENT, SEGMENT, 'pages-00001.wsa', 'archive.json', 'end.json'),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    bit: fc.integer({ min: 0, max: 7 }),
  });

  it('is never taken for sound, loses one record at most, and gives no other content', async () => {
    const whole = await listPages(closed);
    expect((await verifyArchive(closed)).problems).toEqual([]);
    expect(whole.pages).toHaveLength(4);
    await fc.assert(
      fc.asyncProperty(flip, async ({ segment, at, bit }) => {
        const folder = await copyOf(
          closed,
          (bytes) => {
            bytes[Math.floor(at * bytes.length)]! ^= 1 << bit;
            return bytes;
          },
          segment,
        );
        const report = await verifyArchive(folder).catch((error: unknown) => String(error));
        if (typeof report === 'string') {
          expect([segment, report]).toEqual(['archive.json', expect.stringMatching(/archive\.json": format version/)]);
          return;
        }
        const { problems } = report;
        // The page whose copy is damaged, and the one that refers to it.
        expect(problems.length).toBeGreaterThanOrEqual(1);
        expect(problems.length).toBeLessThanOrEqual(2);
        expect(problems[0]).toMatchObject({ file: join(folder, segment), remedy: expect.stringMatching(/\w/) });
        const { pages, damaged } = await listPages(folder);
        expect(pages.length + damaged.length).toBeGreaterThanOrEqual(whole.pages.length);
        let unreadable = 0;
        for (const listed of pages) {
          try {
            const bytes = await readPage(listed);
            expect(TEXTS).toContain(Buffer.from(listed.encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString());
          } catch (error) {
            if (!isWithingsSignalsError(error)) throw error;
            unreadable++;
          }
        }
        expect(unreadable + damaged.length).toBeLessThanOrEqual(2);
        if (segment === 'archive.json') {
          await expect(growOn(folder)).rejects.toThrow(/archive\.json": missing or damaged .*; write that line there$/);
          return;
        }
        const { found } = await growOn(folder);
        expect(found.tornBytes).toBeLessThanOrEqual(25);
      }),
      { numRuns: RUNS },
    );
  });
});
