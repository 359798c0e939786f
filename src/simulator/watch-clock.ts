/** Clocks of a simulated watch's sensors over one day. */

import type { ClockOptions } from './clock.ts';
import { seedOf } from './person.ts';
import type { Random } from './random.ts';

export type WatchDay = {
  /** From 0: the counter runs on from day to day. */
  readonly number: number;
  /** UTC, Unix seconds. */
  readonly midnight: number;
  /** Recorded from midnight on, up to 24. */
  readonly hours: number;
};

/** More than a day of counts at any rate: so far the counter moves from midnight to midnight. */
const IDS_A_DAY = 3_000_000;

/**
 * A clock up to 2.5 % off its 25 Hz that drifts with temperature; a gap of 2 s to 20 min in about every three hours,
 * through which the counter runs on; with `restart`, the counter begins anew once in the last third of the day.
 */
export function watchClock({ midnight, number, hours }: WatchDay, restart: boolean, random: Random): ClockOptions {
  const durationSeconds = hours * 3600 - 1; // ends before the next midnight whatever the start's fraction
  const gapCount = 1 + Math.floor(hours / 3);
  const room = durationSeconds / gapCount;
  return {
    seed: seedOf(random),
    start: midnight + random.uniform(),
    durationSeconds,
    rate: 25 * (1 + 0.05 * (random.uniform() - 0.5)),
    drift: { rampPpmPerHour: 2 * random.normal(), sinePpm: 80 * random.uniform(), wanderPpm: 30 },
    gaps: Array.from({ length: gapCount }, (_, i) => ({
      at: room * (i + 0.3 + 0.3 * random.uniform()),
      seconds: Math.min(0.1 * room, 2 * Math.exp(Math.log(600) * random.uniform())),
    })),
    restarts: restart ? [{ at: durationSeconds * (0.7 + 0.2 * random.uniform()), seconds: 2 }] : [],
    firstId: 100_000 + number * IDS_A_DAY,
  };
}
