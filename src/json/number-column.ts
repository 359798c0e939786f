/** A growable column of numbers: int32 until a value is not a whole int32, then float64. */

const INT32_MIN = -2_147_483_648;
const INT32_MAX = 2_147_483_647;

const FIRST_CAPACITY = 64;

/** Columns kept for reuse hold no more than this, 512 KiB: 30 s of stethoscope; a frame has about 1,300 values. */
const KEPT_CAPACITY = 2 ** 17;

/** Whole numbers of 32 bits, or any. */
type Numbers = Int32Array | Float64Array;

export class NumberColumn {
  #integers = new Int32Array(FIRST_CAPACITY);
  #floats: Float64Array | null = null;
  /** The last view asked for: frame after frame has the same length, and making one costs as much as filling it. */
  #view: Numbers | null = null;
  #length = 0;
  /** All values ORed, as long as they are int32. */
  #bits = 0;
  /** Likewise, ANDed. */
  #commonBits = -1;

  get length(): number {
    return this.#length;
  }

  /** A view of the values, valid until the next change. */
  get values(): Numbers {
    if (this.#view?.length !== this.#length) this.#view = (this.#floats ?? this.#integers).subarray(0, this.#length);
    return this.#view;
  }

  /** Every value is a whole int32. */
  get isWhole(): boolean {
    return this.#floats === null;
  }

  /** Proof that no value is outside of [low, high], without a look at each; false proves nothing. */
  isWithin(low: number, high: number): boolean {
    if (this.#floats !== null) return false;
    // Of numbers that are not negative none has a bit that their union lacks.
    const ofBits = low <= 0 && this.#bits >= 0 && this.#bits <= high;
    return ofBits || (low <= INT32_MIN && high >= INT32_MAX);
  }

  /** There are values, whole ones, and all are the same: known without a look at each. */
  get isConstant(): boolean {
    return this.#floats === null && this.#length > 0 && this.#bits === this.#commonBits;
  }

  /**
   * A block of values.
   *
   * @param bits these values ORed
   * @param commonBits these values ANDed
   */
  append(block: Int32Array, bits: number, commonBits: number): void {
    this.#reserve(this.#length + block.length);
    this.#bits |= bits;
    this.#commonBits &= commonBits;
    (this.#floats ?? this.#integers).set(block, this.#length);
    this.#length += block.length;
  }

  push(value: number): void {
    if (this.#floats === null && (value | 0) !== value) this.#promote();
    this.#reserve(this.#length + 1);
    this.#bits |= value;
    this.#commonBits &= value;
    (this.#floats ?? this.#integers)[this.#length++] = value;
  }

  /** Empty again. Memory of an ordinary size is kept: touching fresh pages would cost more than decoding into them. */
  clear(): void {
    this.#length = 0;
    this.#bits = 0;
    this.#commonBits = -1;
    if (this.#floats !== null || this.#integers.length > KEPT_CAPACITY) this.#view = null;
    this.#floats = null;
    if (this.#integers.length > KEPT_CAPACITY) this.#integers = new Int32Array(FIRST_CAPACITY);
  }

  #promote(): void {
    this.#view = null;
    this.#floats = grown(this.#integers, new Float64Array(this.#integers.length), this.#length);
  }

  #reserve(length: number): void {
    const values = this.#floats ?? this.#integers;
    if (length <= values.length) return;
    this.#view = null;
    const capacity = Math.max(length, values.length * 2);
    if (this.#floats === null) this.#integers = grown(this.#integers, new Int32Array(capacity), this.#length);
    else this.#floats = grown(this.#floats, new Float64Array(capacity), this.#length);
  }
}

function grown<T extends Numbers>(from: Numbers, to: T, length: number): T {
  to.set(from.subarray(0, length));
  return to;
}
