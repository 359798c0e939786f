/** Samples as stretches whose keys run on: consecutive ids of one second, in rows that lie one after the other. */

import { Uint32List } from '../core/number-list.ts';
import type { SeriesSource } from './series-source.ts';

/** A second of samples is one span or a few: some 90,000 of them make a day. */
export type KeySpans = {
  /** Delivered second of all rows of a span. */
  readonly second: Uint32Array;
  /** Id of its first row. */
  readonly id: Uint32Array;
  readonly rows: Uint32Array;
  /** First row in the source. */
  readonly row: Uint32Array;
};

/** Collects spans; what goes on where the last one ended makes that longer. */
export class SpanBuilder {
  readonly #second = new Uint32List();
  readonly #id = new Uint32List();
  readonly #rows = new Uint32List();
  readonly #row = new Uint32List();
  #open = { second: -1, id: -1, rows: 0, row: -1 };

  add(second: number, id: number, rows: number, row: number): void {
    const last = this.#open;
    if (second === last.second && id === last.id + last.rows && row === last.row + last.rows) {
      last.rows += rows;
      return;
    }
    this.#close();
    this.#open = { second, id, rows, row };
  }

  #close(): void {
    const { second, id, rows, row } = this.#open;
    if (rows === 0) return;
    this.#second.push(second);
    this.#id.push(id);
    this.#rows.push(rows);
    this.#row.push(row);
  }

  finish(): KeySpans {
    this.#close();
    return { second: this.#second.view(), id: this.#id.view(), rows: this.#rows.view(), row: this.#row.view() };
  }
}

/** The keys of all rows, in delivered order. */
export function readSpans({ chunks, starts }: SeriesSource): KeySpans {
  const builder = new SpanBuilder();
  for (const [index, chunk] of chunks.entries()) {
    const { id, timestamp } = chunk.readKeys();
    const start = starts[index] as number;
    for (let from = 0; from < chunk.rows; ) {
      const second = timestamp[from] as number;
      const firstId = id[from] as number;
      let to = from + 1;
      while (to < chunk.rows && timestamp[to] === second && id[to] === firstId + to - from) to++;
      builder.add(second, firstId, to - from, start + from);
      from = to;
    }
  }
  return builder.finish();
}

export function takeSpans({ second, id, rows, row }: KeySpans, order: Uint32Array): KeySpans {
  const take = (values: Uint32Array): Uint32Array => order.map((span) => values[span] as number);
  return { second: take(second), id: take(id), rows: take(rows), row: take(row) };
}
