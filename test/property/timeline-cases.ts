/** Random sensor clocks of every kind a timeline must cope with, and their truth beside the delivered columns. */

import type {
  ClockDrift,
  ClockGap,
  ClockOptions,
  ClockRestart,
  ClockStep,
  SimulatedClock,
} from '../../src/simulator/clock.ts';
import type { Random } from '../../src/simulator/random.ts';
import { createRandom } from '../../src/simulator/random.ts';
import type { TimelineInput } from '../../src/timeline/timeline.ts';

export type DeliveredClock = {
  /** As a partition holds it: distinct, sorted by (timestamp, id). */
  readonly input: TimelineInput;
  /** Row of the simulated clock behind each row of `input`. */
  readonly source: Uint32Array;
};

/** Sorts simulated samples as a partition does. `shuffle`: let them arrive in random order, some twice. */
export function deliver(clock: SimulatedClock, shuffle?: Random): DeliveredClock {
  const { id, timestamp } = clock;
  let rows = Uint32Array.from(id.keys());
  if (shuffle !== undefined) {
    rows = Uint32Array.from([...rows, ...rows.subarray(0, rows.length >> 2)]);
    for (let i = rows.length - 1; i > 0; i--) {
      const j = shuffle.integer(0, i);
      [rows[i], rows[j]] = [rows[j]!, rows[i]!];
    }
  }
  const compare = (a: number, b: number): number => timestamp[a]! - timestamp[b]! || id[a]! - id[b]!;
  if (!rows.every((row, i) => i === 0 || compare(rows[i - 1]!, row) < 0)) {
    rows = rows.sort(compare).filter((row, i, all) => i === 0 || compare(all[i - 1]!, row) !== 0);
  }
  return { input: { id: rows.map((row) => id[row]!), timestamp: rows.map((row) => timestamp[row]!) }, source: rows };
}

export interface CaseKind {
  readonly durationSeconds: number;
  /** Smallest and largest correction of the delivered clock, s. @default none happen */
  readonly steps?: readonly [number, number];
  /** Gaps and restarts. @default false */
  readonly interruptions?: boolean;
}

/** A clock with everything random: rate within 3 %, drift within 1 ppm a second, and the events asked for. */
export function randomClock(seed: number, kind: CaseKind): ClockOptions {
  const random = createRandom(seed).fork('timeline case');
  const { durationSeconds } = kind;
  const rate = pick<() => number>(random, [
    () => 25,
    () => 25 * (1 + 4e-5 * random.normal()),
    () => 25.6,
    () => 25 + random.integer(-2, 2) / 4,
    () => 24.3 + 1.4 * random.uniform(),
  ])();
  const options: ClockOptions = {
    seed,
    start: 1.7e9 + 86400 * random.uniform(),
    durationSeconds,
    rate,
    firstId: random.integer(0, 1e6),
    drift: randomDrift(random, durationSeconds),
  };
  return { ...options, ...randomEvents(random, kind, rate) };
}

function randomDrift(random: Random, durationSeconds: number): ClockDrift {
  return pick<() => ClockDrift>(random, [
    () => ({}),
    () => ({ wanderPpm: 200 * random.uniform() }),
    () => ({ wanderPpm: 20 * random.uniform(), sinePpm: 50 * random.uniform() }),
    // At most 0.3 % over the whole recording, so that the rate stays near 3 % of nominal.
    () => ({ rampPpmPerHour: Math.min(3000, (3600 * 3000) / durationSeconds) * (2 * random.uniform() - 1) }),
    // Drift of almost 1 ppm a second at its steepest, the most that is assumed.
    () => {
      const sinePeriodSeconds = 600 * 10 ** random.uniform();
      return { sinePpm: (0.9 * sinePeriodSeconds) / (2 * Math.PI), sinePeriodSeconds };
    },
  ])();
}

type Events = { gaps: ClockGap[]; restarts: ClockRestart[]; steps: ClockStep[] };

/**
 * Events one after the other, with samples in between: often a tiny fragment. A minute of samples lies on either side
 * of a correction and of a pause (a gap the counter does not count), as with less they could not be told from a gap or
 * from a rate on which counter and seconds agree.
 */
function randomEvents(random: Random, { durationSeconds, steps, interruptions }: CaseKind, rate: number): Events {
  const events: Events = { gaps: [], restarts: [], steps: [] };
  const types = [...(interruptions ? ['gap', 'gap', 'gap', 'pause', 'restart'] : []), ...(steps ? ['step'] : [])];
  let needsMinute = false;
  for (let at = 0; types.length > 0; ) {
    const type = pick(random, types);
    const isDoubtful = type === 'step' || type === 'pause';
    needsMinute ||= isDoubtful;
    at += needsMinute ? 61 : type === 'restart' ? 2 : 0; // samples of two runs within one second cannot be told apart
    at += random.uniform() < 0.4 ? (random.uniform() * durationSeconds) / 3 : logUniform(random, 0.02, 60);
    const seconds = Math.min(logUniform(random, 0.04, 10800), durationSeconds / 4);
    if (at + seconds + 61 > durationSeconds) {
      break;
    }
    if (type === 'gap') {
      events.gaps.push({ at, seconds });
    } else if (type === 'pause') {
      const pause = 10 + seconds;
      const counted = pause * rate;
      events.gaps.push({ at, seconds: pause, idStep: Math.ceil(counted * pick(random, [1e-6, 0.5, 0.8, 1.2, 3])) });
    } else if (type === 'restart') {
      events.restarts.push({ at, seconds: Math.min(seconds, 60) });
    } else {
      const [smallest, largest] = steps!;
      const sign = random.uniform() < 0.5 ? -1 : 1;
      events.steps.push({ at, seconds: sign * logUniform(random, smallest, largest) });
    }
    at += type === 'step' ? 0 : type === 'pause' ? 10 + seconds : type === 'restart' ? Math.min(seconds, 60) : seconds;
    needsMinute = isDoubtful;
  }
  return events;
}

function logUniform(random: Random, low: number, high: number): number {
  return low * (high / low) ** random.uniform();
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.integer(0, choices.length - 1)]!;
}
