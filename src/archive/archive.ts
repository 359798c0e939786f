/** An archive open for writing: pages exactly as received, append-only, and what is complete, in one log. */

import { ArgumentError } from '../core/errors.ts';
import { lockFolder } from '../files/lock.ts';
import { digestOf, type StoredContent, storedForm } from './content.ts';
import { ContentIndex } from './content-index.ts';
import { makePlace } from './make-place.ts';
import { ensureArchive } from './marker.ts';
import { checkNote, checkPage, type Note, type NoteContent, type PageToKeep } from './page.ts';
import type { RecordHeader } from './record.ts';
import { scanArchive } from './scan-archive.ts';
import { SegmentWriter } from './segment-writer.ts';
import { type ArchiveState, ReplayedState } from './state.ts';
import { readSyncedBytes, SegmentEnds } from './synced-bytes.ts';
import { cannot } from './system-error.ts';

export interface ArchiveOptions {
  /**
   * A segment of this many bytes is full, and the next one is begun; 1 to 2^31.
   *
   * @default 268_435_456
   */
  readonly segmentBytes?: number;
  /** Stops the opening. @default never */
  readonly signal?: AbortSignal;
}

export interface Archive {
  /** What was kept, this run and before. It also tells what was appended and is not yet synced. */
  readonly state: ArchiveState;
  /** What was found at the opening, beside sound records. */
  readonly found: {
    /** Bytes that a crash had torn off the end, never synced; they were cut. */
    readonly tornBytes: number;
    /** Places that hold no sound record, and records whose page is not there; `verifyArchive` tells them. */
    readonly damaged: number;
  };
  /**
   * Keeps a page and its note in one record: after a crash both are there, or none. Many may be under way at a time; they are
   * kept in the order of the calls.
   *
   * @throws ArgumentError when page or note cannot be kept as they are
   * @throws InputError when a page without `sha256` is not the gzip stream it is said to be
   * @throws ArchiveError when the disk refuses. This page is not kept, and nothing is until the archive is opened again: what was
   * to follow may speak of it.
   */
  append(page: PageToKeep | null, note: Note | null): Promise<void>;
  /** When this returns, all that was appended before the call survives a power cut. @throws ArchiveError */
  sync(): Promise<void>;
  /** Syncs, and gives the archive free for others, the latter also when the disk has refused. @throws ArchiveError */
  close(): Promise<void>;
}

const DEFAULT_SEGMENT_BYTES = 2 ** 28;

/**
 * Opens an archive for one writer; a folder that is new or empty becomes one. What a crash tore off its end is cut.
 *
 * @throws ArchiveError when the folder cannot be written, is in use, holds something else, or is of a newer format
 * @throws ArgumentError when an option is out of its domain, or no folder can be made there
 */
export async function openArchive(folder: string, options: ArchiveOptions = {}): Promise<Archive> {
  const { segmentBytes = DEFAULT_SEGMENT_BYTES, signal } = options;
  if (!(Number.isInteger(segmentBytes) && segmentBytes >= 1 && segmentBytes <= 2 ** 31)) {
    throw new ArgumentError(`segmentBytes: got ${segmentBytes}, expected a whole number from 1 to 2^31`);
  }
  let release: (() => Promise<void>) | undefined;
  try {
    await makePlace(folder);
    release = await lockFolder(folder, { what: 'the archive' });
    await ensureArchive(folder);
    return await replay(folder, { segmentBytes, signal, release });
  } catch (error) {
    await release?.();
    throw cannot('write', folder, error);
  }
}

type Opening = {
  readonly segmentBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly release: () => Promise<void>;
};

async function replay(folder: string, { segmentBytes, signal, release }: Opening): Promise<Archive> {
  const state = new ReplayedState();
  const contents = new ContentIndex(folder);
  const found = { tornBytes: 0, damaged: 0 };
  const ends = new SegmentEnds(folder, (await readSyncedBytes(folder)) ?? []);
  let segment: SegmentWriter | null = null;
  let sealed = true;
  for await (const item of scanArchive(folder, signal)) {
    if (item.what === 'end') {
      found.tornBytes = item.end - item.offset;
      segment = await SegmentWriter.reopen(folder, item.segment, { end: item.offset, cutAt: item.cutAt, sealed });
    } else if (item.what === 'record') {
      sealed = item.header === null;
      if (item.header === null) continue;
      if (contents.lacks(item.header)) {
        // What its note says is not so any more: it is asked for again.
        found.damaged++;
        continue;
      }
      state.apply(item.header);
      contents.learn(item.header, item.segment, item.offset);
    } else {
      found.damaged++;
      sealed = false;
    }
  }
  return new OpenArchive({ folder, segmentBytes, release, state, found, contents, ends, segment });
}

type Parts = {
  readonly folder: string;
  readonly segmentBytes: number;
  readonly release: () => Promise<void>;
  readonly state: ReplayedState;
  readonly found: Archive['found'];
  readonly contents: ContentIndex;
  readonly ends: SegmentEnds;
  readonly segment: SegmentWriter | null;
};

