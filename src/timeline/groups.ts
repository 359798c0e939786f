/** Samples as stretches of one second: what a timeline is made of in place of single rows, of which there are 25 times as many. */

import { newUint32s } from '../core/arena.ts';

/** Samples of one device, distinct, sorted by (timestamp, id), each group as long as it can be. */
export class SampleGroups {
  /** First row of every group, and the number of rows. */
  readonly firstRow: Uint32Array;
  /** Id of that row; those of the group's other rows follow it without a gap. */
  readonly firstId: Uint32Array;
  /** Delivered second of all its rows, Unix. */
  readonly second: Uint32Array;

  constructor(firstRow: Uint32Array, firstId: Uint32Array, second: Uint32Array) {
    this.firstRow = firstRow;
    this.firstId = firstId;
    this.second = second;
  }
}

/** Collects groups in order; stretches that adjoin become one. */
export class GroupBuilder {
  readonly #firstRow: Uint32Array;
  readonly #firstId: Uint32Array;
  readonly #second: Uint32Array;
  #count = 0;
  #rows = 0;
  #lastSecond = -1;
  #nextId = -1;

  /** @param stretches to be added: there are no more groups. What is not used of their memory is never touched. */
  constructor(stretches: number) {
    this.#firstRow = newUint32s(stretches + 1);
    this.#firstId = newUint32s(stretches);
    this.#second = newUint32s(stretches);
  }

  add(second: number, firstId: number, rows: number): void {
    if (second !== this.#lastSecond || firstId !== this.#nextId) {
      const next = this.#count++;
      this.#firstRow[next] = this.#rows;
      this.#firstId[next] = firstId;
      this.#second[next] = second;
      this.#lastSecond = second;
    }
    this.#nextId = firstId + rows;
    this.#rows += rows;
  }

  finish(): SampleGroups {
    const count = this.#count;
    this.#firstRow[count] = this.#rows;
    return new SampleGroups(
      this.#firstRow.subarray(0, count + 1),
      this.#firstId.subarray(0, count),
      this.#second.subarray(0, count),
    );
  }
}

/** The groups in another order, their rows numbered anew. */
export function reorderGroups(groups: SampleGroups, order: Uint32Array): SampleGroups {
  const count = order.length;
  const moved = new SampleGroups(newUint32s(count + 1), newUint32s(count), newUint32s(count));
  moveGroups(moved, groups, order);
  return moved;
}

function moveGroups(to: SampleGroups, { firstRow, firstId, second }: SampleGroups, order: Uint32Array): void {
  for (let i = 0; i < order.length; i++) {
    const g = order[i]!;
    to.firstRow[i + 1] = to.firstRow[i]! + firstRow[g + 1]! - firstRow[g]!;
    to.firstId[i] = firstId[g]!;
    to.second[i] = second[g]!;
  }
}

/** Id of the last row of group g. */
export function lastIdOf({ firstRow, firstId }: SampleGroups, g: number): number {
  return firstId[g]! + firstRow[g + 1]! - firstRow[g]! - 1;
}
