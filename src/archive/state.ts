/** What an archive holds and what is complete: nothing but its records, replayed. */

import type { Note, PageAbout, PageKind, TimeWindow } from './page.ts';
import type { RecordHeader } from './record.ts';

export type KeptRecording =
  | { readonly state: 'held'; readonly modified: number | null }
  /** `about` is that of the page that was empty; `null` when the note came without one. */
  | { readonly state: 'pending'; readonly modified: number | null; readonly about: PageAbout | null };

/** A window that was begun: it goes on at offset `next`. */
export type OpenWindow = TimeWindow & { readonly next: number };

export interface ArchiveState {
  /** Pages kept, repeats of the same content included. */
  readonly pages: number;
  /** Joined and ascending. */
  completeWindows(userId: string, kind: PageKind): readonly TimeWindow[];
  /** Begun and not complete, in the order they were begun. */
  openWindows(userId: string, kind: PageKind): readonly OpenWindow[];
  /** The offset to ask for next in exactly this window; `null`: it was not begun, or it is complete. */
  resumePoint(userId: string, kind: PageKind, window: TimeWindow): number | null;
  /** By signal id. */
  recordings(userId: string, kind: PageKind): ReadonlyMap<number, KeptRecording>;
  /** `null`: never fetched. */
  recording(userId: string, kind: PageKind, signalId: number): KeptRecording | null;
}

type Ledger = {
  complete: readonly TimeWindow[];
  /** By `from-to`. */
  readonly open: Map<string, OpenWindow>;
  readonly recordings: Map<number, KeptRecording>;
};

export class ReplayedState implements ArchiveState {
  readonly #ledgers = new Map<string, Ledger>();
  #pages = 0;

  get pages(): number {
    return this.#pages;
  }

  /** The next record of the archive, in order. */
  apply({ userId, kind, page, note }: RecordHeader): void {
    if (page !== null) this.#pages++;
    if (note !== null) this.#note({ userId, kind, ...note }, page?.about ?? null);
  }

  completeWindows(userId: string, kind: PageKind): readonly TimeWindow[] {
    return this.#find(userId, kind)?.complete ?? [];
  }

  openWindows(userId: string, kind: PageKind): readonly OpenWindow[] {
    return [...(this.#find(userId, kind)?.open.values() ?? [])];
  }

  resumePoint(userId: string, kind: PageKind, window: TimeWindow): number | null {
    return this.#find(userId, kind)?.open.get(windowKey(window))?.next ?? null;
  }

  recordings(userId: string, kind: PageKind): ReadonlyMap<number, KeptRecording> {
    return this.#find(userId, kind)?.recordings ?? new Map();
  }

  recording(userId: string, kind: PageKind, signalId: number): KeptRecording | null {
    return this.#find(userId, kind)?.recordings.get(signalId) ?? null;
  }

  #note(note: Note, about: PageAbout | null): void {
    const ledger = this.#ledger(note.userId, note.kind);
    if (note.what === 'recording') {
      const { state, modified } = note;
      ledger.recordings.set(note.signalId, state === 'held' ? { state, modified } : { state, modified, about });
      return;
    }
    const { from, to } = note;
    if (note.what === 'page') {
      ledger.open.set(windowKey(note), { from, to, next: note.next });
      return;
    }
    ledger.complete = joinWindow(ledger.complete, { from, to });
    for (const [key, window] of ledger.open) {
      if (from <= window.from && window.to <= to) ledger.open.delete(key);
    }
  }

  #find(userId: string, kind: PageKind): Ledger | undefined {
    return this.#ledgers.get(`${kind}/${userId}`);
  }

  #ledger(userId: string, kind: PageKind): Ledger {
    const known = this.#find(userId, kind);
    if (known !== undefined) return known;
    const ledger: Ledger = { complete: [], open: new Map(), recordings: new Map() };
    this.#ledgers.set(`${kind}/${userId}`, ledger);
    return ledger;
  }
}

function windowKey({ from, to }: TimeWindow): string {
  return `${from}-${to}`;
}

/** The windows and one more, those that touch made one. */
function joinWindow(windows: readonly TimeWindow[], { from, to }: TimeWindow): readonly TimeWindow[] {
  const before = windows.filter((window) => window.to < from);
  const after = windows.filter((window) => window.from > to);
  const touching = windows.slice(before.length, windows.length - after.length);
  const joined = {
    from: Math.min(from, touching.at(0)?.from ?? from),
    to: Math.max(to, touching.at(-1)?.to ?? to),
  };
  return [...before, joined, ...after];
}
