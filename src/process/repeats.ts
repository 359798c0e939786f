/** Of samples that came several times, one each. */

import type { SeriesValues } from '../columnar/rows.ts';
import { type KeySpans, SpanBuilder } from './key-spans.ts';
import { type ColumnBuffers, gatherRows, newBuffers, type SeriesSource } from './series-source.ts';

export type DistinctSpans = {
  /** By (second, id), none overlapping another. */
  readonly spans: KeySpans;
  /** Samples that were there before in the same words, dropped. */
  readonly repeats: number;
  /** Samples dropped whose values are not those of the one kept. */
  readonly conflicts: number;
};

/** @param sorted by (second, id); of rows with one key the smallest by column values is kept. */
export function dropRepeats(source: SeriesSource, sorted: KeySpans): DistinctSpans {
  const { second, id, rows, row } = sorted;
  const count = second.length;
  const settler = new Settler(source);
  for (let first = 0, next = 0; first < count; first = next) {
    let end = endOf(sorted, first);
    for (next = first + 1; next < count && second[next] === second[first] && (id[next] as number) < end; next++) {
      end = Math.max(end, endOf(sorted, next));
    }
    if (next === first + 1) {
      settler.keep(second[first] as number, id[first] as number, rows[first] as number, row[first] as number);
    } else {
      for (const stretch of cutOverlaps(sorted, first, next)) settler.contest(stretch);
    }
  }
  return settler.finish();
}

/** Consecutive ids of one second, and for each delivery of them the source's row that has the first. */
type Stretch = {
  readonly second: number;
  readonly id: number;
  readonly rows: number;
  readonly sources: readonly number[];
};

/** Rows that are settled together: whole repeated frames are then read and compared as the stretches they are. */
const SETTLED_ROWS = 65_536;

/** Spans [first, last), which overlap one another, cut wherever one begins or ends; in order. */
function* cutOverlaps(spans: KeySpans, first: number, last: number): Generator<Stretch> {
  const { id, row } = spans;
  const second = spans.second[first] as number;
  let open: number[] = [];
  let next = first;
  for (let from = id[first] as number; next < last || open.length > 0; ) {
    while (next < last && id[next] === from) open.push(next++);
    let to = Math.min(from + SETTLED_ROWS, next < last ? (id[next] as number) : Number.POSITIVE_INFINITY);
    for (const span of open) to = Math.min(to, endOf(spans, span));
    const sources = open.map((span) => (row[span] as number) + from - (id[span] as number));
    yield { second, id: from, rows: to - from, sources };
    open = open.filter((span) => endOf(spans, span) > to);
    from = to;
  }
}

function endOf({ id, rows }: KeySpans, span: number): number {
  return (id[span] as number) + (rows[span] as number);
}

/** Takes what comes in order; compares deliveries of the same rows a good many at a time. */
class Settler {
  readonly #source: SeriesSource;
  readonly #spans = new SpanBuilder();
  /** From the first contested one on. */
  #waiting: Stretch[] = [];
  #waitingRows = 0;
  #dropped = 0;
  #conflicts = 0;
  /** Values of the rows kept so far, and of those that contest them. */
  #values: { readonly kept: ColumnBuffers; readonly next: ColumnBuffers } | undefined;

  constructor(source: SeriesSource) {
    this.#source = source;
  }

