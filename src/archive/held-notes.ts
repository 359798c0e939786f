import { quoted } from '../core/errors.ts';
import type { DamagedPart } from './archived-page.ts';
import { signalIdOf } from './page-name.ts';
import type { RecordHeader } from './record.ts';

type Place = Omit<DamagedPart, 'reason'>;

/** Of one user and kind. */
type Ledger = { readonly owner: string; readonly pages: Set<number>; readonly held: Map<number, Place> };

/** Ids told in one line. */
const MOST_TOLD = 5;

/** What an archive says it holds, against what it holds: recordings noted as held need a page of their own. */
export class HeldNotes {
  readonly #ledgers = new Map<string, Ledger>();

  add({ userId, kind, page, note }: RecordHeader, { file, offset, bytes }: Place): void {
    if (kind !== 'ecg' && kind !== 'stetho') return;
    const owner = `${kind} of user ${quoted(userId, 40)}`;
    const key = `${kind} ${userId}`;
    const ledger = this.#ledgers.get(key) ?? { owner, pages: new Set(), held: new Map() };
    this.#ledgers.set(key, ledger);
    const signalId = page === null ? null : signalIdOf(page);
    if (signalId !== null) ledger.pages.add(signalId);
    if (note?.what !== 'recording' || note.state !== 'held' || ledger.pages.has(note.signalId)) return;
    ledger.held.set(note.signalId, { file, offset, bytes });
  }

  /** One for each user and kind of whom a recording is missing, at the note that says that it is there. */
  missing(): readonly DamagedPart[] {
    const parts: DamagedPart[] = [];
    for (const { owner, pages, held } of this.#ledgers.values()) {
      const missing = [...held].filter(([signalId]) => !pages.has(signalId));
      const [first] = missing;
      if (first === undefined) continue;
      const ids = missing.slice(0, MOST_TOLD).map(([signalId]) => signalId);
      const more = missing.length > MOST_TOLD ? ` and ${missing.length - MOST_TOLD} more` : '';
      const reason = `${owner}: ${ids.join(', ')}${more} noted as held, but not there: the next fetch asks again`;
      parts.push({ ...first[1], reason });
    }
    return parts;
  }
}
