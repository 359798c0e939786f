import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import type { ClockOptions } from '../../../src/simulator/clock.ts';
import { simulateClock } from '../../../src/simulator/clock.ts';
import type { TimelineInput } from '../../../src/timeline/timeline.ts';
import { rebuildTimeline } from '../../../src/timeline/timeline.ts';
import { deliver } from '../../property/timeline-cases.ts';

const START = 1_700_000_000.3;

/** The timeline of a simulated clock with its worst error, s, and the true times in output order. */
function rebuild(options: Partial<ClockOptions>) {
  const clock = simulateClock({ start: START, durationSeconds: 300, ...options });
  const { input, source } = deliver(clock);
  const timeline = rebuildTimeline(input, 25);
  const truth = Float64Array.from(timeline.order, (row) => clock.trueTime[source[row]!]!);
  const errors = timeline.time.map((time, r) => Math.abs(time / 1e6 - truth[r]!));
  return { ...timeline, clock, truth, errors, ids: Array.from(timeline.order, (row) => input.id[row]!) };
}

/** Input of samples given as [seconds, id], sorted. */
function samples(pairs: readonly (readonly [number, number])[]): TimelineInput {
  return { timestamp: Uint32Array.from(pairs, (pair) => pair[0]), id: Uint32Array.from(pairs, (pair) => pair[1]) };
}

