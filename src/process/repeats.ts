/** Of samples that came several times, one each. */

import type { SeriesValues } from '../columnar/rows.ts';
import { type KeySpans, SpanBuilder } from './key-spans.ts';
import { type ColumnBuffers, gatherRows, newBuffers, type SeriesSource } from './series-source.ts';

export type DistinctSpans = { readonly spans: KeySpans; readonly repeats: number; readonly conflicts: number };

/** Rows that are settled together: whole repeated frames are then read and compared as the stretches they are. */
const SETTLED_ROWS = 65_536;

/** @param sorted by (second, id); of rows with one key the smallest by column values is kept. */
export function dropRepeats(source: SeriesSource, sorted: KeySpans): DistinctSpans {
  const settler = new Settler(source);
  let waiting: Stretch[] = [];
  let rows = 0;
  for (const stretch of disjointStretches(sorted)) {
    waiting.push(stretch);
    rows += stretch.rows;
    if (rows >= SETTLED_ROWS) {
      settler.settle(waiting);
      waiting = [];
      rows = 0;
    }
  }
  settler.settle(waiting);
  return settler.finish();
}

/** Consecutive ids of one second, and for each delivery of them the source's row that has the first. */
type Stretch = {
  readonly second: number;
  readonly id: number;
  readonly rows: number;
  readonly sources: readonly number[];
};

/** The spans cut wherever one that overlaps another begins or ends, in order. */
function* disjointStretches({ second, id, rows, row }: KeySpans): Generator<Stretch> {
  const count = second.length;
  const startOf = (span: number): number => id[span] as number;
  const endOf = (span: number): number => startOf(span) + (rows[span] as number);
  let open: number[] = [];
  for (let next = 0, from = 0; next < count || open.length > 0; ) {
    const now = second[open[0] ?? next] as number;
    if (open.length === 0) from = startOf(next);
    while (next < count && second[next] === now && startOf(next) === from) open.push(next++);
    let to = next < count && second[next] === now ? startOf(next) : Number.POSITIVE_INFINITY;
    for (const span of open) to = Math.min(to, endOf(span), from + SETTLED_ROWS);
    const sources = open.map((span) => (row[span] as number) + from - startOf(span));
    yield { second: now, id: from, rows: to - from, sources };
    open = open.filter((span) => endOf(span) > to);
    from = to;
  }
}

class Settler {
  readonly #source: SeriesSource;
  readonly #spans = new SpanBuilder();
  /** Values of the rows kept so far, and of those that contest them. */
  #values: { readonly kept: ColumnBuffers; readonly next: ColumnBuffers } | undefined;
  #dropped = 0;
  #conflicts = 0;

  constructor(source: SeriesSource) {
    this.#source = source;
  }

  /** Takes stretches in order. */
  settle(stretches: readonly Stretch[]): void {
    const contested = stretches.filter(({ sources }) => sources.length > 1);
    const kept = rowsOf(contested, 0);
    const conflicts = new Uint32Array(kept.length);
    const rounds = contested.reduce((most, { sources }) => Math.max(most, sources.length), 0);
    for (let round = 1; round < rounds; round++) this.#compare(contested, round, kept, conflicts);
    this.#conflicts += conflicts.reduce((sum, count) => sum + count, 0);
    let at = 0;
    for (const { second, id, rows, sources } of stretches) {
      this.#dropped += rows * (sources.length - 1);
      if (sources.length === 1) this.#spans.add(second, id, rows, sources[0] as number);
      else for (let i = 0; i < rows; i++) this.#spans.add(second, id + i, 1, kept[at++] as number);
    }
  }

  /** Puts the rows of delivery `round` in the place of those they are smaller than. */
  #compare(contested: readonly Stretch[], round: number, kept: Uint32Array, conflicts: Uint32Array): void {
    const places: number[] = [];
    let first = 0;
    for (const { rows, sources } of contested) {
      if (sources.length > round) for (let i = 0; i < rows; i++) places.push(first + i);
      first += rows;
    }
    const next = rowsOf(contested, round);
    this.#values ??= {
      kept: newBuffers(this.#source, 2 * SETTLED_ROWS),
      next: newBuffers(this.#source, 2 * SETTLED_ROWS),
    };
    gatherRows(
      this.#source,
      Uint32Array.from(places, (at) => kept[at] as number),
      this.#values.kept,
    );
    gatherRows(this.#source, next, this.#values.next);
    const differences = compareRows(this.#values.next, this.#values.kept, next.length);
    for (const [i, difference] of differences.entries()) {
      const place = places[i] as number;
      if (difference > 0) conflicts[place] = (conflicts[place] as number) + 1;
      if (difference < 0) {
        kept[place] = next[i] as number;
        // All those before differ from this one.
        conflicts[place] = round;
      }
    }
  }

  finish(): DistinctSpans {
    return { spans: this.#spans.finish(), repeats: this.#dropped - this.#conflicts, conflicts: this.#conflicts };
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

/** Per row -1, 0 or 1: by column values in order; a value comes before null. */
function compareRows(a: ColumnBuffers, b: ColumnBuffers, rows: number): Int8Array {
  const differences = new Int8Array(rows);
  for (const [name, left] of a) {
    const right = b.get(name) as SeriesValues;
    for (let row = 0; row < rows; row++) {
      if (differences[row] === 0) differences[row] = compareValues(left, right, row);
    }
  }
  return differences;
}

function compareValues(a: SeriesValues, b: SeriesValues, row: number): number {
  const nulls = (b.valid?.[row] ?? 1) - (a.valid?.[row] ?? 1);
  if (nulls !== 0) return nulls;
  return a.valid?.[row] === 0 ? 0 : Math.sign((a.values[row] as number) - (b.values[row] as number));
}
