import { Bench } from 'tinybench';

/** Something of ours and a rival, both at the same work on the same seeded input. */
export interface Comparison {
  /** `<area>: <what>, <input>, against <rival>`; the key in baseline.json. */
  readonly name: string;
  /** Takes minutes: left out by `--quick`, and measured in few rounds. */
  readonly long?: true;
  /** Makes the input, or says why it cannot be compared on this machine. Called only when the comparison is run. */
  prepare(): Contest | Skipped | Promise<Contest | Skipped>;
}

export type Skipped = { readonly skipped: string };

/** Something that times itself: what of it counts as work, it knows best. */
export interface SelfTimed {
  /** Milliseconds a call, the median over at least `timeMs`; one call where that is what takes long. */
  measure(timeMs: number): number | Promise<number>;
}

type Contender = (() => unknown) | SelfTimed;

export interface Contest {
  readonly ours: Contender;
  readonly rival: Contender;
  /** Bytes of input one call works through, for a speed beside the ratio. */
  readonly bytes?: number;
  /** Removes what `prepare` left on disk or running. */
  close?(): unknown;
}

/** Medians of one comparison. */
export type Outcome = {
  readonly name: string;
  /** Milliseconds a call. */
  readonly ours: number;
  readonly rival: number;
  /** How many times faster than the rival: the median over rounds of the ratio within a round. */
  readonly ratio: number;
  readonly bytes?: number;
};

interface Rounds {
  /** @default 7 */
  readonly rounds?: number;
  /** Least time of each side in each round, ms; a call that takes longer is made once. @default 100 */
  readonly timeMs?: number;
}

const LONG_ROUNDS = 3;

/** V8 was seen to replace its optimised code once more after 400 ms, with a gain of 1.6; later rounds need warm caches. */
const SETTLING_MS = 700;

/**
 * Times both sides in turn, round by round, and swaps who goes first: what a busy machine adds, it adds to both. A time
 * alone says little here; the ratio is the result.
 */
export async function compare(
  comparison: Comparison,
  { rounds = 7, timeMs = 100 }: Rounds = {},
): Promise<Outcome | Skipped> {
  const contest = await comparison.prepare();
  if ('skipped' in contest) return contest;
  const count = comparison.long ? Math.min(rounds, LONG_ROUNDS) : rounds;
  try {
    const ours: number[] = [];
    const rival: number[] = [];
    for (let round = 0; round < count; round++) {
      const times = await timeRound(contest, timeMs, round);
      ours.push(times.ours);
      rival.push(times.rival);
    }
    return {
      name: comparison.name,
      ours: median(ours),
      rival: median(rival),
      ratio: median(ours.map((time, round) => (rival[round] ?? 0) / time)),
      ...(contest.bytes === undefined ? {} : { bytes: contest.bytes }),
    };
  } finally {
    await contest.close?.();
  }
}

type Side = 'ours' | 'rival';

async function timeRound(contest: Contest, timeMs: number, round: number): Promise<Record<Side, number>> {
  const times: Record<Side, number> = { ours: 0, rival: 0 };
  const sides: readonly Side[] = round % 2 === 0 ? ['ours', 'rival'] : ['rival', 'ours'];
  for (const side of sides) {
    const contender = contest[side];
    times[side] = 'measure' in contender ? await contender.measure(timeMs) : await timeCalls(contender, timeMs, round);
  }
  return times;
}

async function timeCalls(call: () => unknown, timeMs: number, round: number): Promise<number> {
  const warmupTime = round === 0 ? SETTLING_MS : timeMs / 10;
  const bench = new Bench({ time: timeMs, iterations: 1, warmupTime, warmupIterations: 1, throws: true });
  bench.add('call', call);
  const [task] = await bench.run();
  const result = task?.result;
  if (result?.state !== 'completed') throw new Error(`bench: not timed: ${result?.state ?? 'no result'}`);
  return result.latency.p50;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}
