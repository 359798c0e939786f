/**
 * One budget of requests for all users and all processes that share a `client_id`.
 *
 * The server counts a request when it arrives, we when it goes, and one that is slow on its way arrives closer to those
 * behind it. So the window is longer by a margin: by default 120 requests go in any 61 s, and the server sees no more than
 * 120 in any 60 s unless one takes a second longer on its way than another. An attempt that is not over within the margin may
 * have arrived later than that: its key is kept apart from its end on.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError, ArgumentError, throwIfAborted } from '../../core/errors.ts';
import { LONGEST_LOOK_MS } from '../../files/lock.ts';
import { pathSegment } from '../../files/sink.ts';
import { makeStateFolder } from '../state-folder.ts';
import { changeQuotaFile } from './quota-file.ts';
import { QuotaTurns, type Turn } from './quota-turns.ts';
import { NOTHING_YET, type QuotaLimits, QuotaWindow } from './quota-window.ts';
import type { RequestGate } from './request-gate.ts';

export interface QuotaOptions {
  /** Where processes share what went; made when it is not there. */
  readonly folder: string;
  readonly clientId: string;
  /** In any window. `Infinity`: no budget, and the rest holds within this process only. @default 120 */
  readonly requests?: number;
  /** @default 60_000 */
  readonly windowMs?: number;
  /** Between two requests with one key. @default 10_000 */
  readonly apartMs?: number;
  /** Added to both times: how much longer one request may be on its way than another. @default 1000 */
  readonly marginMs?: number;
  /** Ms, of a clock that all processes of the machine share. @default since the machine started: nobody sets that clock */
  readonly now?: () => number;
}

export interface Quota extends RequestGate {
  /**
   * Resolves when the request may go; it is counted then. Users take turns; of one user, who came first goes first, but one
   * whose key has to wait lets others pass. @throws AbortedError; StateError
   */
  enter: RequestGate['enter'];
  /** All processes know when it returns, where it took longer than the margin. @throws StateError */
  ended: RequestGate['ended'];
  /** All processes know when it returns. @throws StateError */
  defer: RequestGate['defer'];
  /** As far as this process has seen. */
  remaining(): number;
  /** Sends those away that wait. */
  close(): Promise<void>;
}

/** @throws ArgumentError for a number out of its domain; StateError when the folder cannot be used. */
export async function openQuota({
  folder,
  clientId,
  requests = 120,
  windowMs = 60_000,
  apartMs = 10_000,
  marginMs = 1000,
  now = sinceStart,
}: QuotaOptions): Promise<Quota> {
  check(
    'requests',
    requests,
    requests > 0 && (Number.isSafeInteger(requests) || requests === Number.POSITIVE_INFINITY),
  );
  check('windowMs', windowMs, windowMs > 0);
  check('apartMs', apartMs, apartMs >= 0);
  check('marginMs', marginMs, marginMs >= 0);
  const limits: QuotaLimits = {
    requests,
    windowMs: windowMs + marginMs,
    apartMs: apartMs === 0 ? 0 : apartMs + marginMs,
  };
  if (requests === Number.POSITIVE_INFINITY) {
    const window = new QuotaWindow(limits, NOTHING_YET, now());
    return new SharedQuota(limits, marginMs, now, async (change) => change(window, now()));
  }
  await makeStateFolder(folder);
  const path = join(folder, `quota-${pathSegment(clientId)}.json`);
  const file = { path, limits, latestMs: Math.max(marginMs / 2, 10), now };
  const quota = new SharedQuota(limits, marginMs, now, (change, signal) =>
    changeQuotaFile({ ...file, signal }, change),
  );
  // What is wrong with the folder is told now, and what is left is known.
  await quota.defer(0, 'all');
  return quota;
}

type Change = <T>(change: (window: QuotaWindow, now: number) => T, signal: AbortSignal) => Promise<T>;

type Waiting = Turn & { readonly go: () => void; readonly fail: (error: unknown) => void };

/** After an eighth of the budget at a time the other processes get their turn at the lock. */
const SHARE = 1 / 8;
/** Longer than any of them looks away. */
const PAUSE_MS = LONGEST_LOOK_MS + 5;
/** Then the file is looked at again, whatever it said. */
const LONGEST_SLEEP_MS = 60_000;

