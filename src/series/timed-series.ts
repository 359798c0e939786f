/** A merged series in its final order, with its times: little more than a line a second, the rows filled in batch by batch. */

import { newBigInt64s, newUint32s } from '../core/arena.ts';
import { RAWDATA_NOMINAL_RATE } from '../core/devices.ts';
import { wordsOf } from '../core/int64.ts';
import type { SeriesTable, SeriesValues } from '../signals/rows.ts';
import { type FittedTimeline, fitTimeline } from '../timeline/fit-timeline.ts';
import { GroupBuilder, type SampleGroups } from '../timeline/groups.ts';
import { placeIn } from '../timeline/marked-times.ts';
import type { KeySpans } from './key-spans.ts';
import type { MergedSeries } from './merge-series.ts';
import { type ColumnBuffers, copyRows, newBuffers, type SeriesSource } from './series-source.ts';

export type TimedSeries = {
  readonly rows: number;
  readonly source: SeriesSource;
  readonly timeline: FittedTimeline;
  readonly places: Places;
};

/** Stretches of rows that lie one after the other in the source, too. */
type Places = {
  /** First row of each. */
  readonly first: Uint32Array;
  /** That row in the source. */
  readonly row: Uint32Array;
};

export function timeSeries({ source, spans }: MergedSeries): TimedSeries {
  const groups = groupsOf(spans);
  const timeline = fitTimeline(groups, RAWDATA_NOMINAL_RATE);
  return {
    rows: groups.firstRow.at(-1) as number,
    source,
    timeline,
    places: findPlaces(spans, groups, timeline.order),
  };
}

function groupsOf({ second, id, rows }: KeySpans): SampleGroups {
  const groups = new GroupBuilder(rows.length);
  for (let i = 0; i < rows.length; i++) groups.add(second[i] as number, id[i] as number, rows[i] as number);
  return groups.finish();
}

/** Where the rows of the groups lie, in the order given. */
function findPlaces(spans: KeySpans, { firstRow }: SampleGroups, order: Uint32Array): Places {
  const first = newUint32s(spans.rows.length);
  const row = newUint32s(spans.rows.length);
  const count = fillPlaces(first, row, spans, firstRow, order);
  return { first: first.subarray(0, count), row: row.subarray(0, count) };
}

/** Gives the number of places. */
function fillPlaces(
  first: Uint32Array,
  row: Uint32Array,
  spans: KeySpans,
  firstRow: Uint32Array,
  order: Uint32Array,
): number {
  const { rows: spanRows, row: spanRow } = spans;
  const spanStart = startsOf(spanRows);
  let places = 0;
  let out = 0;
  let goesOn = -1;
  let span = 0;
  for (let i = 0; i < order.length; i++) {
    const g = order[i] as number;
    const stop = firstRow[g + 1] as number;
    let at = firstRow[g] as number;
    // Groups mostly stay in order; then the next span is it.
    if (spanStart[span] !== at) span = placeIn(spanStart, at);
    for (; at < stop; span++) {
      const from = spanRow[span] as number;
      if (from !== goesOn) {
        first[places] = out;
        row[places++] = from;
      }
      const count = spanRows[span] as number;
      goesOn = from + count;
      out += count;
      at += count;
    }
  }
  return places;
}

/** Rows before each. */
function startsOf(rows: Uint32Array): Uint32Array {
  const starts = newUint32s(rows.length);
  for (let i = 1; i < rows.length; i++) starts[i] = (starts[i - 1] as number) + (rows[i - 1] as number);
  return starts;
}

/** Fills batch after batch into the same memory: each is good until the next. */
export class SeriesFiller {
  readonly #series: TimedSeries;
  readonly #columns: ColumnBuffers;
  readonly #time: BigInt64Array;
  readonly #timestamp: BigInt64Array;
  readonly #id: Uint32Array;
  readonly #segment: Uint32Array;

  /** @param rows of a batch at most */
  constructor(series: TimedSeries, rows: number) {
    this.#series = series;
    this.#columns = newBuffers(series.source, rows);
    this.#time = newBigInt64s(rows);
    this.#timestamp = newBigInt64s(rows);
    this.#id = newUint32s(rows);
    this.#segment = newUint32s(rows);
  }

  /** Rows `from` to before `to`. */
  fill(from: number, to: number): SeriesTable {
    const rows = to - from;
    const [time, segment] = [this.#time.subarray(0, rows), this.#segment.subarray(0, rows)];
    const [timestamp, id] = [this.#timestamp.subarray(0, rows), this.#id.subarray(0, rows)];
    const { source, timeline, places } = this.#series;
    timeline.fillTimes(time, from);
    timeline.fillSegments(segment, from);
    fillKeys(wordsOf(timestamp), id, timeline.groups, from);
    const { first, row } = places;
    for (let i = placeIn(first, from); i < first.length && (first[i] as number) < to; i++) {
      const start = Math.max(first[i] as number, from);
      const stop = Math.min(first[i + 1] ?? to, to);
      copyRows(source, (row[i] as number) + start - (first[i] as number), stop - start, this.#columns, start - from);
    }
    return { rows, time, timestamp, id, segment, columns: cutTo(rows, this.#columns) };
  }
}

/** @param timestamp its high words are 0 and stay so */
function fillKeys(timestamp: Int32Array, id: Uint32Array, groups: SampleGroups, from: number): void {
  const { firstRow, firstId, second } = groups;
  const rows = id.length;
  for (let g = placeIn(firstRow, from), i = 0; i < rows; g++) {
    const inSecond = second[g] as number;
    const shift = (firstId[g] as number) - (firstRow[g] as number) + from;
    const stop = Math.min((firstRow[g + 1] as number) - from, rows);
    for (; i < stop; i++) {
      timestamp[2 * i] = inSecond;
      id[i] = i + shift;
    }
  }
}

function cutTo(rows: number, columns: ColumnBuffers): ColumnBuffers {
  const cut = new Map<string, SeriesValues>();
  for (const [name, { values, valid }] of columns) {
    cut.set(name, { values: values.subarray(0, rows), valid: valid && valid.subarray(0, rows) });
  }
  return cut;
}
