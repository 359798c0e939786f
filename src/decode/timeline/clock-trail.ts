/** The sets of clocks that a walk left at the ends of its pieces, their corners one set behind the other. */

import { Float64List, Uint32List } from '../../core/number-list.ts';
import type { ClockSet } from './clock-set.ts';

export class ClockTrail {
  readonly #marks = new Uint32List();
  readonly #ends = new Uint32List();
  readonly #offsets = new Float64List();
  readonly #slopes = new Float64List();

  /** @param mark at which the set stands */
  leave(mark: number, { count, offset, slope }: ClockSet): void {
    for (let i = 0; i < count; i++) {
      this.#offsets.push(offset[i]!);
      this.#slopes.push(slope[i]!);
    }
    this.#marks.push(mark);
    this.#ends.push(this.#offsets.length);
  }

  /** Marks at which sets were left, in the order of the walk. */
  get marks(): Uint32Array {
    return this.#marks.view();
  }

  /** Behind the last corner of each set. */
  get ends(): Uint32Array {
    return this.#ends.view();
  }

  /** Of all corners. */
  get offsets(): Float64Array {
    return this.#offsets.view();
  }

  get slopes(): Float64Array {
    return this.#slopes.view();
  }
}
