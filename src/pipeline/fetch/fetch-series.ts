/** Raw data of one watch: window by window, page by page, going on where a run before stopped. */

import type { SeriesKind } from '../../core/signal.ts';
import { getRawdata } from '../../withings/rawdata.ts';
import { windowsToAsk } from './raw-windows.ts';
import { inTurns } from './turns.ts';
import { keep, type UserTask } from './user-task.ts';

export type Watch = {
  readonly hashDeviceId: string;
  /** When it last synchronised, Unix seconds; `null`: not told. */
  readonly session: number | null;
};

export async function fetchSeries(task: UserTask, kind: SeriesKind, { hashDeviceId, session }: Watch): Promise<void> {
  const { archive, client, signal, tally, turns, user, wanted } = task;
  const now = (): number => Math.floor(client.now() / 1000);
  const fetched = archive.state.windows(user.userId, kind, hashDeviceId);
  const windows = windowsToAsk(wanted, fetched, { session, overlap: task.overlap });
  tally.expect(windows.length);
  for (const window of windows) {
    const known = archive.state.resumePoint(user.userId, kind, hashDeviceId, window);
    // What a synchronisation added since may have moved the offsets.
    const begun = known?.session === session ? known : null;
    const asked = { ...window, deviceId: hashDeviceId, session, askedAt: begun?.askedAt ?? now() };
    const pages = getRawdata(client, user, { hashDeviceId, kind, ...window }, { offset: begun?.next ?? 0, signal });
    /** The page before is written while the next one is on its way. */
    let kept: Promise<unknown> = Promise.resolve();
    for await (const { answer, offset, nextOffset } of inTurns(turns, pages)) {
      await kept;
      // No list at all: raw data is not for this application. It is asked for again, and told by no data coming.
      if (answer.envelope.frames === null) break;
      const note =
        nextOffset === null
          ? ({ what: 'window', ...asked } as const)
          : ({ what: 'page', ...asked, offset, next: nextOffset } as const);
      kept = keep(task, answer, { kind, note }).then((isNew) =>
        tally.add(kind, { pages: 1, kept: Number(isNew), samples: answer.envelope.samples }),
      );
      kept.catch(() => undefined); // told where it is awaited
    }
    await kept;
    tally.step();
  }
}