type Prepared = { readonly page: PageToKeep; readonly sha256: Buffer; readonly stored: StoredContent | null };

class OpenArchive implements Archive {
  readonly state: ReplayedState;
  readonly found: Archive['found'];
  readonly #parts: Parts;
  #segment: SegmentWriter | null;
  /** Settles when all that was asked for so far is done. */
  #turn: Promise<unknown> = Promise.resolve();
  #nextSync: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  constructor(parts: Parts) {
    this.state = parts.state;
    this.found = parts.found;
    this.#parts = parts;
    this.#segment = parts.segment;
  }

  async append(page: PageToKeep | null, note: Note | null): Promise<void> {
    this.#refuseWhenClosed();
    checkAppended(page, note);
    await this.#inTurn(page === null ? null : this.#prepare(page), (prepared) => this.#write(prepared, note));
  }

  async sync(): Promise<void> {
    this.#refuseWhenClosed();
    // One sync does for all who ask before it begins.
    this.#nextSync ??= this.#inTurn(null, async () => {
      this.#nextSync = null;
      await this.#segment?.sync();
      await this.#tellEnd();
    });
    return this.#nextSync;
  }

  async close(): Promise<void> {
    this.#closing ??= this.#inTurn(null, async () => {
      try {
        await this.#segment?.seal();
        await this.#tellEnd();
      } finally {
        await this.#release();
      }
    });
    return this.#closing;
  }

  async #release(): Promise<void> {
    try {
      await this.#segment?.close();
    } finally {
      await this.#parts.release();
    }
  }

  /** Pages are prepared side by side and written one after the other, in the order of the calls. */
  #inTurn<P, T>(prepared: P | Promise<P>, work: (prepared: P) => Promise<T>): Promise<T> {
    const before = this.#turn;
    const done = (async () => {
      const [ready] = await Promise.all([prepared, before]);
      return work(ready);
    })();
    // Without the results: each would hold those before it.
    this.#turn = Promise.allSettled([before, done]).then(() => undefined);
    return done;
  }

  async #prepare(page: PageToKeep): Promise<Prepared> {
    const sha256 = await digestOf(page);
    return { page, sha256, stored: this.#parts.contents.has(sha256) ? null : await storedForm(page) };
  }

  async #write(prepared: Prepared | null, note: Note | null): Promise<void> {
    if (prepared === null) {
      if (note !== null) await this.#record({ ...ownerOf(note), page: null, note: contentOf(note) });
      return;
    }
    const { page, sha256 } = prepared;
    const isHere = await this.#parts.contents.isReadable(sha256);
    const stored = isHere ? null : (prepared.stored ?? (await storedForm(page)));
    const { request, receivedAt, about, replaced = 0 } = page;
    await this.#record(
      {
        ...ownerOf(page),
        page: {
          request,
          receivedAt,
          about,
          sha256,
          encoding: stored?.encoding ?? null,
          ...(replaced > 0 && { replaced }),
        },
        note: note === null ? null : contentOf(note),
      },
      stored?.bytes,
    );
  }

  async #record(header: RecordHeader, payload?: Uint8Array): Promise<void> {
    const segment = await this.#growingSegment();
    const offset = await segment.append(header, payload);
    this.#parts.contents.learn(header, segment.number, offset);
    this.state.apply(header);
  }

  async #growingSegment(): Promise<SegmentWriter> {
    const { folder, segmentBytes } = this.#parts;
    if (this.#segment !== null && this.#segment.end < segmentBytes) return this.#segment;
    // Only the end of an archive can be torn: the segments before the last are whole on the disk.
    await this.#segment?.seal();
    await this.#tellEnd();
    const next = await SegmentWriter.create(
      folder,
      this.#segment === null ? this.#parts.ends.count : this.#segment.number + 1,
    );
    await this.#segment?.close();
    this.#segment = next;
    await this.#tellEnd();
    return next;
  }

  /** From outside of the segment, and after it was synced. */
  async #tellEnd(): Promise<void> {
    if (this.#segment !== null) await this.#parts.ends.tell(this.#segment.number, this.#segment.synced);
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== null) throw new ArgumentError('archive: it was closed; open it again');
  }
}

function checkAppended(page: PageToKeep | null, note: Note | null): void {
  if (page !== null) checkPage(page);
  if (note !== null) checkNote(note);
  if (page === null && note === null)
    throw new ArgumentError('append: got neither page nor note, expected one of them');
  if (page !== null && note !== null && (page.userId !== note.userId || page.kind !== note.kind)) {
    throw new ArgumentError('append: got a page and a note of different users or kinds, expected the same');
  }
}

function ownerOf({ userId, kind }: PageToKeep | Note): Pick<RecordHeader, 'userId' | 'kind'> {
  return { userId, kind };
}

function contentOf({ userId: _user, kind: _kind, ...content }: Note): NoteContent {
  return content;
}
