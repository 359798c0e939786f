/** What the wearer of a simulated watch does: both of its raw-data sensors feel the same bouts. */

import type { Random } from './random.ts';

export type Activity = 'still' | 'walking' | 'turning';

/** Codes of {@link Activity} in per-sample truth. */
export const ACTIVITY_CODES: Readonly<Record<Activity, number>> = { still: 0, walking: 1, turning: 2 };

export type Bout = {
  readonly activity: Activity;
  /** Seconds on the caller's scale; a bout ends where the next begins. */
  readonly from: number;
  readonly to: number;
  /** Steps a second while walking. */
  readonly cadenceHz: number;
};

/** Endless bouts from `start` on: rest, then walking or a turn of the wrist, then rest again. */
export function* activityBouts(random: Random, start: number): Generator<Bout, never> {
  let from = start;
  let activity: Activity = 'still';
  for (;;) {
    const to = from + length(activity, random);
    yield { activity, from, to, cadenceHz: 1.8 + 0.1 * random.normal() };
    from = to;
    if (activity === 'still') {
      activity = random.uniform() < 0.5 ? 'turning' : 'walking';
    } else {
      activity = 'still';
    }
  }
}

/** Seconds. */
function length(activity: Activity, random: Random): number {
  switch (activity) {
    case 'still':
      return 12 - 40 * Math.log(1 - random.uniform());
    case 'walking':
      return 8 + 30 * random.uniform();
    case 'turning':
      return 1.5 + 2 * random.uniform();
  }
}

/** Position within a bout: 0 at its beginning, 1 at its end, without a jump of the slope at either. */
export function smoothProgress(bout: Bout, time: number): number {
  const u = Math.min(1, Math.max(0, (time - bout.from) / (bout.to - bout.from)));
  return u * u * (3 - 2 * u);
}

/** 0 at both ends of a bout, 1 in between, with edges of one second (less in a short bout). */
export function boutWindow(bout: Bout, time: number): number {
  const edge = Math.min(1, (bout.to - bout.from) / 2);
  const u = Math.min(1, Math.max(0, Math.min(time - bout.from, bout.to - time) / edge));
  return u * u * (3 - 2 * u);
}
