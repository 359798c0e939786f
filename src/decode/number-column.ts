/** A growable column of numbers: int32 until a value is not a whole int32, then float64. */

import type { FrameColumn } from '../core/signal.ts';

const FIRST_CAPACITY = 64;

/** Columns kept for reuse hold no more than this; a frame has about 1,300 values. */
const KEPT_CAPACITY = 65_536;

export class NumberColumn {
  #integers = new Int32Array(FIRST_CAPACITY);
  #floats: Float64Array | null = null;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view of the values, valid until the next change. */
  get values(): FrameColumn {
    return (this.#floats ?? this.#integers).subarray(0, this.#length);
  }

  /** The first `count` values of a block. */
  append(block: Int32Array, count: number): void {
    this.#reserve(this.#length + count);
    (this.#floats ?? this.#integers).set(count === block.length ? block : block.subarray(0, count), this.#length);
    this.#length += count;
  }

  push(value: number): void {
    if (this.#floats === null && (value | 0) !== value) this.#promote();
    this.#reserve(this.#length + 1);
    (this.#floats ?? this.#integers)[this.#length++] = value;
  }

  /** Empty again. Memory of an ordinary size is kept: touching fresh pages would cost more than decoding into them. */
  clear(): void {
    this.#length = 0;
    this.#floats = null;
    if (this.#integers.length > KEPT_CAPACITY) this.#integers = new Int32Array(FIRST_CAPACITY);
  }

  #promote(): void {
    this.#floats = grown(this.#integers, new Float64Array(this.#integers.length), this.#length);
  }

  #reserve(length: number): void {
    const values = this.#floats ?? this.#integers;
    if (length <= values.length) return;
    const capacity = Math.max(length, values.length * 2);
    if (this.#floats === null) this.#integers = grown(this.#integers, new Int32Array(capacity), this.#length);
    else this.#floats = grown(this.#floats, new Float64Array(capacity), this.#length);
  }
}

function grown<T extends FrameColumn>(from: FrameColumn, to: T, length: number): T {
  to.set(from.subarray(0, length));
  return to;
}
