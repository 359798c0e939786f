import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulatedClock } from '../../src/simulator/clock.ts';
import { simulateClock } from '../../src/simulator/clock.ts';
import { createRandom } from '../../src/simulator/random.ts';
import type { Timeline, TimelineInput } from '../../src/timeline/timeline.ts';
import { rebuildTimeline } from '../../src/timeline/timeline.ts';
import type { CaseKind } from './timeline-cases.ts';
import { deliver, randomClock } from './timeline-cases.ts';

const NOMINAL_RATE = 25;
const PROMISE = 0.025;

/** Stretches of consecutive samples at least this long are promised 25 ms, s. */
const PROMISED_STRETCH = 60;

type Outcome = {
  readonly clock: SimulatedClock;
  readonly timeline: Timeline;
  /** |time - true time| of every output row, s. */
  readonly error: Float64Array;
  /** Simulated row of every output row. */
  readonly source: Uint32Array;
};

function rebuild(seed: number, kind: CaseKind): Outcome {
  const clock = simulateClock(randomClock(seed, kind));
  const { input, source } = deliver(clock);
  const timeline = rebuildTimeline(input, NOMINAL_RATE);
  const bySource = timeline.order.map((row) => source[row]!);
  const error = timeline.time.map((time, r) => Math.abs(time / 1e6 - clock.trueTime[bySource[r]!]!));
  return { clock, timeline, error, source: bySource };
}

/** First and last row of every true segment of a minute or more, of a clock whose rows come in its own order. */
function minutesOf({ segment, trueTime }: SimulatedClock): readonly (readonly [number, number])[] {
  const firsts = Array.from(segment.keys()).filter((i) => i === 0 || segment[i] !== segment[i - 1]);
  const spans = firsts.map((first, s) => [first, (firsts[s + 1] ?? segment.length) - 1] as const);
  return spans.filter(([first, last]) => trueTime[last]! - trueTime[first]! >= PROMISED_STRETCH);
}

function worst({ timeline, error }: Outcome, segment: number): number {
  const { firstRow, rows } = timeline.segments[segment]!;
  return error.subarray(firstRow, firstRow + rows).reduce((a, b) => Math.max(a, b), 0);
}

/** What holds of every timeline, whatever was delivered. */
function expectWellFormed({ order, time, segment, segments }: Timeline, input: TimelineInput): void {
  expect(new Set(order).size).toBe(input.id.length);
  expect(segments.reduce((rows, found) => rows + found.rows, 0)).toBe(input.id.length);
  let faults = 0;
  for (const [s, { firstRow, rows, residual, bound }] of segments.entries()) {
    expect(residual).toBeLessThan(2e-4);
    expect(bound).toBeLessThan(1.001);
    for (let r = firstRow; r < firstRow + rows; r++) {
      const sinceSecond = time[r]! - input.timestamp[order[r]!]! * 1e6;
      faults += segment[r] === s && Number.isInteger(time[r]) ? 0 : 1;
      faults += sinceSecond >= -residual * 1e6 - 1 && sinceSecond <= 1e6 + residual * 1e6 + 1 ? 0 : 1;
      if (r > firstRow) {
        faults += time[r]! > time[r - 1]! ? 0 : 1;
        faults += input.id[order[r]!] === input.id[order[r - 1]!]! + 1 ? 0 : 1;
      }
    }
  }
  expect(faults).toBe(0);
}

/** Lowest and highest seed, and what is simulated. */
const CASES: readonly [string, number, number, CaseKind][] = [
  ['clocks of one minute', 1, 40, { durationSeconds: 62 }],
  [
    'clocks of ten minutes with interruptions',
    1100,
    1199,
    { durationSeconds: 600, interruptions: true, steps: [1, 20000] },
  ],
  ['hours with interruptions', 200, 269, { durationSeconds: 3600, interruptions: true, steps: [1, 20000] }],
  ['days without events', 300, 302, { durationSeconds: 86400 }],
  ['days with interruptions', 310, 313, { durationSeconds: 86400, interruptions: true, steps: [1, 20000] }],
];