  keep(second: number, id: number, rows: number, row: number): void {
    if (this.#waiting.length === 0) this.#spans.add(second, id, rows, row);
    else this.contest({ second, id, rows, sources: [row] });
  }

  contest(stretch: Stretch): void {
    // Cut to so many rows when several deliveries overlap; a longer one waits alone.
    if (this.#waitingRows + stretch.rows > SETTLED_ROWS) this.#settle();
    this.#waiting.push(stretch);
    this.#waitingRows += stretch.rows;
  }

  finish(): DistinctSpans {
    this.#settle();
    return { spans: this.#spans.finish(), repeats: this.#dropped - this.#conflicts, conflicts: this.#conflicts };
  }

  #settle(): void {
    const contested = this.#waiting.filter(({ sources }) => sources.length > 1);
    const kept = rowsOf(contested, 0);
    const conflicts = new Uint32Array(kept.length);
    const rounds = contested.reduce((most, { sources }) => Math.max(most, sources.length), 0);
    for (let round = 1; round < rounds; round++) this.#compare(contested, round, kept, conflicts);
    this.#conflicts += conflicts.reduce((sum, count) => sum + count, 0);
    let at = 0;
    for (const { second, id, rows, sources } of this.#waiting) {
      this.#dropped += rows * (sources.length - 1);
      if (sources.length === 1) this.#spans.add(second, id, rows, sources[0] as number);
      else for (let i = 0; i < rows; i++) this.#spans.add(second, id + i, 1, kept[at++] as number);
    }
    this.#waiting = [];
    this.#waitingRows = 0;
  }

  /** Puts the rows of delivery `round` in the place of those they are smaller than. */
  #compare(contested: readonly Stretch[], round: number, kept: Uint32Array, conflicts: Uint32Array): void {
    const next = rowsOf(contested, round);
    const places = placesOf(contested, round, next.length);
    const source = this.#source;
    this.#values ??= { kept: newBuffers(source, SETTLED_ROWS), next: newBuffers(source, SETTLED_ROWS) };
    gatherRows(
      source,
      places.map((place) => kept[place] as number),
      this.#values.kept,
    );
    gatherRows(source, next, this.#values.next);
    const differences = compareRows(this.#values.next, this.#values.kept, next.length);
    for (let i = 0; i < next.length; i++) {
      const place = places[i] as number;
      const difference = differences[i] as number;
      if (difference > 0) conflicts[place] = (conflicts[place] as number) + 1;
      if (difference < 0) {
        kept[place] = next[i] as number;
        // All those before differ from this one.
        conflicts[place] = round;
      }
    }
  }
}

/** The source's rows of one delivery, where there was one. */
function rowsOf(stretches: readonly Stretch[], delivery: number): Uint32Array {
  const all = new Uint32Array(stretches.reduce((sum, { rows }) => sum + rows, 0));
  let count = 0;
  for (const { rows, sources } of stretches) {
    const first = sources[delivery];
    if (first !== undefined) for (let i = 0; i < rows; i++) all[count++] = first + i;
  }
  return all.subarray(0, count);
}

/** Which rows of all those are the `count` that had that delivery. */
function placesOf(stretches: readonly Stretch[], delivery: number, count: number): Uint32Array {
  const places = new Uint32Array(count);
  let place = 0;
  let at = 0;
  for (const { rows, sources } of stretches) {
    if (sources.length > delivery) for (let i = 0; i < rows; i++) places[at++] = place + i;
    place += rows;
  }
  return places;
}

/** Per row -1, 0 or 1: by column values in order; a value comes before null. */
function compareRows(a: ColumnBuffers, b: ColumnBuffers, rows: number): Int8Array {
  const differences = new Int8Array(rows);
  for (const [name, left] of a) {
    const right = b.get(name) as SeriesValues;
    if (left.valid === null) compareNumbers(differences, left.values, right.values);
    else {
      for (let row = 0; row < rows; row++) differences[row] ||= compareValues(left, right, row);
    }
  }
  return differences;
}

function compareNumbers(differences: Int8Array, a: SeriesValues['values'], b: SeriesValues['values']): void {
  for (let row = 0; row < differences.length; row++) {
    if (a[row] !== b[row]) differences[row] ||= (a[row] as number) < (b[row] as number) ? -1 : 1;
  }
}

function compareValues(a: SeriesValues, b: SeriesValues, row: number): number {
  const nulls = (b.valid?.[row] ?? 1) - (a.valid?.[row] ?? 1);
  if (nulls !== 0) return nulls;
  return a.valid?.[row] === 0 ? 0 : Math.sign((a.values[row] as number) - (b.values[row] as number));
}