describe('rebuildTimeline', () => {
  it('centres the clock within the half interval that is left at exactly the nominal rate', () => {
    const { segments, errors } = rebuild({ rate: 25, start: 1_700_000_000.0199 });
    expect(segments).toHaveLength(1);
    expect(segments[0]!.rate).toBeCloseTo(25, 3);
    expect(segments[0]!.bound).toBeLessThan(0.021);
    expect(Math.max(...errors)).toBeLessThan(0.0205);
  });

  it('knows a clock that beats against the seconds to within milliseconds', () => {
    const { segments, errors } = rebuild({ rate: 25.37 });
    expect(segments[0]!.rate).toBeCloseTo(25.37, 3);
    expect(Math.max(...errors)).toBeLessThan(0.002);
    expect(segments[0]!.bound).toBeLessThan(0.005);
  });

  it('keeps a gap as a gap and pins a fragment of three samples behind it by the shared clock', () => {
    const { segments, gaps, restarts, errors } = rebuild({
      rate: 25.6,
      gaps: [
        { at: 100, seconds: 40 },
        { at: 140.1, seconds: 60 },
      ],
    });
    expect(segments.map(({ rows }) => rows)).toEqual([2560, 3, 2557]);
    expect([gaps, restarts]).toEqual([2, 0]);
    expect(Math.max(...errors)).toBeLessThan(0.01);
    expect(segments[1]!.rate).toBeCloseTo(25.6, 2);
  });

  it('gives both sides of a gap clocks of their own where the missing ids do not fill the missing seconds', () => {
    const { segments, gaps, restarts, errors } = rebuild({ gaps: [{ at: 100, seconds: 50, idStep: 12 }] });
    expect(segments).toHaveLength(2);
    expect([gaps, restarts]).toEqual([1, 0]);
    expect(Math.max(...errors)).toBeLessThan(0.025);
  });

  it('starts a run where the counter falls back, also into ids seen before', () => {
    const { segments, gaps, restarts, ids, errors } = rebuild({
      firstId: 1000,
      restarts: [{ at: 120, firstId: 2000 }],
    });
    expect(segments.map(({ run, rows }) => [run, rows])).toEqual([
      [0, 3000],
      [1, 4500],
    ]);
    expect([gaps, restarts]).toEqual([0, 1]);
    expect([ids[2999], ids[3000]]).toEqual([3999, 2000]);
    expect(Math.max(...errors)).toBeLessThan(0.025);
  });

  it('takes a wrap of the 32-bit counter for a restart', () => {
    const id = Uint32Array.from({ length: 2500 }, (_, i) => 4_294_966_296 + i);
    const timestamp = id.map((_, i) => 1000 + Math.floor(i / 25));
    const { segments, restarts } = rebuildTimeline({ id, timestamp }, 25);
    expect(restarts).toBe(1);
    expect(segments.map(({ rows }) => rows)).toEqual([1000, 1500]);
  });

  it.each([3, -3, 86400, -7200, 1.4, -40.25])(
    'follows a clock corrected by %d s while the counter runs on',
    (seconds) => {
      const { segments, gaps, restarts, errors, ids } = rebuild({ steps: [{ at: 140.25, seconds }] });
      expect(segments.map(({ rows, run }) => [rows, run])).toEqual([
        [3507, 0],
        [3993, 0],
      ]);
      expect([gaps, restarts]).toEqual([0, 0]);
      expect(ids).toEqual(Array.from(ids.keys()));
      expect(Math.max(...errors)).toBeLessThan(0.025);
    },
  );

  it.each([
    // One sample before the seconds change anyway, and within the first samples: a forward step, and one back into the same second.
    ['at the start', { durationSeconds: 112, start: 1_700_000_000.24, steps: [{ at: 1.79, seconds: 1 }] }, 2755],
    ['within the first second', { durationSeconds: 112, steps: [{ at: 0.2, seconds: 1 }] }, 2700],
    [
      'back within the first second',
      { durationSeconds: 112, start: 1_700_000_000.9, steps: [{ at: 0.09, seconds: -1 }] },
      2700,
    ],
    ['at the end', { durationSeconds: 112, steps: [{ at: 111.7, seconds: 1 }] }, 2700],
    ['in the middle', { durationSeconds: 224, start: 1_700_000_000.01, steps: [{ at: 112, seconds: -1 }] }, 5400],
  ] as const)('keeps the samples that a step of a whole second leaves in doubt apart: %s', (_, options, rows) => {
    const { segments, errors } = rebuild(options);
    for (const { firstRow, rows: n, bound } of segments) {
      expect(Math.max(...errors.subarray(firstRow, firstRow + n))).toBeLessThanOrEqual(bound);
    }
    const known = segments.filter(({ bound }) => bound <= 0.025).reduce((sum, segment) => sum + segment.rows, 0);
    expect(known).toBeGreaterThanOrEqual(rows);
  });

  it('states a bound as large as the correction where a part of a second leaves its sample unknown', () => {
    const { segments, errors } = rebuild({ steps: [{ at: 140.25, seconds: -0.3 }] });
    expect(segments).toHaveLength(2);
    segments.forEach(({ firstRow, rows, bound }) => {
      expect(Math.max(...errors.subarray(firstRow, firstRow + rows))).toBeLessThanOrEqual(bound);
    });
    expect(Math.max(...segments.map(({ bound }) => bound))).toBeGreaterThan(0.3);
    expect(errors.filter((error) => error > 0.025).length).toBeLessThan(25);
  });

  it('ends a segment where the rate jumps faster than a clock drifts, at the whole second where it does', () => {
    // Packets as a real sensor delivered them: each a whole number of seconds, its samples spread evenly over them.
    const packets = [
      { samples: 1536, seconds: 60 },
      { samples: 12000, seconds: 469 },
      { samples: 3360, seconds: 131 },
      { samples: 8223, seconds: 321 },
    ];
    const truth: number[] = [];
    let second = 1_737_753_721;
    for (const packet of packets) {
      for (let i = 0; i < packet.samples; i++) {
        truth.push(second + (i * packet.seconds) / packet.samples);
      }
      second += packet.seconds;
    }
    const { segments, time } = rebuildTimeline(
      { id: Uint32Array.from(truth, (_, i) => 50000 + i), timestamp: Uint32Array.from(truth, Math.floor) },
      25,
    );
    expect(segments.map(({ firstRow }) => firstRow)).toEqual([0, 1536, 13536, 16896]);
    segments.forEach(({ rate }, s) => expect(rate).toBeCloseTo(packets[s]!.samples / packets[s]!.seconds, 2));
    expect(Math.max(...time.map((t, r) => Math.abs(t / 1e6 - truth[r]!)))).toBeLessThan(0.006);
  });

  it('adapts to a sensor of another rate when every second shows it', () => {
    const { segments, errors } = rebuild({ rate: 50.3 });
    expect(segments).toHaveLength(1);
    expect(segments[0]!.rate).toBeCloseTo(50.3, 2);
    expect(Math.max(...errors)).toBeLessThan(0.0125);
  });

  it('places a lone sample in the middle of its second', () => {
    const { time, segments, order, segment } = rebuildTimeline(samples([[1000, 7]]), 25);
    expect([...time, ...order, ...segment]).toEqual([1_000_500_000, 0, 0]);
    expect(segments).toEqual([
      {
        firstRow: 0,
        rows: 1,
        run: 0,
        rate: 25,
        residual: 0,
        bound: expect.closeTo(0.5, 3),
        start: 1000.5,
        end: 1000.5,
      },
    ]);
  });

  it('keeps a sample with an impossible second apart from the clock of its neighbours', () => {
    const rows = Array.from({ length: 3000 }, (_, i): [number, number] => [1000 + Math.floor(i / 25), i]);
    rows[1510] = [5000, 1510];
    rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const { segments, time } = rebuildTimeline(samples(rows), 25);
    expect(segments.map(({ rows: n }) => n).sort((a, b) => a - b)).toEqual([1, 1489, 1510]);
    expect(Math.max(...time.slice(0, 1510).map((t, i) => Math.abs(t / 1e6 - 1000.02 - i / 25)))).toBeLessThan(0.025);
  });

  it('returns an empty timeline for no samples', () => {
    expect(rebuildTimeline(samples([]), 25)).toEqual({
      order: new Uint32Array(0),
      segment: new Uint32Array(0),
      time: new Float64Array(0),
      segments: [],
      gaps: 0,
      restarts: 0,
    });
  });

  it('refuses unsorted and repeated samples, columns of unequal length and impossible rates', () => {
    expect(() =>
      rebuildTimeline(
        samples([
          [2, 0],
          [1, 1],
        ]),
        25,
      ),
    ).toThrow(ArgumentError);
    expect(() =>
      rebuildTimeline(
        samples([
          [1, 1],
          [1, 1],
        ]),
        25,
      ),
    ).toThrow(/row 1 .* expected distinct rows/);
    expect(() => rebuildTimeline({ id: new Uint32Array(2), timestamp: new Uint32Array(1) }, 25)).toThrow(/2 ids, 1/);
    expect(() => rebuildTimeline(samples([[1, 1]]), 0)).toThrow(/nominal rate is 0 Hz/);
  });
});
