import { describe, expect, it } from 'vitest';
import { mergeSeries } from '../../../src/series/merge-series.ts';
import { memoryChunk } from '../../../src/series/series-chunk.ts';
import { SeriesFiller, timeSeries } from '../../../src/series/timed-series.ts';
import { columnsOfTable } from '../../../src/signals/rows.ts';
import { simulateClock } from '../../../src/simulator/clock.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { rebuildTimeline } from '../../../src/timeline/timeline.ts';
import { deliver, randomClock } from '../../property/timeline-cases.ts';

describe('a timed series', () => {
  // Gaps, restarts and corrections: rows change places, and clocks end within batches.
  it.each([5, 21, 34, 55])('is the same in batches of any size and cut into any chunks (seed %d)', (seed) => {
    const kind = { durationSeconds: 900, interruptions: true, steps: [0.2, 1000] } as const;
    const { id, timestamp } = deliver(simulateClock(randomClock(seed, kind))).input;
    const { order, time, segment } = rebuildTimeline({ id, timestamp }, 25);
    const expected = {
      time,
      segment,
      id: order.map((row) => id[row]!),
      timestamp: order.map((row) => timestamp[row]!),
      // The row itself as its value: what is gathered must be of that very row.
      row: Int32Array.from(order),
    };

    const random = createRandom(seed);
    const chunks = [];
    for (let from = 0, to; from < id.length; from = to) {
      to = Math.min(id.length, from + random.integer(1, 700));
      const values = Int32Array.from({ length: to - from }, (_, i) => from + i);
      const keys = { id: id.slice(from, to), timestamp: timestamp.slice(from, to) };
      chunks.push(memoryChunk(keys, new Map([['row', { values, valid: null }]])));
    }
    const series = timeSeries(mergeSeries(chunks.toReversed(), ['row']));
    expect(series.rows).toBe(id.length);
    const filler = new SeriesFiller(series, 1000);
    for (let from = 0, to; from < series.rows; from = to) {
      to = Math.min(series.rows, from + random.integer(1, 1000));
      const { columns, rows, ...filled } = columnsOfTable(filler.fill(from, to));
      expect(rows).toBe(to - from);
      expect({ ...filled, row: columns.get('row')?.values }).toEqual({
        time: expected.time.slice(from, to),
        segment: expected.segment.slice(from, to),
        id: expected.id.slice(from, to),
        timestamp: expected.timestamp.slice(from, to),
        row: expected.row.slice(from, to),
      });
    }
  });
});