class SharedQuota implements Quota {
  readonly #batch: number;
  readonly #apartMs: number;
  readonly #marginMs: number;
  readonly #now: () => number;
  readonly #change: Change;
  readonly #turns = new QuotaTurns<Waiting>();
  /** When those entered that are on their way, by key. */
  readonly #underWay = new Map<string, number>();
  readonly #closing = new AbortController();
  /** As of the last change. */
  #seen: QuotaWindow;
  #letting: Promise<void> | null = null;
  /** Somebody came since the last change began. */
  #news = false;
  #wake: () => void = () => undefined;

  constructor(limits: QuotaLimits, marginMs: number, now: () => number, change: Change) {
    this.#batch = Math.ceil(limits.requests * SHARE);
    this.#apartMs = limits.apartMs;
    this.#marginMs = marginMs;
    this.#now = now;
    this.#change = change;
    this.#seen = new QuotaWindow(limits, NOTHING_YET, now());
  }

  async enter({ user, key, signal }: Parameters<RequestGate['enter']>[0]): Promise<void> {
    throwIfAborted(signal);
    let leave: () => void = () => undefined;
    try {
      await new Promise<void>((go, fail) => {
        const waiting: Waiting = { user, key: digest(key), go, fail };
        leave = () => {
          this.#turns.remove(waiting);
          this.#wake();
          fail(new AbortedError('interrupted while waiting for the quota; the request was not sent'));
        };
        signal?.addEventListener('abort', leave, { once: true });
        this.#turns.add(waiting);
        this.#news = true;
        this.#wake();
        this.#letting ??= this.#letGo();
      });
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  async ended(key: string): Promise<void> {
    const name = digest(key);
    const entered = this.#underWay.get(name);
    this.#underWay.delete(name);
    if (entered !== undefined && this.#now() - entered > this.#marginMs) await this.#hold(name, this.#apartMs);
  }

  defer(ms: number, scope: 'all' | { readonly key: string }): Promise<void> {
    return this.#hold(scope === 'all' ? null : digest(scope.key), ms);
  }

  remaining(): number {
    return this.#seen.remaining(this.#now());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.#letting;
  }

  async #hold(key: string | null, ms: number): Promise<void> {
    await this.#change((window, now) => {
      window.hold(key, ms, now);
      this.#seen = window;
    }, this.#closing.signal);
  }

  /** Goes on as long as anybody waits. */
  async #letGo(): Promise<void> {
    try {
      while (!this.#turns.empty) {
        throwIfAborted(this.#closing.signal);
        this.#news = false;
        const going = await this.#change((window, now) => this.#count(window, now), this.#closing.signal);
        for (const waiting of going) {
          this.#turns.remove(waiting);
          waiting.go();
        }
        if (going.length === this.#batch) await sleep(PAUSE_MS);
        else if (!this.#turns.empty && !this.#news) await this.#rest();
      }
    } catch (error) {
      for (const waiting of this.#turns.removeAll()) waiting.fail(error);
    } finally {
      this.#letting = null;
    }
  }

  /** Those who may go now, counted. */
  #count(window: QuotaWindow, now: number): readonly Waiting[] {
    this.#seen = window;
    const free = window.wait(now) > 0 ? 0 : window.remaining(now);
    return this.#turns.pick(Math.min(free, this.#batch), ({ key }) => {
      if (window.waitOf(key, now) > 0) return false;
      window.take(key, now);
      this.#underWay.set(key, now);
      return true;
    });
  }

  /** Until the next may go, or somebody comes or leaves. */
  #rest(): Promise<void> {
    const now = this.#now();
    let ms = LONGEST_SLEEP_MS;
    for (const { key } of this.#turns) ms = Math.min(ms, this.#seen.waitOf(key, now));
    ms = Math.min(LONGEST_SLEEP_MS, Math.max(ms, this.#seen.wait(now)));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.ceil(ms));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function check(name: string, value: number, fits: boolean): void {
  if (!fits) throw new ArgumentError(`quota: ${name} is ${value}, which it cannot be; see QuotaOptions`);
}

/** Keys lie on the disk in few bytes, and say nothing. */
function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 16);
}

/** The same in all processes. It starts again with the machine, and then a time of before looks no older than it is. */
function sinceStart(): number {
  return Math.floor(Number(process.hrtime.bigint()) / 1e6);
}
