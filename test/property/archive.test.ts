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
  it('cut short at any byte holds what was whole before it, and grows on', { timeout: 120_000 }, async () => {
    // Every byte of the last records, every ninth before them.
    for (let bytes = 0; bytes <= ends.at(-1)!; bytes += bytes < ends[2]! ? 9 : 1) {
      const says = `cut at ${bytes}`;
      const folder = await copyOf(killed, (segment) => segment.subarray(0, bytes));
      const entries = ends.filter((end) => end <= bytes).length;
      const { pages, next } = holding(entries);
      const list = await listPages(folder);
      expect([list.pages.length, list.damaged], says).toEqual([pages, []]);
      const soundEnd = ends[entries - 1] ?? (bytes < SEGMENT_HEADER_BYTES ? 0 : SEGMENT_HEADER_BYTES);
      const tornBytes = bytes - soundEnd;
      expect(await verifyArchive(folder), says).toMatchObject({ pages, problems: [], unfinishedBytes: tornBytes });
      // Opening for writing syncs, which takes its time: only where one field follows another.
      if (tornBytes > 26 && bytes % 20 > 0) continue;
      expect(await growOn(folder), says).toEqual({ pages, next, found: { tornBytes, damaged: 0 } });
      expect(await verifyArchive(folder), says).toMatchObject({ pages: pages + 1, problems: [], unfinishedBytes: 0 });
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

describe('an archive with one bit turned over', () => {
  const flip = fc.record({
    segment: fc.constantFrom(SEGMENT, SEGMENT, 'pages-00001.wsa', 'archive.json'),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    bit: fc.integer({ min: 0, max: 7 }),
  });

  it('is never taken for sound, loses one record at most, and gives no other content', {
    timeout: 120_000,
  }, async () => {
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
        if (segment === 'archive.json') {
          await expect(verifyArchive(folder)).rejects.toThrow(/archive\.json": (?:missing or damaged|format version)/);
          return;
        }
        const { problems } = await verifyArchive(folder);
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
        const { found } = await growOn(folder);
        expect(found.tornBytes).toBeLessThanOrEqual(25);
      }),
      { numRuns: RUNS },
    );
  });
});
