import { basename, resolve } from 'node:path';
import type { ArchivedPage, DamagedPart, PageList } from './archived-page.ts';
import type { PageAbout, PageEncoding, PageKind, PageRequest } from './page.ts';
import { pageName } from './page-name.ts';
import type { RecordedPage, RecordHeader } from './record.ts';

type Place = { readonly file: string; readonly offset: number; readonly bytes: number };

/** Where the bytes of a content lie. */
type StoredAt = Place & { readonly encoding: PageEncoding; readonly crc32: number };

type Entry = {
  readonly userId: string;
  readonly kind: PageKind;
  readonly about: PageAbout;
  readonly sha256: string;
  /** The first record of it. */
  readonly record: Place;
  request: PageRequest;
  requestKey: string;
  receivedAt: number;
};

/** Gathers records of pages, and makes the list of them when all are there. */
export class PageGatherer {
  /** By digest; one that is stored twice was damaged in the first place. */
  readonly #contents = new Map<string, StoredAt>();
  /** By all that makes a page another one. */
  readonly #entries = new Map<string, Entry>();
  /** By request: what it brought last. */
  readonly #newest = new Map<string, { readonly entry: Entry; readonly receivedAt: number }>();
  /** Texts and facts that come again and again, each kept once. */
  readonly #words = new Map<string, string>();
  readonly #abouts = new Map<string, PageAbout>();

  add(header: RecordHeader, page: RecordedPage, record: Place, payload: Omit<StoredAt, 'encoding'>): void {
    const sha256 = Buffer.from(page.sha256).toString('hex');
    if (page.encoding !== null) this.#contents.set(sha256, { ...payload, encoding: page.encoding });
    const requestKey = keyOfRequest(header, page.request);
    const entry = this.#entry(header, page, sha256, record, requestKey);
    if (requestKey < entry.requestKey) Object.assign(entry, { request: page.request, requestKey });
    entry.receivedAt = Math.max(entry.receivedAt, page.receivedAt);
    const { receivedAt } = page;
    if (receivedAt >= (this.#newest.get(requestKey)?.receivedAt ?? 0))
      this.#newest.set(requestKey, { entry, receivedAt });
  }

  /** @param folder of the archive: its name begins the names of the pages */
  finish(folder: string): PageList {
    const archive = basename(resolve(folder));
    const newest = new Set([...this.#newest.values()].map(({ entry }) => entry));
    const pages: ArchivedPage[] = [];
    const damaged: DamagedPart[] = [];
    for (const entry of this.#entries.values()) {
      const { requestKey: _, record, ...told } = entry;
      const stored = this.#contents.get(entry.sha256);
      if (stored === undefined)
        damaged.push({ ...record, reason: `refers to content ${entry.sha256}, which is not there` });
      else pages.push({ ...stored, ...told, newest: newest.has(entry), name: pageName(archive, entry) });
    }
    return { pages: pages.sort(inOrder), damaged };
  }

  #entry(header: RecordHeader, page: RecordedPage, sha256: string, record: Place, requestKey: string): Entry {
    const { signalId, recordedAt, deviceId, timezone } = page.about;
    const aboutKey = JSON.stringify([signalId, recordedAt, deviceId, timezone]);
    const key = `${header.kind}/${sha256}/${aboutKey}/${header.userId}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = {
      userId: once(this.#words, header.userId, header.userId),
      kind: header.kind,
      about: once(this.#abouts, aboutKey, page.about),
      sha256,
      record,
      request: page.request,
      requestKey,
      receivedAt: page.receivedAt,
    };
    this.#entries.set(key, entry);
    return entry;
  }
}

function keyOfRequest({ userId, kind }: RecordHeader, { endpoint, parameters }: PageRequest): string {
  return JSON.stringify([kind, userId, endpoint, Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function once<T>(known: Map<string, T>, key: string, value: T): T {
  const first = known.get(key);
  if (first !== undefined) return first;
  known.set(key, value);
  return value;
}

function inOrder(a: ArchivedPage, b: ArchivedPage): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return JSON.stringify(a.about) < JSON.stringify(b.about) ? -1 : 1;
}
