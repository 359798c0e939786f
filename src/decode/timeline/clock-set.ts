/**
 * A convex set of clocks: each point is one straight clock, its `offset` (s, at the mark where the set stands) and its
 * `slope` (s per s of the reference clock).
 *
 * The points are the corners of a convex polygon, counter-clockwise with the offset to the right and the slope upwards.
 */
export class ClockSet {
  count = 0;
  /** Least and greatest offset after the last {@link moveBy}. */
  minOffset = Number.NaN;
  maxOffset = Number.NaN;
  offset: Float64Array;
  slope: Float64Array;
  #spareOffset: Float64Array;
  #spareSlope: Float64Array;

  constructor() {
    this.offset = new Float64Array(FIRST_CAPACITY);
    this.slope = new Float64Array(FIRST_CAPACITY);
    this.#spareOffset = new Float64Array(FIRST_CAPACITY);
    this.#spareSlope = new Float64Array(FIRST_CAPACITY);
  }

  /** Every clock of a rectangle. */
  reset(minOffset: number, maxOffset: number, minSlope: number, maxSlope: number): void {
    this.count = 4;
    this.offset.set([minOffset, maxOffset, maxOffset, minOffset]);
    this.slope.set([minSlope, minSlope, maxSlope, maxSlope]);
  }

  /** Stands the set `distance` seconds further on, and measures it there: one loop, as this is most of the work. */
  moveBy(distance: number): void {
    const { count, offset, slope } = this;
    let min = Infinity;
    let max = -Infinity;
    for (let i = 0; i < count; i++) {
      const value = offset[i]! + slope[i]! * distance;
      offset[i] = value;
      min = value < min ? value : min;
      max = value > max ? value : max;
    }
    this.minOffset = min;
    this.maxOffset = max;
  }

  /** Takes the corners [from, to) of those given, which make a set, in place of its own. */
  take(offset: Float64Array, slope: Float64Array, from: number, to: number): void {
    this.#makeRoom(to - from);
    this.count = to - from;
    this.offset.set(offset.subarray(from, to));
    this.slope.set(slope.subarray(from, to));
  }

  /** Keeps the clocks with an offset in [min, max], directly after {@link moveBy}; false when none is left. */
  clipOffset(min: number, max: number): boolean {
    const { minOffset: lowest, maxOffset: highest } = this;
    if (lowest > max || highest < min) {
      this.count = 0;
      return false;
    }
    if (lowest < min) {
      this.#clip(-1, 0, -min);
    }
    if (highest > max) {
      this.#clip(1, 0, max);
    }
    return this.count > 0;
  }

  /** Keeps the clocks with a slope in [min, max]. */
  clipSlope(min: number, max: number): void {
    this.#clip(0, -1, -min);
    this.#clip(0, 1, max);
  }

  /** Lets every clock change its slope by up to `change` either way: the lower side goes down, the upper side up. */
  widenSlope(change: number): void {
    const { count, offset, slope } = this;
    const toOffset = this.#spareOffset;
    const toSlope = this.#spareSlope;
    let left = 0;
    let right = 0;
    for (let i = 1; i < count; i++) {
      left = offset[i]! < offset[left]! ? i : left;
      right = offset[i]! > offset[right]! ? i : right;
    }
    let n = 0;
    for (let i = left, shift = -change; ; i = i + 1 === count ? 0 : i + 1) {
      toOffset[n] = offset[i]!;
      toSlope[n++] = slope[i]! + shift;
      if (i === right && shift < 0) {
        shift = change;
        toOffset[n] = offset[i]!;
        toSlope[n++] = slope[i]! + shift;
      } else if (i === left && n > 1) {
        break;
      }
    }
    this.#swap(n);
  }

  /** Keeps the clocks that are in the set of corners [from, to) too. */
  intersect(offset: Float64Array, slope: Float64Array, from: number, to: number): boolean {
    for (let i = from; i < to && this.count > 0; i++) {
      const j = i === to - 1 ? from : i + 1;
      const a = slope[j]! - slope[i]!;
      const b = offset[i]! - offset[j]!;
      this.#clip(a, b, a * offset[i]! + b * slope[i]!);
    }
    return this.count > 0;
  }

  /** Keeps the points with a * offset + b * slope <= c (Sutherland and Hodgman 1974). */
  #clip(a: number, b: number, c: number): void {
    const { count, offset, slope } = this;
    const toOffset = this.#spareOffset;
    const toSlope = this.#spareSlope;
    let n = 0;
    let previous = a * offset[count - 1]! + b * slope[count - 1]! - c;
    for (let i = 0, j = count - 1; i < count; j = i++) {
      const here = a * offset[i]! + b * slope[i]! - c;
      if (here > 0 !== previous > 0) {
        const share = previous / (previous - here);
        toOffset[n] = offset[j]! + share * (offset[i]! - offset[j]!);
        toSlope[n] = slope[j]! + share * (slope[i]! - slope[j]!);
        n += n === 0 || areApart(toOffset, toSlope, n, n - 1) ? 1 : 0;
      }
      if (here <= 0) {
        toOffset[n] = offset[i]!;
        toSlope[n] = slope[i]!;
        n += n === 0 || areApart(toOffset, toSlope, n, n - 1) ? 1 : 0;
      }
      previous = here;
    }
    while (n > 1 && !areApart(toOffset, toSlope, 0, n - 1)) {
      n--;
    }
    this.#swap(n);
  }

  #swap(count: number): void {
    this.count = count;
    [this.offset, this.#spareOffset] = [this.#spareOffset, this.offset];
    [this.slope, this.#spareSlope] = [this.#spareSlope, this.slope];
    this.#makeRoom(count);
  }

  /** No step more than doubles the corners. */
  #makeRoom(count: number): void {
    const { offset, slope } = this;
    if (2 * count + 2 <= offset.length) {
      return;
    }
    const capacity = 4 * count + 2;
    this.offset = new Float64Array(capacity);
    this.slope = new Float64Array(capacity);
    this.offset.set(offset);
    this.slope.set(slope);
    this.#spareOffset = new Float64Array(capacity);
    this.#spareSlope = new Float64Array(capacity);
  }
}

/** Corners there is room for at first: a set has eight or so. */
const FIRST_CAPACITY = 64;

/**
 * Whether two corners are apart. Edges so short that rounding decides their direction would cut off clocks that are
 * possible; leaving one out costs a nanosecond.
 */
function areApart(offset: Float64Array, slope: Float64Array, i: number, j: number): boolean {
  return Math.abs(offset[i]! - offset[j]!) > 1e-9 || Math.abs(slope[i]! - slope[j]!) > 1e-12;
}
