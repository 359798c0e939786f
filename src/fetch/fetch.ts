/** A cohort's signals from the cloud into an archive: all users side by side, each going on where it was. */

import { type Archive, openArchive } from '../archive/archive.ts';
import { AbortedError, ArgumentError, isOfOneUser, messageOf, StateError } from '../core/errors.ts';
import { LAST_SECOND } from '../core/reading.ts';
import { SIGNAL_KINDS, type SignalKind } from '../signals/signal.ts';
import { fetchUser } from './fetch-user.ts';
import { OVERLAP_DEFAULT, type Stretch } from './raw-windows.ts';
import type { Session } from './session.ts';
import { type FetchProgress, type KindTally, Tally } from './tally.ts';
import { Troubles } from './troubles.ts';
import { openTurns } from './turns.ts';
import type { UserTask } from './user-task.ts';

export interface FetchOptions {
  /** Who asks: see `openSession`. */
  readonly session: Session;
  /** Folder of the archive; made when it is not there. */
  readonly archive: string;
  /** Unix seconds. @default as far back as the archive goes, or 30 days before `to` */
  readonly from?: number;
  /** Unix seconds. @default now */
  readonly to?: number;
  /** @default everyone whose tokens are in the store */
  readonly users?: readonly string[];
  /** @default all */
  readonly kinds?: readonly SignalKind[];
  /**
   * How far before a watch's synchronisation its raw data is asked for again after the next one, seconds: for samples
   * that come late. @default 86400
   */
  readonly overlap?: number;
  /** Requests under way at a time. @default 8 */
  readonly requestsAtOnce?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FetchProgress) => void;
}

export type UserReport = {
  readonly userId: string;
  /** `partly`: something could not be had, the rest was; `failed`: nothing more could be asked for. */
  readonly status: 'ok' | 'partly' | 'failed';
  /** One line each: what was refused, odd, went wrong, or was refused before and is not asked for again yet. */
  readonly reasons: readonly string[];
  /** One line each: what was asked for and does not exist, as far as the cloud tells. */
  readonly notices: readonly string[];
};

export type FetchReport = {
  readonly archive: string;
  /** Unix seconds. */
  readonly from: number;
  readonly to: number;
  readonly users: readonly UserReport[];
  readonly kinds: Readonly<Record<SignalKind, KindTally>>;
  /** Pages in the archive now. */
  readonly pages: number;
  /** Of them, those that it did not hold before. */
  readonly newPages: number;
};

/** 30 days. */
const DEFAULT_SECONDS = 2_592_000;

/** The archive is on the disk at least so often, so that a power cut costs little. */
const SYNC_MS = 5_000;

/**
 * Fetches what is not in the archive yet. What goes wrong is told in the report and costs only what failed: an entry of a list,
 * a recording, a window, a kind, a user. Stopped at any moment, the next call goes on where this one was.
 *
 * @throws ArgumentError for options out of their domain; ApiError when the cloud cannot be reached; ArchiveError when the
 * archive cannot be written; AbortedError when `signal` fires
 */
export async function fetchArchive(options: FetchOptions): Promise<FetchReport> {
  const { session, onProgress = () => undefined } = options;
  const users = options.users ?? (await session.store.users()).map(({ userId }) => userId);
  if (users.length === 0) {
    throw new ArgumentError('users: nobody has authorised this application yet; run auth login first');
  }
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const archive = await openArchive(options.archive, { signal });
  const timer = setInterval(() => {
    archive.sync().catch((error: unknown) => stop.abort(error));
  }, SYNC_MS);
  try {
    const wanted = stretchOf(options, archive);
    const before = archive.state.pages;
    const tally = new Tally(() => session.quota.remaining(), onProgress);
    const { kinds = SIGNAL_KINDS, overlap = OVERLAP_DEFAULT, requestsAtOnce = 8 } = options;
    const shared = {
      client: session.client,
      archive,
      kinds,
      wanted,
      overlap,
      turns: openTurns(requestsAtOnce),
      tally,
      signal,
    };
    const outcomes = await Promise.all([...new Set(users)].map((userId) => fetchOne(shared, session, userId, stop)));
    if (options.signal?.aborted) throw new AbortedError('interrupted; what came is in the archive, run again to go on');
    signal.throwIfAborted();
    // A store that nobody's tokens can be read from is nobody's own trouble.
    const [first] = outcomes;
    if (first !== undefined && outcomes.every(({ error }) => error instanceof StateError)) throw first.error;
    const { pages } = archive.state;
    return {
      archive: options.archive,
      ...wanted,
      users: outcomes.map(({ report }) => report),
      kinds: tally.kinds,
      pages,
      newPages: pages - before,
    };
  } finally {
    clearInterval(timer);
    await archive.close();
  }
}

/** `error`: what ended this user's part; `null`: nothing did. */
type Outcome = { readonly report: UserReport; readonly error: unknown };

/** What stops one user stops that one; what would stop all stops all at once. */
async function fetchOne(
  shared: Omit<UserTask, 'user' | 'troubles'>,
  { store, tokens }: Session,
  userId: string,
  stop: AbortController,
): Promise<Outcome> {
  const { archive, client } = shared;
  let troubles: Troubles | null = null;
  const reportOf = (status: UserReport['status'], ...last: readonly string[]): UserReport => ({
    userId,
    status,
    reasons: [...(troubles?.lines ?? []), ...last],
    notices: troubles?.notices ?? [],
  });
  try {
    const now = (): number => Math.floor(client.now() / 1000);
    troubles = new Troubles({ archive, userId, now, grantedAt: await grantedAt(store, userId) });
    await fetchUser({ ...shared, user: { userId, tokens }, troubles });
    return { report: reportOf(troubles.lines.length === 0 ? 'ok' : 'partly'), error: null };
  } catch (error) {
    if (!isOfOneUser(error)) stop.abort(error);
    return { report: reportOf('failed', messageOf(error)), error };
  }
}

/** When a user came back through the authorise page, unless the tokens were renewed since. */
async function grantedAt(store: Session['store'], userId: string): Promise<number | null> {
  const stored = await store.read(userId);
  return stored === null || stored.previousRefreshToken !== null ? null : stored.current.obtainedAt;
}

function stretchOf(options: FetchOptions, { state }: Archive): Stretch {
  const { to = Math.floor(Date.now() / 1000) } = options;
  const { from = state.since ?? to - DEFAULT_SECONDS } = options;
  const areWhole = Number.isInteger(from) && Number.isInteger(to);
  if (areWhole && from >= 0 && from < to && to <= LAST_SECOND) return { from, to };
  throw new ArgumentError(
    `from, to: got ${from} and ${to}, expected whole Unix seconds up to ${LAST_SECOND} with from before to`,
  );
}
