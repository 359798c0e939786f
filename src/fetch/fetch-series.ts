/** Raw data of one watch: window by window, page by page, going on where a run before stopped. */

import type { OpenWindow } from '../archive/state.ts';
import { quoted } from '../core/errors.ts';
import type { SeriesKind } from '../signals/signal.ts';
import { getRawdata } from '../withings/endpoints/rawdata.ts';
import { breach } from '../withings/http/failure.ts';
import { rowsIn } from './count-samples.ts';
import { type Stretch, windowsToAsk } from './raw-windows.ts';
import type { AskOptions } from './troubles.ts';
import { inTurns, sideBySide } from './turns.ts';
import { keep, type UserTask } from './user-task.ts';

export type Watch = {
  /** As it is asked for by. */
  readonly deviceId: string;
  /** When it last synchronised, Unix seconds; `null`: not told. */
  readonly session: number | null;
};

/**
 * Windows of a watch under way at a time: the cloud works on one page while another is checked. A day of PPG from a cloud on the
 * same machine takes 0.7 of the time that it takes in one window. No more, since each user takes that many turns.
 */
const SIDE_BY_SIDE = 4;

/** A window where it was begun before goes on at `next`. */
type Window = Stretch & Partial<OpenWindow>;

export async function fetchSeries(task: UserTask, kind: SeriesKind, watch: Watch): Promise<void> {
  const { tally, troubles } = task;
  const { deviceId } = watch;
  const refused = new Refused();
  const what = `${kind} of device ${quoted(deviceId, 60)}`;
  const tell = (reason: string): void => troubles.tell(what, reason);
  try {
    await troubles.ask({ kind, deviceId }, { tell }, async () => {
      const windows = windowsOf(task, kind, watch);
      tally.expect(windows.length);
      await sideBySide(SIDE_BY_SIDE, windows, async (window) => {
        const { from, to } = window;
        const options: AskOptions = {
          tell: (reason) => refused.add(window, reason),
          // No right to raw data: no other window has it.
          concernsMore: ({ reason }) => reason === 'unauthorized',
        };
        await troubles.ask({ kind, deviceId, window: { from, to } }, options, () =>
          fetchWindow(task, kind, watch, window),
        );
        tally.step();
      });
    });
  } finally {
    for (const line of refused.lines) troubles.tell(what, line);
  }
}

/** Those that were refused once are asked for as they were then, each on its own. */
function windowsOf(task: UserTask, kind: SeriesKind, { deviceId, session }: Watch): readonly Window[] {
  const { archive, user, wanted, overlap } = task;
  const isWanted = ({ from, to }: Stretch): boolean => wanted.from <= from && to <= wanted.to;
  // What a synchronisation added since may have moved the offsets.
  const begun = archive.state
    .openWindows(user.userId, kind, deviceId)
    .filter((window) => window.session === session && isWanted(window));
  const isBegun = ({ from, to }: Stretch): boolean => begun.some((window) => window.from === from && window.to === to);
  const refused = archive.state
    .refusals(user.userId, kind)
    .flatMap((refusal) => (refusal.deviceId === deviceId && refusal.window !== null ? [refusal.window] : []))
    .filter((window) => isWanted(window) && !isBegun(window));
  const known = [
    ...archive.state.windows(user.userId, kind, deviceId),
    // To their ends, now.
    ...[...begun, ...refused].map(({ from, to }) => ({ from, to, session, askedAt: Number.POSITIVE_INFINITY })),
  ];
  return [...begun, ...refused, ...windowsToAsk(wanted, known, { session, overlap })];
}

async function fetchWindow(
  task: UserTask,
  kind: SeriesKind,
  { deviceId, session }: Watch,
  window: Window,
): Promise<void> {
  const { client, signal, tally, troubles, turns, user } = task;
  const { from, to, next: begin = 0, askedAt = Math.floor(client.now() / 1000) } = window;
  const asked = { from, to, deviceId, session, askedAt };
  const pages = getRawdata(client, user, { hashDeviceId: deviceId, kind, from, to }, { offset: begin, signal });
  /** The page before is written while the next one is on its way. */
  let kept: Promise<unknown> = Promise.resolve();
  try {
    for await (const { answer, offset, nextOffset: next, flaw } of inTurns(turns, pages)) {
      await kept;
      if (answer.envelope.frames === null && offset > 0) {
        throw breach(answer, `the page at offset ${offset} holds nothing, expected what the page before it promised`);
      }
      // No list at all: raw data is not for this application, or there is none. It is asked for again.
      if (answer.envelope.frames === null) {
        troubles.note(`${kind}: answered without data: there is none, or no entitlement to it`);
        break;
      }
      const note =
        next === null ? ({ what: 'window', ...asked } as const) : ({ what: 'page', ...asked, offset, next } as const);
      kept = keep(task, answer, { kind, note: flaw === null ? note : null }).then((isNew) =>
        tally.add(kind, { pages: 1, kept: Number(isNew), samples: rowsIn(answer, kind) }),
      );
      kept.catch(() => undefined); // told where it is awaited
    }
  } finally {
    await kept;
  }
}

/** Windows that were refused, those with one reason in one line. */
class Refused {
  readonly #windows = new Map<string, Stretch[]>();

  add(window: Stretch, reason: string): void {
    const others = this.#windows.get(reason);
    if (others === undefined) this.#windows.set(reason, [window]);
    else others.push(window);
  }

  get lines(): readonly string[] {
    return Array.from(this.#windows, ([reason, windows]) => {
      const from = Math.min(...windows.map((window) => window.from));
      const to = Math.max(...windows.map((window) => window.to));
      const span = `${isoMinute(from)} to ${isoMinute(to)}`;
      return `${windows.length === 1 ? span : `${windows.length} windows within ${span}`}: ${reason}`;
    });
  }
}

function isoMinute(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().replace(/:\d\d\.\d{3}Z$/, 'Z');
}
