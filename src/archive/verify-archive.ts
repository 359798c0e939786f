import { basename, resolve } from 'node:path';
import { InputError } from '../core/errors.ts';
import type { DamagedPart } from './archived-page.ts';
import { decoded, digest, type StoredContent } from './content.ts';
import { HeldNotes } from './held-notes.ts';
import { isLocked } from './is-locked.ts';
import { damagedPart, expectArchive, isDamage, type ReadArchiveOptions } from './list-pages.ts';
import { pageName } from './page-name.ts';
import type { RecordedPage, RecordHeader } from './record.ts';
import { type ArchiveItem, archiveBytes, type Located, scanArchive } from './scan-archive.ts';
import { readPayload, type ScannedRecord } from './scan-segment.ts';

/** A place that is not as it was written, and what to do about it. */
export type ArchiveProblem = DamagedPart & {
  /** What the archive calls the page that is lost; `null`: not even that can be read. */
  readonly page: string | null;
  readonly remedy: string;
};

export type VerifyReport = {
  readonly folder: string;
  readonly segments: number;
  readonly bytes: number;
  readonly records: number;
  /** Records of pages; as many as `contents` are stored, the others refer to them. */
  readonly pages: number;
  readonly contents: number;
  /** Of the pages, those in which a secret was replaced before they were kept. */
  readonly replaced: number;
  /** Damaged copies of pages of which a sound one was kept later: nothing is lost. */
  readonly mended: number;
  /** Bytes at the end that were never promised: a writer is at work, or was killed. The next one cuts them. */
  readonly unfinishedBytes: number;
  /** Empty when all is good. */
  readonly problems: readonly ArchiveProblem[];
};

export interface VerifyOptions extends ReadArchiveOptions {
  /** Bytes checked so far, of how many. @default none */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Reads every record of an archive: frame, checksums, header, SHA-256 of the content, and whether references find theirs. Changes nothing.
 *
 * @throws ArchiveError when the folder is no archive, one of a newer format, or cannot be read
 * @throws AbortedError when the signal fires
 */
export async function verifyArchive(folder: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  await expectArchive(folder);
  const lockedBefore = await isLocked(folder);
  const total = await archiveBytes(folder);
  const verification = new Verification(folder);
  for await (const item of scanArchive(folder, options.signal)) {
    await verification.take(item);
    options.onProgress?.(verification.bytes, total);
  }
  return verification.finish(lockedBefore || (await isLocked(folder)));
}

/** Pages that are unpacked side by side: as many as Node.js has threads for it. */
const SIDE_BY_SIDE = 4;

const RESTORE = 'restore the file from a copy, or fetch what is missing into another archive and convert both';
const FETCH_AGAIN = 'fetch that page again into another archive, and convert both';
const FETCH_ONCE_MORE = 'fetch into this archive once more';
const NOT_NEEDED = 'nothing: what was there was not promised yet, the next fetch cuts it';

/** A page whose content was not sound where it was looked for: lost, unless another copy of it is. */
type Doubt = { readonly sha256: string; readonly isCopy: boolean; readonly problem: ArchiveProblem };

class Verification {
  readonly #folder: string;
  readonly #segments = new Set<number>();
  readonly #problems: ArchiveProblem[] = [];
  readonly #doubts: Doubt[] = [];
  /** Digests of contents of which a sound copy was read. */
  readonly #sound = new Set<string>();
  readonly #held = new HeldNotes();
  readonly #underWay = new Set<Promise<void>>();
  #bytes = 0;
  #records = 0;
  #pages = 0;
  #contents = 0;
  #replaced = 0;
  #unfinished: DamagedPart | null = null;
  #unended: DamagedPart | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async take(item: ArchiveItem): Promise<void> {
    if (isDamage(item)) {
      const remedy = item.what === 'damaged file' ? item.remedy : RESTORE;
      this.#problems.push({ ...damagedPart(item), page: null, remedy });
    }
    if (item.what === 'missing' || item.what === 'damaged file') return;
    this.#segments.add(item.segment);
    this.#bytes += item.end - item.offset - ((item.what === 'gap' && item.beyond) || 0);
    if (item.what === 'gap') return;
    if (item.what === 'record') await this.#takeRecord(item);
    else if (item.unended) this.#unended = damagedPart(item);
    else if (item.offset < item.end) this.#unfinished = { ...placeOf(item), reason: 'not whole' };
  }

