/** The sets of clocks that a walk left at the ends of its pieces, their corners one set behind the other. */

import { Float64List, Uint32List } from '../core/number-list.ts';
import type { ClockSet } from './clock-set.ts';

export class ClockTrail {
  readonly #marks = new Uint32List();
  readonly #ends = new Uint32List();
  readonly #corners = new Float64List();

  /** @param mark at which the set stands */
  leave(mark: number, { corners, length }: ClockSet): void {
    this.#corners.append(corners.subarray(0, length));
    this.#marks.push(mark);
    this.#ends.push(this.#corners.length);
  }

  /** Marks at which sets were left, in the order of the walk. */
  get marks(): Uint32Array {
    return this.#marks.view();
  }

  /** Behind the last corner of each set. */
  get ends(): Uint32Array {
    return this.#ends.view();
  }

  /** Of all sets, as in {@link ClockSet}. */
  get corners(): Float64Array {
    return this.#corners.view();
  }
}
