import { type ChildProcess, spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ArchiveError, listPages, openArchive, readPage, verifyArchive } from 'withings-signals';
import { temporaryFolder } from '../support/answers.ts';
import { PERMISSIONS_BIND } from '../support/permissions.ts';

const KEEP_PAGES = fileURLToPath(new URL('../support/keep-pages.mjs', import.meta.url));
/** Some thirty processes one after the other, on a machine that may have other work. */
const WINDOW = { from: 0, to: 86_400 };

describe('a process that keeps pages', () => {
  it('and is killed again and again has all that it was promised, and goes on where it was', async () => {
    const folder = join(await temporaryFolder(), 'archive');
    const count = 400;
    let promised = 0;
    let kills = 0;
    for (let patience = 1; ; patience = (patience * 5 + 3) % 11) {
      // Killed after so many promises, while the next pages are on their way.
      const { lines, code } = await runUntil(keepPages(folder, count), patience + 1);
      const opened = numberOf(lines, 'opened');
      expect(opened).toBeGreaterThanOrEqual(promised);
      promised = Math.max(opened, numberOf(lines, 'synced'));
      expect((await verifyArchive(folder)).problems).toEqual([]);
      if (code === 0) break;
      kills++;
    }
    expect(kills).toBeGreaterThan(10);

    const { pages } = await listPages(folder);
    const offsets = await Promise.all(pages.map(async (page) => contentOf(await readPage(page))));
    expect(offsets.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(new Set(pages.map(({ file }) => file)).size).toBeGreaterThan(3);
    const archive = await openArchive(folder);
    expect(archive.state.windows('363', 'ppg', null)).toEqual([expect.objectContaining(WINDOW)]);
    await archive.close();
  });

  it('on a full disk says so in one line, and has all that it was promised', async () => {
    const folder = join(await temporaryFolder(), 'archive');
    // Files of at most 100 kB; the system refuses a write beyond as it refuses one on a full disk.
    const { lines, code, errors } = await runUntil(keepPages(folder, 400, 200));
    expect(code).not.toBe(0);
    expect(errors).toMatch(
      /archive: cannot write ".*pages-00000\.wsa": EFBIG: file too large; .*make room and run again/,
    );
    expect(lines.at(-1)).toBe('refused the note');
    const promised = numberOf(lines, 'synced');
    expect(promised).toBeGreaterThan(0);
    expect(await verifyArchive(folder)).toMatchObject({ problems: [], unfinishedBytes: 0 });
    const archive = await openArchive(folder);
    expect(archive.state.openWindows('363', 'ppg', null)[0]?.next).toBeGreaterThanOrEqual(promised);
    await archive.close();
  });
});

describe('an archive that cannot be written', () => {
  it.runIf(PERMISSIONS_BIND)('is refused in one line with the remedy, and can be read', async () => {
    const folder = join(await temporaryFolder(), 'archive');
    const { code } = await runUntil(keepPages(folder, 4));
    expect(code).toBe(0);
    await chmod(folder, 0o555);
    try {
      await expect(openArchive(folder)).rejects.toThrow(ArchiveError);
      await expect(openArchive(folder)).rejects.toThrow(
        /cannot write ".*archive": EACCES: permission denied; .*give this user/,
      );
      expect((await listPages(folder)).pages).toHaveLength(4);
      expect((await verifyArchive(folder)).problems).toEqual([]);
    } finally {
      await chmod(folder, 0o755);
    }
  });
});

/** @param fileBlocks largest file it may write, in blocks of 512 bytes */
function keepPages(folder: string, count: number, fileBlocks?: number): ChildProcess {
  const command = [process.execPath, KEEP_PAGES, folder, String(count)];
  const limit = fileBlocks === undefined ? '' : `ulimit -f ${fileBlocks} && `;
  return spawn('sh', ['-c', `${limit}exec "$@"`, 'sh', ...command]);
}

type Run = { readonly lines: readonly string[]; readonly errors: string; readonly code: number | null };

/** What the process says; it is killed without warning when it has said so many lines. */
async function runUntil(child: ChildProcess, most = Number.POSITIVE_INFINITY): Promise<Run> {
  const lines: string[] = [];
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(line);
    if (lines.length === most) child.kill('SIGKILL');
  }
  return { lines, errors, code: await closed };
}

/** The last number said with the word. */
function numberOf(lines: readonly string[], word: string): number {
  return Number(lines.findLast((line) => line.startsWith(word))?.split(' ')[1] ?? 0);
}

function contentOf(bytes: Uint8Array): number {
  const text = bytes[0] === 0x1f ? gunzipSync(bytes) : Buffer.from(bytes);
  return (JSON.parse(text.toString()) as { offset: number }).offset;
}
