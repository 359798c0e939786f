/** What fetching for one user works with. */

import type { Archive } from '../archive/archive.ts';
import type { NoteContent, PageAbout, PageKind } from '../archive/page.ts';

import { throwIfAborted } from '../core/errors.ts';
import type { SignalKind } from '../signals/signal.ts';
import type { Answer } from '../withings/http/answer.ts';
import type { WithingsClient } from '../withings/http/client.ts';
import type { UserAccess } from '../withings/tokens/access-tokens.ts';
import type { Stretch } from './raw-windows.ts';
import type { Tally } from './tally.ts';
import type { Troubles } from './troubles.ts';
import type { Turns } from './turns.ts';

export type UserTask = {
  readonly client: WithingsClient;
  readonly user: UserAccess;
  readonly archive: Archive;
  readonly kinds: readonly SignalKind[];
  readonly wanted: Stretch;
  /** See `windowsToAsk`, seconds. */
  readonly overlap: number;
  readonly turns: Turns;
  readonly tally: Tally;
  readonly troubles: Troubles;
  readonly signal: AbortSignal;
};

export const NOTHING_ABOUT: PageAbout = { signalId: null, recordedAt: null, deviceId: null, timezone: null };

export type ToKeep = {
  readonly kind: PageKind;
  readonly about?: PageAbout;
  /** What is complete with it; `null`: nothing. */
  readonly note?: NoteContent | null;
};

/**
 * Puts an answer into the archive, with what is complete with it. What is there already is not written again, so that
 * asking for what has not changed leaves the archive as it was.
 *
 * @returns whether the page is new
 */
export async function keep(
  { archive, user: { userId }, signal }: UserTask,
  answer: Answer,
  { kind, about = NOTHING_ABOUT, note = null }: ToKeep,
): Promise<boolean> {
  throwIfAborted(signal);
  const { parameters, endpoint, receivedAt, payload, encoding, sha256, replaced } = answer;
  const page = {
    userId,
    kind,
    request: { endpoint, parameters },
    receivedAt,
    about,
    payload,
    encoding,
    sha256,
    replaced,
  };
  const isNew = !archive.state.holds(page);
  const progress = note === null ? null : { userId, kind, ...note };
  if (isNew || progress !== null) await archive.append(isNew ? page : null, progress);
  return isNew;
}
