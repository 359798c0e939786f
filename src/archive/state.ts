/** What an archive holds and what is complete: nothing but its records, replayed. */

import type { AskedWindow, Note, PageKind, PageRequest } from './page.ts';
import type { RecordHeader } from './record.ts';

export type KeptRecording = { readonly state: 'held' | 'pending'; readonly modified: number | null };

/** A window that was begun: it goes on at offset `next`. */
export type OpenWindow = AskedWindow & { readonly next: number };

export interface ArchiveState {
  /** Pages kept, repeats of the same content included. */
  readonly pages: number;
  /** The earliest time that anything was asked for, Unix seconds; `null`: no request named one. */
  readonly since: number | null;
  /**
   * Whether a page with this content is kept for this user and kind; of raw data, for this request: what is kept must not
   * depend on which of two empty windows was answered first.
   *
   * @param sha256 hexadecimal
   */
  holds(userId: string, kind: PageKind, sha256: string, parameters: PageRequest['parameters']): boolean;
  /** Complete windows, in the order they were completed; one that a later one covers is left out. */
  windows(userId: string, kind: PageKind, deviceId: string | null): readonly AskedWindow[];
  /** Windows that were begun and are not complete, in the order they were begun. */
  openWindows(userId: string, kind: PageKind, deviceId: string | null): readonly OpenWindow[];
  /** `null`: never fetched. */
  recording(userId: string, kind: PageKind, signalId: number): KeptRecording | null;
}

/** Of one user and kind. */
type Ledger = {
  complete: AskedWindow[];
  /** By device and bounds. */
  readonly open: Map<string, OpenWindow>;
  /** Halves of digests, as Latin-1, with the window of raw data: 100,000 pages are some 10 MB. */
  readonly contents: Set<string>;
  readonly recordings: Map<number, KeptRecording>;
};

export class ReplayedState implements ArchiveState {
  readonly #ledgers = new Map<string, Ledger>();
  #pages = 0;
  #since: number | null = null;

  get pages(): number {
    return this.#pages;
  }

  get since(): number | null {
    return this.#since;
  }

  /** The next record of the archive, in order. */
  apply({ userId, kind, page, note }: RecordHeader): void {
    if (page !== null) {
      this.#pages++;
      const { startdate } = page.request.parameters;
      if (startdate !== undefined) this.#since = Math.min(this.#since ?? Number.POSITIVE_INFINITY, Number(startdate));
      this.#ledger(userId, kind).contents.add(contentKey(kind, page.sha256, page.request.parameters));
    }
    if (note !== null) this.#note({ userId, kind, ...note });
  }

  holds(userId: string, kind: PageKind, sha256: string, parameters: PageRequest['parameters']): boolean {
    return this.#find(userId, kind)?.contents.has(contentKey(kind, Buffer.from(sha256, 'hex'), parameters)) ?? false;
  }

  windows(userId: string, kind: PageKind, deviceId: string | null): readonly AskedWindow[] {
    return (this.#find(userId, kind)?.complete ?? []).filter((window) => window.deviceId === deviceId);
  }

  openWindows(userId: string, kind: PageKind, deviceId: string | null): readonly OpenWindow[] {
    const open = this.#find(userId, kind)?.open.values() ?? [];
    return [...open].filter((window) => window.deviceId === deviceId);
  }

  recording(userId: string, kind: PageKind, signalId: number): KeptRecording | null {
    return this.#find(userId, kind)?.recordings.get(signalId) ?? null;
  }

  #note(note: Note): void {
    const ledger = this.#ledger(note.userId, note.kind);
    if (note.what === 'recording') {
      ledger.recordings.set(note.signalId, { state: note.state, modified: note.modified });
      return;
    }
    const { from, to, deviceId, session, askedAt } = note;
    const asked = { from, to, deviceId, session, askedAt };
    if (note.what === 'page') {
      ledger.open.set(windowKey(asked), { ...asked, next: note.next });
      return;
    }
    ledger.complete = [...ledger.complete.filter((window) => !covers(asked, window)), asked];
    for (const [key, window] of ledger.open) if (covers(asked, window)) ledger.open.delete(key);
  }

  #find(userId: string, kind: PageKind): Ledger | undefined {
    return this.#ledgers.get(`${kind}/${userId}`);
  }

  #ledger(userId: string, kind: PageKind): Ledger {
    const known = this.#find(userId, kind);
    if (known !== undefined) return known;
    const ledger: Ledger = { complete: [], open: new Map(), contents: new Set(), recordings: new Map() };
    this.#ledgers.set(`${kind}/${userId}`, ledger);
    return ledger;
  }
}

function windowKey({ from, to, deviceId }: AskedWindow): string {
  return JSON.stringify([from, to, deviceId]);
}

/** Asked for later, of the same device, and no second is left out. */
function covers(later: AskedWindow, window: AskedWindow): boolean {
  return (
    later.deviceId === window.deviceId &&
    later.from <= window.from &&
    window.to <= later.to &&
    later.askedAt >= window.askedAt
  );
}

function contentKey(kind: PageKind, sha256: Uint8Array, parameters: PageRequest['parameters']): string {
  const digest = Buffer.from(sha256.buffer, sha256.byteOffset, 16).toString('latin1');
  const { startdate = '', enddate = '', offset = '' } = parameters;
  return kind === 'ppg' || kind === 'accel' ? `${digest} ${startdate} ${enddate} ${offset}` : digest;
}
