import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTHING_YET, type QuotaLimits, type QuotaState, QuotaWindow } from '../../src/withings/quota/quota-window.ts';

/** One thing after the other: time passes, the clock is set back, a request wants to go, the server asks to wait, a restart. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ what: fc.constant('ask' as const), key: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('back' as const), ms: fc.integer({ min: 1, max: 1000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('hold' as const),
      key: fc.constantFrom(null, 'a', 'b'),
      ms: fc.integer({ min: 0, max: 150 }),
    }),
  },
);

const limits: fc.Arbitrary<QuotaLimits> = fc.record({
  requests: fc.integer({ min: 1, max: 6 }),
  windowMs: fc.integer({ min: 1, max: 100 }),
  apartMs: fc.integer({ min: 0, max: 60 }),
});

type Went = { readonly key: string; readonly at: number };
type Hold = { readonly key: string | null; readonly until: number };

describe('the window of the quota', () => {
  it('is never exceeded in true time, keeps keys apart and waits, whatever the clock does', () => {
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 120 }), (limit, steps) => {
        let state: QuotaState = NOTHING_YET;
        let truth = 0;
        let clock = 5000;
        const went: Went[] = [];
        const holds: Hold[] = [];
        for (const one of steps) {
          if (one.what === 'pass') {
            truth += one.ms;
            clock += one.ms;
            continue;
          }
          if (one.what === 'back') {
            clock -= one.ms;
            continue;
          }
          // Each step is a process of its own, which has what is on the disk.
          const window = new QuotaWindow(limit, JSON.parse(JSON.stringify(state)) as QuotaState, clock);
          if (one.what === 'hold') {
            window.hold(one.key, one.ms, clock);
            holds.push({ key: one.key, until: truth + one.ms });
          } else if (window.wait(clock) === 0 && window.waitOf(one.key, clock) === 0) {
            expect(window.remaining(clock)).toBeGreaterThan(0);
            window.take(one.key, clock);
            expectAllowed(limit, went, holds, one.key, truth);
            went.push({ key: one.key, at: truth });
          }
          state = window.state(clock);
          expect(state.slots.length).toBeLessThanOrEqual(limit.requests);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('lets go as soon as the budget has room, while the clock is steady', () => {
    fc.assert(
      fc.property(limits, fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }), (limit, pauses) => {
        const window = new QuotaWindow({ ...limit, apartMs: 0 }, NOTHING_YET, 0);
        const went: number[] = [];
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          const inWindow = went.filter((at) => at > now - limit.windowMs);
          const oldest = went[went.length - limit.requests] ?? Number.NEGATIVE_INFINITY;
          expect(window.remaining(now)).toBe(limit.requests - inWindow.length);
          expect(window.wait(now)).toBe(Math.max(0, oldest + limit.windowMs - now));
          now += window.wait(now);
          window.take('k', now);
          went.push(now);
        }
      }),
    );
  });

  it('forgets what no longer matters', () => {
    const limit = { requests: 10, windowMs: 100, apartMs: 50 };
    const window = new QuotaWindow(limit, NOTHING_YET, 0);
    for (let now = 0; now < 10_000; now += 10) {
      window.take(`${now}`, now);
      window.hold(`${now}`, 30, now);
      const { slots, keys, holds } = window.state(now);
      expect([slots.length <= 10, keys.length <= 5, holds.length <= 3]).toEqual([true, true, true]);
    }
  });

  it('is free again one window after the clock was set back', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 1e9 }), (limit, back) => {
        const before = new QuotaWindow(limit, NOTHING_YET, 2e9);
        for (let i = 0; i < limit.requests; i++) before.take(`${i}`, 2e9);
        before.hold(null, limit.windowMs, 2e9);
        const clock = 2e9 - back;
        const after = new QuotaWindow(limit, before.state(2e9), clock);
        expect(after.wait(clock)).toBe(limit.windowMs);
        const later = new QuotaWindow(limit, after.state(clock), clock + limit.windowMs);
        expect(later.wait(clock + limit.windowMs)).toBe(0);
      }),
    );
  });
});

function expectAllowed(
  { requests, windowMs, apartMs }: QuotaLimits,
  went: readonly Went[],
  holds: readonly Hold[],
  key: string,
  now: number,
): void {
  expect(went.filter(({ at }) => at > now - windowMs).length).toBeLessThan(requests);
  expect(went.filter((one) => one.key === key && one.at > now - apartMs)).toEqual([]);
  expect(holds.filter((one) => (one.key === null || one.key === key) && one.until > now)).toEqual([]);
}
