/** Samples as stretches of one second: what a timeline is made of in place of single rows, of which there are 25 times as many. */

import { Uint32List } from '../../core/number-list.ts';

/** Samples of one device, distinct, sorted by (timestamp, id), each group as long as it can be. */
export type SampleGroups = {
  /** First row of every group, and the number of rows. */
  readonly firstRow: Uint32Array;
  /** Id of that row; those of the group's other rows follow it without a gap. */
  readonly firstId: Uint32Array;
  /** Delivered second of all its rows, Unix. */
  readonly second: Uint32Array;
};

/** Collects groups in order; stretches that adjoin become one. */
export class GroupBuilder {
  readonly #firstRow: Uint32List;
  readonly #firstId: Uint32List;
  readonly #second: Uint32List;
  #rows = 0;
  #lastSecond = -1;
  #nextId = -1;

  /** @param capacity groups there will probably be */
  constructor(capacity?: number) {
    this.#firstRow = new Uint32List(capacity);
    this.#firstId = new Uint32List(capacity);
    this.#second = new Uint32List(capacity);
  }

  add(second: number, firstId: number, rows: number): void {
    if (second !== this.#lastSecond || firstId !== this.#nextId) {
      this.#firstRow.push(this.#rows);
      this.#firstId.push(firstId);
      this.#second.push(second);
      this.#lastSecond = second;
    }
    this.#nextId = firstId + rows;
    this.#rows += rows;
  }

  finish(): SampleGroups {
    this.#firstRow.push(this.#rows);
    return { firstRow: this.#firstRow.view(), firstId: this.#firstId.view(), second: this.#second.view() };
  }
}

/** The groups in another order, their rows numbered anew. */
export function reorderGroups({ firstRow, firstId, second }: SampleGroups, order: Uint32Array): SampleGroups {
  const count = order.length;
  const moved = {
    firstRow: new Uint32Array(count + 1),
    firstId: new Uint32Array(count),
    second: new Uint32Array(count),
  };
  for (let i = 0; i < count; i++) {
    const g = order[i]!;
    moved.firstRow[i + 1] = moved.firstRow[i]! + firstRow[g + 1]! - firstRow[g]!;
    moved.firstId[i] = firstId[g]!;
    moved.second[i] = second[g]!;
  }
  return moved;
}

/** Id of the last row of group g. */
export function lastIdOf({ firstRow, firstId }: SampleGroups, g: number): number {
  return firstId[g]! + firstRow[g + 1]! - firstRow[g]! - 1;
}