  async finish(wasLocked: boolean): Promise<VerifyReport> {
    await Promise.all(this.#underWay);
    const missing = this.#held.missing().map((part) => ({ ...part, page: null, remedy: FETCH_ONCE_MORE }));
    const problems: ArchiveProblem[] = [...this.#problems, ...missing];
    let mended = 0;
    for (const { sha256, isCopy, problem } of this.#doubts) {
      if (!this.#sound.has(sha256)) problems.push(problem);
      else if (isCopy) mended++;
    }
    if (this.#unfinished !== null && !wasLocked) problems.push({ ...this.#unfinished, page: null, remedy: NOT_NEEDED });
    if (this.#unended !== null && !wasLocked) problems.push({ ...this.#unended, page: null, remedy: RESTORE });
    return {
      folder: this.#folder,
      segments: this.#segments.size,
      bytes: this.#bytes,
      records: this.#records,
      pages: this.#pages,
      contents: this.#contents,
      replaced: this.#replaced,
      mended,
      unfinishedBytes: (this.#unfinished ?? this.#unended)?.bytes ?? 0,
      problems: problems.sort(inPlace),
    };
  }

  async #takeRecord(record: ScannedRecord & Located): Promise<void> {
    const { header } = record;
    this.#records++;
    if (header === null) return;
    this.#held.add(header, placeOf(record));
    if (header.page === null) return;
    this.#pages++;
    const { page } = header;
    if (page.replaced !== undefined) this.#replaced++;
    if (page.encoding === null) {
      if (this.#sound.has(hexOf(page.sha256))) return;
      const reason = `its content, kept under SHA-256 ${hexOf(page.sha256)}, is not there or damaged`;
      this.#doubt(record, header, page, reason);
      return;
    }
    this.#contents++;
    // Read now, while the file is open; unpacked later.
    const bytes = await readPayload(record.file, record);
    if (bytes === null) {
      this.#doubt(record, header, page, 'the checksum of the page is not that of its bytes');
      return;
    }
    if (this.#underWay.size >= SIDE_BY_SIDE) await Promise.race(this.#underWay);
    const check = this.#checkContent(record, header, page, { encoding: page.encoding, bytes }).finally(() =>
      this.#underWay.delete(check),
    );
    this.#underWay.add(check);
  }

  async #checkContent(
    record: ScannedRecord & Located,
    header: RecordHeader,
    page: RecordedPage,
    content: StoredContent,
  ): Promise<void> {
    const reason = await wrongIn(content, page.sha256);
    if (reason === null) this.#sound.add(hexOf(page.sha256));
    else this.#doubt(record, header, page, reason);
  }

  #doubt(record: ScannedRecord & Located, header: RecordHeader, page: RecordedPage, reason: string): void {
    const sha256 = hexOf(page.sha256);
    const name = pageName(basename(resolve(this.#folder)), { ...header, ...page, sha256 });
    const problem = { ...placeOf(record), reason, page: name, remedy: FETCH_AGAIN };
    this.#doubts.push({ sha256, isCopy: page.encoding !== null, problem });
  }
}

async function wrongIn(content: StoredContent, sha256: Uint8Array): Promise<string | null> {
  try {
    const found = digest(await decoded(content));
    return found.equals(sha256) ? null : `got content of SHA-256 ${hexOf(found)}, expected ${hexOf(sha256)}`;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.message;
  }
}

function placeOf({ path, offset, end }: Located & { readonly offset: number; readonly end: number }) {
  return { file: path, offset, bytes: end - offset };
}

function hexOf(sha256: Uint8Array): string {
  return Buffer.from(sha256).toString('hex');
}

function inPlace(a: ArchiveProblem, b: ArchiveProblem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.offset - b.offset;
}
