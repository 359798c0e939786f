import { basename, resolve } from 'node:path';
import type { ArchivedPage, DamagedPart, PageList } from './archived-page.ts';
import type { PageAbout, PageEncoding, PageRequest } from './page.ts';
import { pageName, subjectOf } from './page-name.ts';
import type { RecordedPage, RecordHeader } from './record.ts';

type Place = { readonly file: string; readonly offset: number; readonly bytes: number };

/** Where the bytes of a content lie. */
type StoredAt = Place & { readonly encoding: PageEncoding; readonly crc32: number };

type Entry = Omit<ArchivedPage, keyof StoredAt | 'newest' | 'receivedAt'> & {
  receivedAt: number;
  /** The first of its records. */
  readonly record: Place;
};

/** Gathers the records of pages in the order they were kept, and makes the list of them when all are there. */
export class PageGatherer {
  readonly #archive: string;
  /** By SHA-256; one that is stored twice was damaged in the first place. */
  readonly #contents = new Map<string, StoredAt>();
  /** By name. */
  readonly #entries = new Map<string, Entry>();
  /** By what was asked for: what came last. */
  readonly #newest = new Map<string, Entry>();
  // There may be 100,000 pages: what they have in common is kept once, which halves the memory of the list.
  readonly #abouts = new Map<string, PageAbout>();
  readonly #words = new Map<string, string>();

  /** @param folder of the archive: its name begins the names of the pages */
  constructor(folder: string) {
    this.#archive = basename(resolve(folder));
  }

  add(header: RecordHeader, page: RecordedPage, record: Place, payload: Omit<StoredAt, 'encoding'>): void {
    const sha256 = Buffer.from(page.sha256).toString('hex');
    if (page.encoding !== null) this.#contents.set(sha256, { ...payload, encoding: page.encoding });
    const entry = this.#entry(header, page, sha256, record);
    entry.receivedAt = Math.max(entry.receivedAt, page.receivedAt);
    const subject = subjectOf(entry);
    if (page.receivedAt >= (this.#newest.get(subject)?.receivedAt ?? 0)) this.#newest.set(subject, entry);
  }

  finish(): PageList {
    const newest = new Set(this.#newest.values());
    const pages: ArchivedPage[] = [];
    const damaged: DamagedPart[] = [];
    for (const entry of this.#entries.values()) {
      const { record, ...told } = entry;
      const stored = this.#contents.get(entry.sha256);
      if (stored !== undefined) pages.push({ ...stored, ...told, newest: newest.has(entry) });
      else damaged.push({ ...record, reason: `its content, kept under SHA-256 ${entry.sha256}, is not there` });
    }
    return { pages: pages.sort(inOrder), damaged };
  }

  #entry(
    { userId, kind }: RecordHeader,
    { about, request, receivedAt, replaced = 0 }: RecordedPage,
    sha256: string,
    record: Place,
  ): Entry {
    const name = pageName(this.#archive, { userId, kind, about, request, sha256 });
    const known = this.#entries.get(name);
    if (known !== undefined) return known;
    const entry: Entry = {
      sha256,
      userId: once(this.#words, userId, userId),
      kind,
      about: once(this.#abouts, JSON.stringify(about), about),
      request: this.#condensed(request),
      receivedAt,
      replaced,
      name,
      record,
    };
    this.#entries.set(name, entry);
    return entry;
  }

  #condensed({ endpoint, parameters }: PageRequest): PageRequest {
    const word = (text: string): string => once(this.#words, text, text);
    const condensed = Object.entries(parameters).map(([name, value]) => [word(name), word(value)] as const);
    return { endpoint: word(endpoint), parameters: Object.fromEntries(condensed) };
  }
}

function once<T>(known: Map<string, T>, key: string, value: T): T {
  const first = known.get(key);
  if (first !== undefined) return first;
  known.set(key, value);
  return value;
}

function inOrder(a: ArchivedPage, b: ArchivedPage): number {
  return a.name < b.name ? -1 : 1;
}
