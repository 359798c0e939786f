import { ArchiveError, quoted } from '../core/errors.ts';
import type { DamagedPart, PageList } from './archived-page.ts';
import { isArchive } from './marker.ts';
import { PageGatherer } from './page-gatherer.ts';
import { type ArchiveItem, scanArchive } from './scan-archive.ts';

export interface ReadArchiveOptions {
  /** @default never */
  readonly signal?: AbortSignal;
}

/**
 * Lists what an archive holds: what one user's request brought, each content once. A writer may be at work: what it adds meanwhile is not listed.
 *
 * @throws ArchiveError when the folder is no archive, one of a newer format, or cannot be read
 * @throws AbortedError when the signal fires
 */
export async function listPages(folder: string, options: ReadArchiveOptions = {}): Promise<PageList> {
  await expectArchive(folder);
  const gatherer = new PageGatherer(folder);
  const damaged: DamagedPart[] = [];
  for await (const item of scanArchive(folder, options.signal)) {
    if (item.what === 'gap' || item.what === 'missing') damaged.push(damagedPart(item));
    if (item.what !== 'record' || item.header === null || item.header.page === null) continue;
    const { path: file, offset, end, header, payload } = item;
    gatherer.add(header, item.header.page, { file, offset, bytes: end - offset }, { file, ...payload });
  }
  const list = gatherer.finish();
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
