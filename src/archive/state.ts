/** What an archive holds and what is complete: nothing but its records, replayed. */

import type { AskedWindow, Note, PageKind, PageToKeep, Refusal } from './page.ts';
import { pageIdentity, signalIdOf } from './page-name.ts';
import type { RecordHeader } from './record.ts';

export type KeptRecording = { readonly state: 'held' | 'pending'; readonly modified: number | null };

/** A window that was begun: it goes on at offset `next`. */
export type OpenWindow = AskedWindow & { readonly next: number };

/** A page that came, without its bytes. */
export type PageIdentity = Pick<PageToKeep, 'userId' | 'kind' | 'request' | 'about'> & {
  /** Of the decoded content, hexadecimal. */
  readonly sha256: string;
};

export interface ArchiveState {
  /** Pages kept, repeats of the same content included. */
  readonly pages: number;
  /** The earliest time that anything was asked for, Unix seconds; `null`: no request named one. */
  readonly since: number | null;
  /**
   * Whether this very page is kept: the same content, asked for in the same words, about the same thing. Of lists it does not
   * count how far back and up to when was asked.
   */
  holds(page: PageIdentity): boolean;
  /** Complete windows, in the order they were completed; one that a later one covers is left out. */
  windows(userId: string, kind: PageKind, deviceId: string | null): readonly AskedWindow[];
  /** Windows that were begun and are not complete, in the order they were begun. */
  openWindows(userId: string, kind: PageKind, deviceId: string | null): readonly OpenWindow[];
  /** `null`: never fetched, or its page is not there although it was noted as held. */
  recording(userId: string, kind: PageKind, signalId: number): KeptRecording | null;
  /** What was refused when it was last asked for, in the order in which it was refused first. */
  refusals(userId: string, kind: PageKind): readonly Refusal[];
}

/** Of one user and kind. */
type Ledger = {
  complete: AskedWindow[];
  /** By device and bounds. */
  readonly open: Map<string, OpenWindow>;
  /** What tells a page from any other: 100,000 are some 10 MB. */
  readonly pages: Set<string>;
  readonly recordings: Map<number, KeptRecording>;
  /** Signals of which there is a page. */
  readonly signals: Set<number>;
  /** By what was refused. */
  readonly refusals: Map<string, Refusal>;
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
      const ledger = this.#ledger(userId, kind);
      ledger.pages.add(pageIdentity({ kind, ...page }, page.sha256));
      const signalId = signalIdOf(page);
      if (signalId !== null) ledger.signals.add(signalId);
    }
    if (note !== null) this.#note({ userId, kind, ...note });
  }

  holds({ userId, kind, request, about, sha256 }: PageIdentity): boolean {
    const identity = pageIdentity({ kind, request, about }, Buffer.from(sha256, 'hex'));
    return this.#find(userId, kind)?.pages.has(identity) ?? false;
  }

  windows(userId: string, kind: PageKind, deviceId: string | null): readonly AskedWindow[] {
    return (this.#find(userId, kind)?.complete ?? []).filter((window) => window.deviceId === deviceId);
  }

  openWindows(userId: string, kind: PageKind, deviceId: string | null): readonly OpenWindow[] {
    const open = this.#find(userId, kind)?.open.values() ?? [];
    return [...open].filter((window) => window.deviceId === deviceId);
  }

  recording(userId: string, kind: PageKind, signalId: number): KeptRecording | null {
    const ledger = this.#find(userId, kind);
    const known = ledger?.recordings.get(signalId) ?? null;
    return known?.state === 'held' && ledger?.signals.has(signalId) !== true ? null : known;
  }

  refusals(userId: string, kind: PageKind): readonly Refusal[] {
    return [...(this.#find(userId, kind)?.refusals.values() ?? [])];
  }

  #note(note: Note): void {
    const ledger = this.#ledger(note.userId, note.kind);
    if (note.what === 'recording') {
      ledger.recordings.set(note.signalId, { state: note.state, modified: note.modified });
      return;
    }
    if (note.what === 'refused') {
      const { signalId, deviceId, window, count, at, reason } = note;
      const key = JSON.stringify([signalId, deviceId, window?.from, window?.to]);
      if (count === 0) ledger.refusals.delete(key);
      else ledger.refusals.set(key, { signalId, deviceId, window, count, at, reason });
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
    const ledger: Ledger = {
      complete: [],
      open: new Map(),
      pages: new Set(),
      recordings: new Map(),
      signals: new Set(),
      refusals: new Map(),
    };
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
