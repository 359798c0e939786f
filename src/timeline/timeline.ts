/**
 * Sample times rebuilt from a running counter and whole seconds.
 *
 * Method, assumptions and error bounds: docs/signals.md, "Sample times".
 */

import { ArgumentError } from '../core/errors.ts';
import { numbersFromInt64 } from '../core/int64.ts';
import type { FittedTimeline, TimelineSegment } from './fit-timeline.ts';
import { fitTimeline } from './fit-timeline.ts';
import type { SampleGroups } from './groups.ts';
import { GroupBuilder } from './groups.ts';

export type { TimelineSegment } from './fit-timeline.ts';

/** Samples of one device, distinct, sorted by (timestamp, id). */
export type TimelineInput = {
  /** Running sample counter, 0..2^32-1. */
  readonly id: Uint32Array;
  /** Unix seconds, whole. */
  readonly timestamp: Uint32Array;
};

export type Timeline = {
  /** Output row r is input row order[r]. */
  readonly order: Uint32Array;
  /** Segment of each output row, from 0. */
  readonly segment: Uint32Array;
  /** Unix microseconds, whole; strictly growing within a segment. */
  readonly time: Float64Array;
  readonly segments: readonly TimelineSegment[];
  /** Jumps of the id within runs. */
  readonly gaps: number;
  readonly restarts: number;
};

/**
 * Order, segments and times of the samples of one device.
 *
 * @param input distinct (timestamp, id) pairs sorted by (timestamp, id): the result depends on that set only
 * @param nominalRate Hz; the true rate may be 3 % off
 * @throws ArgumentError for columns of unequal length, unsorted input or a rate that is not positive.
 */
export function rebuildTimeline(input: TimelineInput, nominalRate: number): Timeline {
  checkArguments(input, nominalRate);
  const groups = groupRows(input);
  const fitted = fitTimeline(groups, nominalRate);
  const { segments, gaps, restarts } = fitted;
  const rows = input.id.length;
  const time = new BigInt64Array(rows);
  const segment = new Uint32Array(rows);
  fitted.fillTimes(time, 0);
  fitted.fillSegments(segment, 0);
  const order = rowOrder(groups, fitted);
  return { order, segment, time: numbersFromInt64(new Float64Array(rows), time), segments, gaps, restarts };
}

function checkArguments({ id, timestamp }: TimelineInput, nominalRate: number): void {
  if (id.length !== timestamp.length) {
    throw new ArgumentError(`rebuildTimeline: ${id.length} ids, ${timestamp.length} timestamps, expected as many`);
  }
  if (!(nominalRate > 0 && nominalRate < Infinity)) {
    throw new ArgumentError(`rebuildTimeline: nominal rate is ${nominalRate} Hz, expected a positive finite number`);
  }
  for (let r = 1; r < id.length; r++) {
    const later = timestamp[r]! - timestamp[r - 1]!;
    if (later < 0 || (later === 0 && id[r]! <= id[r - 1]!)) {
      throw new ArgumentError(
        `rebuildTimeline: row ${r} (${timestamp[r]}, ${id[r]}) does not follow row ${r - 1} ` +
          `(${timestamp[r - 1]}, ${id[r - 1]}), expected distinct rows sorted by (timestamp, id)`,
      );
    }
  }
}

function groupRows({ id, timestamp }: TimelineInput): SampleGroups {
  const builder = new GroupBuilder(id.length);
  for (let r = 0; r < id.length; r++) {
    builder.add(timestamp[r]!, id[r]!, 1);
  }
  return builder.finish();
}

function rowOrder({ firstRow }: SampleGroups, { order }: FittedTimeline): Uint32Array {
  const rows = new Uint32Array(firstRow.at(-1) ?? 0);
  let out = 0;
  for (const g of order) {
    for (let row = firstRow[g]!; row < firstRow[g + 1]!; row++) {
      rows[out++] = row;
    }
  }
  return rows;
}
