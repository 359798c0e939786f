/** Raw data of one watch: window by window, page by page, going on where a run before stopped. */

import type { OpenWindow } from '../../archive/state.ts';
import type { SeriesKind } from '../../core/signal.ts';
import { getRawdata } from '../../withings/rawdata.ts';
import { type Stretch, windowsToAsk } from './raw-windows.ts';
import { inTurns, sideBySide } from './turns.ts';
import { keep, type UserTask } from './user-task.ts';

export type Watch = {
  readonly hashDeviceId: string;
  /** When it last synchronised, Unix seconds; `null`: not told. */
  readonly session: number | null;
};

/**
 * Windows of a watch under way at a time: the cloud works on one page while another is checked. A day of PPG from a cloud on the
 * same machine takes 0.7 of the time that it takes in one window. No more, since each user takes that many turns.
 */
const SIDE_BY_SIDE = 4;

export async function fetchSeries(task: UserTask, kind: SeriesKind, watch: Watch): Promise<void> {
  const { archive, tally, user, wanted, overlap } = task;
  const { hashDeviceId: deviceId, session } = watch;
  // What a synchronisation added since may have moved the offsets.
  const begun = archive.state
    .openWindows(user.userId, kind, deviceId)
    .filter((window) => window.session === session && wanted.from <= window.from && window.to <= wanted.to);
  const known = [
    ...archive.state.windows(user.userId, kind, deviceId),
    ...begun.map((window) => ({ ...window, askedAt: Number.POSITIVE_INFINITY })), // to their ends, now
  ];
  const windows = [...begun, ...windowsToAsk(wanted, known, { session, overlap })];
  tally.expect(windows.length);
  await sideBySide(SIDE_BY_SIDE, windows, (window) => fetchWindow(task, kind, watch, window));
}

/** @param window where it was begun before, it goes on at `next` */
async function fetchWindow(
  task: UserTask,
  kind: SeriesKind,
  { hashDeviceId, session }: Watch,
  window: Stretch & Partial<OpenWindow>,
): Promise<void> {
  const { client, signal, tally, turns, user } = task;
  const { from, to, next: begin = 0, askedAt = Math.floor(client.now() / 1000) } = window;
  const asked = { from, to, deviceId: hashDeviceId, session, askedAt };
  const pages = getRawdata(client, user, { hashDeviceId, kind, from, to }, { offset: begin, signal });
  /** The page before is written while the next one is on its way. */
  let kept: Promise<unknown> = Promise.resolve();
  for await (const { answer, offset, nextOffset: next } of inTurns(turns, pages)) {
    await kept;
    // No list at all: raw data is not for this application. It is asked for again, and told by no data coming.
    if (answer.envelope.frames === null) break;
    const note =
      next === null ? ({ what: 'window', ...asked } as const) : ({ what: 'page', ...asked, offset, next } as const);
    kept = keep(task, answer, { kind, note }).then((isNew) =>
      tally.add(kind, { pages: 1, kept: Number(isNew), samples: answer.envelope.samples }),
    );
    kept.catch(() => undefined); // told where it is awaited
  }
  await kept;
  tally.step();
}