describe('rebuilt times of simulated sensors', () => {
  it.each(CASES)('are within 25 ms and within their stated bound: %s', (_, first, last, kind) => {
    for (let seed = first; seed <= last; seed++) {
      const outcome = rebuild(seed, kind);
      const { clock, timeline, source } = outcome;
      expectWellFormed(timeline, deliver(clock).input);
      timeline.segments.forEach(({ firstRow, rows, bound, rate, start, end }, s) => {
        const error = worst(outcome, s);
        expect(error, `seed ${seed}, segment ${s}: error against bound`).toBeLessThanOrEqual(bound);
        if (end - start >= PROMISED_STRETCH) {
          expect(bound, `seed ${seed}, segment ${s}: bound`).toBeLessThanOrEqual(PROMISE);
          const trueSpan = clock.trueTime[source[firstRow + rows - 1]!]! - clock.trueTime[source[firstRow]!]!;
          expect(Math.abs(rate / ((rows - 1) / trueSpan) - 1)).toBeLessThan(1e-3);
        }
      });
      const trueSegments = new Set(clock.segment).size;
      expect(timeline.segments.length, `seed ${seed}: segments`).toBe(trueSegments);
    }
  });

  it('are within their stated bound when the clock is corrected by a part of a second', () => {
    for (let seed = 400; seed < 460; seed++) {
      const outcome = rebuild(seed, { durationSeconds: 900, steps: [0.2, 1] });
      const { clock, timeline, error, source } = outcome;
      expectWellFormed(timeline, deliver(clock).input);
      expect(timeline.segments.length, `seed ${seed}: segments`).toBe(new Set(clock.segment).size);
      timeline.segments.forEach(({ bound }, s) => {
        expect(worst(outcome, s), `seed ${seed}, segment ${s}`).toBeLessThanOrEqual(bound);
      });
      // Only within the second of the correction can the sample at which it happened be unknown.
      const corrected = Array.from(clock.segment.keys()).filter(
        (i) => i > 0 && clock.segment[i] !== clock.segment[i - 1],
      );
      const far = error.filter((_, r) => corrected.every((i) => Math.abs(source[r]! - i) > 2 * NOMINAL_RATE));
      expect(Math.max(...far), `seed ${seed}`).toBeLessThanOrEqual(PROMISE);
    }
  });

  it.each([
    ['at the start', [0, 2]],
    ['at the end', [110, 112]],
    ['after a minute', [60, 80]],
    ['behind a gap', [87, 89]],
  ] as const)(
    'are within their bound, however few samples lie beside a correction by whole seconds: %s',
    (where, [low, high]) => {
      for (let seed = 800; seed < 920; seed++) {
        const random = createRandom(seed).fork(where);
        const rate = random.uniform() < 0.5 ? 25 : 24.3 + 1.4 * random.uniform();
        const seconds = (random.uniform() < 0.5 ? -1 : 1) * random.integer(1, random.uniform() < 0.8 ? 1 : 60);
        const at = low + (high - low) * random.uniform();
        const gaps = where === 'behind a gap' ? [{ at: 65, seconds: 22 }] : [];
        const start = 1.7e9 + random.uniform();
        const clock = simulateClock({
          seed,
          start,
          durationSeconds: gaps.length > 0 ? 152 : 112,
          rate,
          gaps,
          steps: [{ at, seconds }],
        });
        const { input, source } = deliver(clock);
        const timeline = rebuildTimeline(input, NOMINAL_RATE);
        expectWellFormed(timeline, input);
        const error = timeline.time.map((t, r) => Math.abs(t / 1e6 - clock.trueTime[source[timeline.order[r]!]!]!));
        const found = { clock, timeline, error, source };
        timeline.segments.forEach(({ bound }, s) => {
          expect(worst(found, s), `seed ${seed}, segment ${s}: error against bound`).toBeLessThanOrEqual(bound);
        });
        // Where a minute hangs together, few seconds of it may be in doubt.
        for (const [first, last] of minutesOf(clock)) {
          const known = timeline.segments.filter(
            ({ firstRow, rows }) => firstRow >= first && firstRow + rows - 1 <= last,
          );
          const rows = known.reduce((sum, segment) => sum + (segment.bound <= PROMISE ? segment.rows : 0), 0);
          expect(rows, `seed ${seed}, rows ${first} to ${last}`).toBeGreaterThan(last - first + 1 - 5 * NOMINAL_RATE);
        }
      }
    },
  );

  it('are within 25 ms in the tiniest fragment, hours away from the next, when the clock does not drift', () => {
    for (let seed = 500; seed < 540; seed++) {
      const random = createRandom(seed);
      const hole = (at: number, seconds: number) => ({ at, seconds });
      const lone = 7200 + random.uniform();
      const clock = simulateClock({
        seed,
        start: 1.7e9 + random.uniform(),
        durationSeconds: 14400,
        rate: 24.3 + 1.4 * random.uniform(),
        gaps: [hole(600, lone - 600), hole(lone + 0.1, 7000 - random.uniform())],
      });
      const { input, source } = deliver(clock);
      const { time, order, segments } = rebuildTimeline(input, NOMINAL_RATE);
      expect(segments.map(({ rows }) => rows > 3)).toEqual([true, false, true]);
      const error = time.map((t, r) => Math.abs(t / 1e6 - clock.trueTime[source[order[r]!]!]!));
      expect(Math.max(...error), `seed ${seed}`).toBeLessThanOrEqual(PROMISE);
    }
  });

  it('depend on the set of samples only, not on the order or repeats of their delivery', () => {
    for (let seed = 600; seed < 610; seed++) {
      const clock = simulateClock(randomClock(seed, { durationSeconds: 600, interruptions: true, steps: [1, 1000] }));
      const inOrder = deliver(clock).input;
      const shuffled = deliver(clock, createRandom(seed)).input;
      expect(shuffled).toEqual(inOrder);
      expect(rebuildTimeline(shuffled, NOMINAL_RATE)).toEqual(rebuildTimeline(inOrder, NOMINAL_RATE));
    }
  });
});

describe('rebuilt times of anything at all', () => {
  const pair = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.nat(40), fc.nat(400)) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)) },
    { weight: 3, arbitrary: fc.nat(500).map((i): [number, number] => [1000 + Math.floor(i / 25), i]) },
    { weight: 1, arbitrary: fc.nat(60).map((i): [number, number] => [1020, i]) },
  );

  it('keep every sample once, grow within segments of consecutive ids and stay within their seconds', () => {
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 300 }), (pairs) => {
        const sorted = pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        const rows = sorted.filter(([t, id], i) => i === 0 || t !== sorted[i - 1]![0] || id !== sorted[i - 1]![1]);
        const input = {
          timestamp: Uint32Array.from(rows, (row) => row[0]),
          id: Uint32Array.from(rows, (row) => row[1]),
        };
        expectWellFormed(rebuildTimeline(input, NOMINAL_RATE), input);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
