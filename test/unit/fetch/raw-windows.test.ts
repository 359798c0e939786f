import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DeviceNow,
  EDGE_SECONDS,
  type FetchedWindow,
  FILING_SECONDS,
  type Stretch,
  WINDOW_SECONDS,
  windowsToAsk,
} from '../../../src/fetch/raw-windows.ts';

const DAY = 86_400;
const START = 1_700_000_000;
const OVERLAP = 7_200;
const NOW = START + 90 * DAY;

describe('windows of raw data to ask for', () => {
  it('cuts what was never asked into overlapping windows of a quarter of a day at most', () => {
    const quarter = DAY / 4;
    const windows = windowsToAsk({ from: START, to: START + 2 * quarter }, [], { session: null, overlap: OVERLAP });
    expect(windows).toEqual([
      { from: START, to: START + quarter - EDGE_SECONDS },
      { from: START + quarter - 2 * EDGE_SECONDS, to: START + 2 * (quarter - EDGE_SECONDS) },
      { from: START + 2 * quarter - 3 * EDGE_SECONDS, to: START + 2 * quarter },
    ]);
  });

  it('asks for nothing after the last synchronisation of the watch', () => {
    const device = { session: START + DAY / 8, overlap: OVERLAP };
    const windows = windowsToAsk({ from: START, to: START + 5 * DAY }, [], device);
    expect(windows).toEqual([{ from: START, to: START + DAY / 8 + FILING_SECONDS }]);
  });

  it('asks for nothing while the watch has not synchronised again', () => {
    const session = START + DAY / 2;
    const device = { session, overlap: OVERLAP };
    const fetched = fetchAll({ from: START, to: START + 2 * DAY }, device);
    expect(windowsToAsk({ from: START, to: START + 4 * DAY }, fetched, device)).toEqual([]);
  });

  it('asks again for all since the synchronisation before, however long that was ago', () => {
    const before = START + DAY;
    const fetched = fetchAll({ from: START, to: START + 10 * DAY }, { session: before, overlap: OVERLAP });
    const after = { session: START + 9 * DAY, overlap: OVERLAP };
    const [first] = windowsToAsk({ from: START, to: START + 10 * DAY }, fetched, after);
    expect(first?.from).toBe(before - OVERLAP - EDGE_SECONDS);
  });

  it('does not trust a window asked for right after a synchronisation', () => {
    const session = START + DAY;
    const fetched = fetchAll({ from: START, to: session }, { session, overlap: OVERLAP }, session + 60);
    const [again] = windowsToAsk({ from: START, to: session }, fetched, { session, overlap: OVERLAP });
    expect(again).toEqual({ from: session - OVERLAP - EDGE_SECONDS, to: session });
  });

  it('asks for the last day again where no synchronisation is told', () => {
    const device = { session: null, overlap: OVERLAP };
    const fetched = fetchAll({ from: START, to: START + 5 * DAY }, device, START + 5 * DAY);
    const [first] = windowsToAsk({ from: START, to: START + 5 * DAY }, fetched, device);
    expect(first?.from).toBe(START + 5 * DAY - OVERLAP - EDGE_SECONDS);
  });

  it('leaves no second out and none longer than a quarter of a day, whatever was fetched', () => {
    fc.assert(
      fc.property(stretches, windowLists, sessions, (wanted, fetched, session) => {
        const device = { session, overlap: OVERLAP };
        const windows = windowsToAsk(wanted, fetched, device);
        for (const { from, to } of windows) {
          expect(from).toBeLessThan(to);
          expect(to - from).toBeLessThanOrEqual(WINDOW_SECONDS);
          expect(from).toBeGreaterThanOrEqual(wanted.from);
          expect(to).toBeLessThanOrEqual(wanted.to);
        }
        const then = [...fetched, ...windows.map((window) => ({ ...window, session, askedAt: NOW }))];
        if (session === null) return;
        expect(windowsToAsk(wanted, then, device)).toEqual([]);
      }),
    );
  });

  it('goes on with the same windows when it is stopped, whichever it had got', () => {
    fc.assert(
      fc.property(stretches, sessions, fc.infiniteStream(fc.boolean()), (wanted, session, isDone) => {
        const device = { session: session ?? START + 50 * DAY, overlap: OVERLAP };
        const all = windowsToAsk(wanted, [], device).map((window) => ({ window, done: isDone.next().value }));
        const windowsOf = (done: boolean): readonly Stretch[] =>
          all.filter((known) => known.done === done).map(({ window }) => window);
        const fetched = windowsOf(true).map((window) => ({ ...window, session: device.session, askedAt: NOW }));
        expect(windowsToAsk(wanted, fetched, device)).toEqual(windowsOf(false));
      }),
    );
  });
});

function fetchAll(wanted: Stretch, device: DeviceNow, askedAt = NOW): readonly FetchedWindow[] {
  return windowsToAsk(wanted, [], device).map((window) => ({ ...window, session: device.session, askedAt }));
}

const seconds = fc.integer({ min: 0, max: 30 * DAY }).map((offset) => START + offset);
const stretches = fc
  .tuple(seconds, fc.integer({ min: 1, max: 20 * DAY }))
  .map(([from, length]) => ({ from, to: from + length }));
const sessions = fc.option(seconds, { nil: null });
const windowLists = fc.array(
  fc
    .tuple(seconds, fc.integer({ min: 1, max: DAY }), sessions, seconds)
    .map(([from, length, session, askedAt]) => ({ from, to: from + length, session, askedAt })),
  { maxLength: 8 },
);
