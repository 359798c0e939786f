/** The pages of an archive, told for reading: where their bytes lie, and what they are. */

import { ArchiveError, quoted } from '../core/errors.ts';
import { isArchive } from './marker.ts';
import type { PageAbout, PageEncoding, PageKind, PageRequest } from './page.ts';
import { PageGatherer } from './page-list.ts';
import { type ArchiveItem, scanArchive } from './scan-archive.ts';

/** One content of one user, kind and context. */
export type ArchivedPage = {
  /** Path of the segment that holds it: `bytes` bytes from `offset` on. */
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  /** Of those bytes. */
  readonly encoding: PageEncoding;
  /** Of those bytes. The listing does not read them: compare it before use. */
  readonly crc32: number;
  /** Of the decoded content, hexadecimal. */
  readonly sha256: string;
  readonly userId: string;
  readonly kind: PageKind;
  readonly about: PageAbout;
  /** Of several requests that brought this content, the first in the order of their texts. */
  readonly request: PageRequest;
  /** When this content came last, Unix milliseconds. */
  readonly receivedAt: number;
  /** It is the last answer to a request; `false`: every request that brought it has brought another content since. */
  readonly newest: boolean;
  /** What reports call it: `<archive>/<kind>/<user>/<key>~<12 digits of sha256>`, whatever the order of fetching. */
  readonly name: string;
};

/** Bytes of a segment that hold no sound record, or a record that is of no use. */
export type DamagedPart = {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
};

export type PageList = {
  /** By name. */
  readonly pages: readonly ArchivedPage[];
  readonly damaged: readonly DamagedPart[];
};

export interface ReadArchiveOptions {
  /** @default never */
  readonly signal?: AbortSignal;
}

/**
 * Lists what an archive holds, each content once. A writer may be at work: what it adds meanwhile is not listed.
 *
 * @throws ArchiveError when the folder is no archive, one of a newer format, or cannot be read
 * @throws AbortedError when the signal fires
 */
export async function listPages(folder: string, options: ReadArchiveOptions = {}): Promise<PageList> {
  await expectArchive(folder);
  const gatherer = new PageGatherer();
  const damaged: DamagedPart[] = [];
  for await (const item of scanArchive(folder, options.signal)) {
    if (item.what === 'gap' || item.what === 'missing') damaged.push(damagedPart(item));
    if (item.what !== 'record' || item.header === null || item.header.page === null) continue;
    const { path: file, offset, end, header, payload } = item;
    gatherer.add(header, item.header.page, { file, offset, bytes: end - offset }, { file, ...payload });
  }
  const list = gatherer.finish(folder);
  return { pages: list.pages, damaged: [...damaged, ...list.damaged] };
}

/** @throws ArchiveError when the folder is no archive, or one of a newer format */
export async function expectArchive(folder: string): Promise<void> {
  if (await isArchive(folder)) return;
  throw new ArchiveError(
    `${quoted(folder, 400)}: not an archive, expected a folder with an archive.json; give the one that pages were fetched into`,
  );
}

export function damagedPart(item: Extract<ArchiveItem, { what: 'gap' | 'missing' }>): DamagedPart {
  if (item.what === 'missing') return { file: item.path, offset: 0, bytes: 0, reason: 'the segment is missing' };
  return { file: item.path, offset: item.offset, bytes: item.end - item.offset, reason: item.reason };
}
