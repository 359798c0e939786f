import { ArchiveError, quoted } from '../core/errors.ts';
import type { DamagedPart, PageList } from './archived-page.ts';
import { HeldNotes } from './held-notes.ts';
import { isLocked } from './is-locked.ts';
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
  const wasLocked = await isLocked(folder);
  let unended: DamagedPart | null = null;
  const gatherer = new PageGatherer(folder);
  const held = new HeldNotes();
  const damaged: DamagedPart[] = [];
  for await (const item of scanArchive(folder, options.signal)) {
    if (isDamage(item)) damaged.push(damagedPart(item));
    else if (item.what === 'end' && item.unended) unended = damagedPart(item);
    if (item.what !== 'record' || item.header === null) continue;
    const { path: file, offset, end, header, payload } = item;
    const place = { file, offset, bytes: end - offset };
    held.add(header, place);
    if (header.page !== null) gatherer.add(header, header.page, place, { file, ...payload });
  }
  if (unended !== null && !wasLocked && !(await isLocked(folder))) damaged.push(unended);
  const list = gatherer.finish();
  return { pages: list.pages, damaged: [...damaged, ...list.damaged, ...held.missing()] };
}

/** @throws ArchiveError when the folder is no archive, or one of a newer format */
export async function expectArchive(folder: string): Promise<void> {
  if (await isArchive(folder)) return;
  throw new ArchiveError(
    `${quoted(folder, 400)}: not an archive, expected a folder with an archive.json; give the one that pages were fetched into (a data set is checked by withings-signals verify)`,
  );
}

const UNENDED = 'the file is cut: it ends without a seal, and no writer is at work';

/** What is not as it was written. */
type Damage = Extract<ArchiveItem, { what: 'gap' | 'missing' | 'damaged file' }>;

export function isDamage(item: ArchiveItem): item is Damage {
  return item.what === 'gap' || item.what === 'missing' || item.what === 'damaged file';
}

export function damagedPart(item: Damage | Extract<ArchiveItem, { what: 'end' }>): DamagedPart {
  const { path: file } = item;
  if (item.what === 'end') return { file, offset: item.offset, bytes: item.end - item.offset, reason: UNENDED };
  if (item.what === 'gap') return { file, offset: item.offset, bytes: item.end - item.offset, reason: item.reason };
  return { file, offset: 0, bytes: 0, reason: item.what === 'missing' ? 'the segment is missing' : item.reason };
}
