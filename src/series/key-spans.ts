/** Samples as stretches whose keys run on: consecutive ids of one second, in rows that lie one after the other. */

import { newUint32s } from '../core/arena.ts';
import type { KeyRuns } from './series-chunk.ts';
import type { SeriesSource } from './series-source.ts';

/** A second of samples is one span or a few: some 90,000 of them make a day. */
export class KeySpans {
  /** Delivered second of all rows of a span. */
  readonly second: Uint32Array;
  /** Id of its first row. */
  readonly id: Uint32Array;
  readonly rows: Uint32Array;
  /** First row in the source. */
  readonly row: Uint32Array;

  constructor(second: Uint32Array, id: Uint32Array, rows: Uint32Array, row: Uint32Array) {
    this.second = second;
    this.id = id;
    this.rows = rows;
    this.row = row;
  }
}

/** Of a second there are some 25 rows. */
const ROWS_PER_SPAN = 20;

/** Collects spans; what goes on where the last one ended makes that longer. */
export class SpanBuilder {
  #count = 0;
  #second: Uint32Array;
  #id: Uint32Array;
  #rows: Uint32Array;
  #row: Uint32Array;

  /** @param capacity spans there will probably be: what has to grow leaves pieces of memory behind */
  constructor(capacity: number) {
    this.#second = newUint32s(capacity);
    this.#id = newUint32s(capacity);
    this.#rows = newUint32s(capacity);
    this.#row = newUint32s(capacity);
  }

  add(second: number, id: number, rows: number, row: number): void {
    const last = this.#count - 1;
    if (last >= 0 && second === this.#second[last]) {
      const before = this.#rows[last] as number;
      if (id === (this.#id[last] as number) + before && row === (this.#row[last] as number) + before) {
        this.#rows[last] = before + rows;
        return;
      }
    }
    const next = this.#count++;
    if (next === this.#second.length) this.#grow();
    this.#second[next] = second;
    this.#id[next] = id;
    this.#rows[next] = rows;
    this.#row[next] = row;
  }

  #grow(): void {
    this.#second = twiceAsLong(this.#second);
    this.#id = twiceAsLong(this.#id);
    this.#rows = twiceAsLong(this.#rows);
    this.#row = twiceAsLong(this.#row);
  }

  finish(): KeySpans {
    const count = this.#count;
    return new KeySpans(
      this.#second.subarray(0, count),
      this.#id.subarray(0, count),
      this.#rows.subarray(0, count),
      this.#row.subarray(0, count),
    );
  }
}

function twiceAsLong(values: Uint32Array): Uint32Array {
  const longer = newUint32s(2 * values.length + 1);
  longer.set(values);
  return longer;
}

/** The keys of all rows, in delivered order. */
export function readSpans({ chunks, starts }: SeriesSource): KeySpans {
  const builder = new SpanBuilder(Math.ceil((starts.at(-1) as number) / ROWS_PER_SPAN));
  for (const [index, chunk] of chunks.entries()) addSpans(builder, chunk.readKeys(), starts[index] as number);
  return builder.finish();
}

/** A span ends wherever a run of either key does, and where ids begin anew at 0. */
function addSpans(builder: SpanBuilder, { id, timestamp }: KeyRuns, start: number): void {
  const rows = id.ends.at(-1) ?? 0;
  let counted = 0;
  let idRun = 0;
  let secondRun = 0;
  for (let from = 0; from < rows; ) {
    const idEnd = id.ends[idRun] as number;
    const secondEnd = timestamp.ends[secondRun] as number;
    const firstId = ((id.starts[idRun] as number) + from - counted) >>> 0;
    const to = Math.min(idEnd, secondEnd, from + 2 ** 32 - firstId);
    builder.add((timestamp.starts[secondRun] as number) >>> 0, firstId, to - from, start + from);
    if (idEnd === to) {
      idRun++;
      counted = to;
    }
    if (secondEnd === to) secondRun++;
    from = to;
  }
}

export function takeSpans(spans: KeySpans, order: Uint32Array): KeySpans {
  return new KeySpans(
    takeNumbers(spans.second, order),
    takeNumbers(spans.id, order),
    takeNumbers(spans.rows, order),
    takeNumbers(spans.row, order),
  );
}

function takeNumbers(numbers: Uint32Array, order: Uint32Array): Uint32Array {
  const taken = newUint32s(order.length);
  for (let i = 0; i < taken.length; i++) taken[i] = numbers[order[i] as number] as number;
  return taken;
}
