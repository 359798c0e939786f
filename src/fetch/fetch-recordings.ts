/** ECG and stethoscope: what the lists tell, then each signal that is not held yet or has changed. */

import type { PageKind } from '../archive/page.ts';
import type { RecordingKind } from '../signals/signal.ts';
import { getHeart, listHeart } from '../withings/endpoints/heart.ts';
import type { Page } from '../withings/endpoints/paginate.ts';
import { getStetho, listStetho } from '../withings/endpoints/stetho.ts';
import { samplesOfRecording } from './count-samples.ts';
import { inTurns } from './turns.ts';
import { keep, NOTHING_ABOUT, type UserTask } from './user-task.ts';

/** Recordings as lists tell of them: signal id to when its entry was last modified, Unix seconds; `null`: not told. */
class Signals extends Map<number, number | null> {
  /** A recording changes and moves in a list while it is read: of two entries the later changed one counts. */
  learn(signalId: number | null, modified: number | null): void {
    if (signalId === null) return;
    const known = this.get(signalId);
    if (known === undefined || (modified ?? -1) > (known ?? -1)) this.set(signalId, modified);
  }
}

const GET = { ecg: getHeart, stetho: getStetho } as const;

/**
 * Recordings that failed have no signal, and so no place here. The heart list names stethoscope signals too, and some of them
 * stand in no other list.
 */
export async function fetchRecordings(task: UserTask, kinds: readonly RecordingKind[]): Promise<void> {
  const { archive, client, user, wanted, signal, troubles } = task;
  const [main] = kinds;
  if (main === undefined) return;
  const [ecg, stetho, beside] = [new Signals(), new Signals(), new Signals()];
  await troubles.among(main, async () => {
    await readList(task, 'heart-list', main, listHeart(client, user, wanted, { signal }), (entry) => {
      ecg.learn(entry.ecgSignalId, entry.modified);
      beside.learn(entry.stethoSignalId, entry.modified);
    });
  });
  for (const kind of kinds) {
    await troubles.among(kind, async () => {
      if (kind === 'ecg') return fetchSignals(task, kind, ecg);
      const isRead = await readList(task, 'stetho-list', kind, listStetho(client, user, wanted, { signal }), (entry) =>
        stetho.learn(entry.signalId, entry.modified),
      );
      // Whether a recording has changed is for its own list to say.
      const isNew = (signalId: number) => archive.state.recording(user.userId, kind, signalId)?.state !== 'held';
      const others = [...beside].filter(([signalId]) => !stetho.has(signalId) && (isRead || isNew(signalId)));
      return fetchSignals(task, kind, new Map([...stetho, ...others]));
    });
  }
}

/** What the list told before it failed counts. @returns whether all of it was read */
async function readList<T>(
  task: UserTask,
  listKind: PageKind,
  kind: RecordingKind,
  pages: AsyncGenerator<Page<T>, void, undefined>,
  learn: (entry: T) => void,
): Promise<boolean> {
  const { tally, troubles, turns } = task;
  tally.expect(1);
  const isRead = await troubles.ask({ kind: listKind }, { tell: (reason) => troubles.tell(kind, reason) }, async () => {
    for await (const { answer, items, odd } of inTurns(turns, pages)) {
      tally.add(kind, { pages: 1, kept: Number(await keep(task, answer, { kind: listKind })) });
      troubles.tellOdd(`${kind}: ${answer.endpoint}`, odd);
      for (const item of items) learn(item);
    }
    return true;
  });
  tally.step();
  return isRead ?? false;
}

async function fetchSignals(
  task: UserTask,
  kind: RecordingKind,
  listed: ReadonlyMap<number, number | null>,
): Promise<void> {
  const { archive, tally, troubles, user } = task;
  const missing = [...listed].filter(([signalId, modified]) => {
    const held = archive.state.recording(user.userId, kind, signalId);
    return held?.state !== 'held' || held.modified !== modified;
  });
  tally.expect(missing.length);
  for (const [signalId, modified] of missing) {
    const tell = (reason: string): void => troubles.tell(`${kind} ${signalId}`, reason);
    await troubles.ask({ kind, signalId }, { tell }, () => fetchSignal(task, kind, signalId, modified));
    tally.step();
  }
}

async function fetchSignal(
  task: UserTask,
  kind: RecordingKind,
  signalId: number,
  modified: number | null,
): Promise<void> {
  const { archive, client, signal, tally, turns, user } = task;
  const { answer, pending } = await turns.take(() => GET[kind](client, user, signalId, { signal }));
  const note = { what: 'recording', signalId, modified } as const;
  if (pending) {
    // What is not there yet is no page to keep, and to note it once is enough.
    const known = archive.state.recording(user.userId, kind, signalId);
    const isNoted = known?.state === 'pending' && known.modified === modified;
    if (!isNoted) await archive.append(null, { userId: user.userId, kind, ...note, state: 'pending' });
    tally.add(kind, { pages: 1, pending: 1 });
  } else {
    const samples = samplesOfRecording(answer, kind);
    const about = { ...NOTHING_ABOUT, signalId };
    const isNew = await keep(task, answer, { kind, about, note: { ...note, state: 'held' } });
    tally.add(kind, { pages: 1, kept: Number(isNew), signals: 1, samples });
  }
}
