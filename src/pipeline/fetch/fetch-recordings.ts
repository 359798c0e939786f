/** ECG and stethoscope: what the list tells, then each signal that is not held yet or has changed. */

import type { PageKind } from '../../archive/page.ts';
import type { RecordingKind } from '../../core/signal.ts';
import { getHeart, listHeart } from '../../withings/heart.ts';
import type { Page } from '../../withings/paginate.ts';
import type { SignalAnswer } from '../../withings/recordings.ts';
import { getStetho, listStetho } from '../../withings/stetho.ts';
import { inTurns } from './turns.ts';
import { keep, NOTHING_ABOUT, type UserTask } from './user-task.ts';

/** A recording as the list tells of it. */
type Listed = { readonly signalId: number; readonly modified: number | null };

type Source = {
  readonly listKind: PageKind;
  readonly list: (task: UserTask) => AsyncGenerator<Page<Listed>, void, undefined>;
  readonly get: (task: UserTask, signalId: number) => Promise<SignalAnswer>;
};

/** Recordings that failed have no signal, and so no place here. */
const SOURCES: Readonly<Record<RecordingKind, Source>> = {
  ecg: {
    listKind: 'heart-list',
    list: ({ client, user, wanted, signal }) =>
      withIds(listHeart(client, user, wanted, { signal }), (entry) => entry.ecgSignalId),
    get: ({ client, user, signal }, signalId) => getHeart(client, user, signalId, { signal }),
  },
  stetho: {
    listKind: 'stetho-list',
    list: ({ client, user, wanted, signal }) =>
      withIds(listStetho(client, user, wanted, { signal }), (entry) => entry.signalId),
    get: ({ client, user, signal }, signalId) => getStetho(client, user, signalId, { signal }),
  },
};

/** A recording changes and moves in the list while it is read: of two entries the later changed one counts. */
export async function fetchRecordings(task: UserTask, kind: RecordingKind): Promise<void> {
  const { archive, tally, turns, user } = task;
  const { listKind, list, get } = SOURCES[kind];
  const listed = new Map<number, number | null>();
  tally.expect(1);
  for await (const { answer, items } of inTurns(turns, list(task))) {
    tally.add(kind, { pages: 1, kept: Number(await keep(task, answer, { kind: listKind })) });
    for (const { signalId, modified } of items) {
      const known = listed.get(signalId);
      if (known === undefined || (modified ?? -1) > (known ?? -1)) listed.set(signalId, modified);
    }
  }
  const missing = [...listed].filter(([signalId, modified]) => {
    const held = archive.state.recording(user.userId, kind, signalId);
    return held?.state !== 'held' || held.modified !== modified;
  });
  tally.expect(missing.length);
  tally.step();
  for (const [signalId, modified] of missing) {
    const { answer, pending } = await turns.take(() => get(task, signalId));
    const note = { what: 'recording', signalId, modified } as const;
    if (pending) {
      // What is not there yet is no page to keep, and to note it once is enough.
      const known = archive.state.recording(user.userId, kind, signalId);
      const isNoted = known?.state === 'pending' && known.modified === modified;
      if (!isNoted) await archive.append(null, { userId: user.userId, kind, ...note, state: 'pending' });
      tally.add(kind, { pages: 1, pending: 1 });
    } else {
      const about = { ...NOTHING_ABOUT, signalId };
      const isNew = await keep(task, answer, { kind, about, note: { ...note, state: 'held' } });
      tally.add(kind, { pages: 1, kept: Number(isNew), signals: 1, samples: answer.envelope.samples });
    }
    tally.step();
  }
}

async function* withIds<T extends { readonly modified: number | null }>(
  pages: AsyncGenerator<Page<T>, void, undefined>,
  idOf: (entry: T) => number | null,
): AsyncGenerator<Page<Listed>, void, undefined> {
  for await (const page of pages) {
    const items = page.items.flatMap((entry) => {
      const signalId = idOf(entry);
      return signalId === null ? [] : [{ signalId, modified: entry.modified }];
    });
    yield { ...page, items };
  }
}
