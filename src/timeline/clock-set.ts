/**
 * A convex set of clocks: each point is one straight clock, its offset (s, at the mark where the set stands) and its
 * slope (s per s of the reference clock).
 *
 * The points are the corners of a convex polygon, counter-clockwise with the offset to the right and the slope upwards.
 */
export class ClockSet {
  /** Numbers in {@link corners} that count; 0: no clock is left. */
  length = 0;
  /** Offset and slope of each corner in turn. */
  corners = new Float64Array(FIRST_CAPACITY);
  /** Least and greatest offset after the last {@link moveBy}. */
  minOffset = Number.NaN;
  maxOffset = Number.NaN;
  #spare = new Float64Array(FIRST_CAPACITY);

  /** Every clock of a rectangle. */
  reset(minOffset: number, maxOffset: number, minSlope: number, maxSlope: number): void {
    this.corners.set([minOffset, minSlope, maxOffset, minSlope, maxOffset, maxSlope, minOffset, maxSlope]);
    this.length = 8;
  }

  /** Stands the set `distance` seconds further on, and measures it there: one loop, as this is most of the work. */
  moveBy(distance: number): void {
    const { length, corners } = this;
    let min = Infinity;
    let max = -Infinity;
    for (let i = 0; i < length; i += 2) {
      const value = corners[i]! + corners[i + 1]! * distance;
      corners[i] = value;
      min = value < min ? value : min;
      max = value > max ? value : max;
    }
    this.minOffset = min;
    this.maxOffset = max;
  }

  /** Takes the corners [from, to) of those given, which make a set, in place of its own. */
  take(corners: Float64Array, from: number, to: number): void {
    this.#makeRoom(to - from);
    this.length = to - from;
    this.corners.set(corners.subarray(from, to));
  }

  /** Keeps the clocks with an offset in [min, max], directly after {@link moveBy}; false when none is left. */
  clipOffset(min: number, max: number): boolean {
    if (this.minOffset < min) {
      this.#clip(-1, 0, -min);
    }
    if (this.maxOffset > max) {
      this.#clip(1, 0, max);
    }
    return this.length > 0;
  }

  /** Keeps the clocks with a slope in [min, max]. */
  clipSlope(min: number, max: number): void {
    this.#clip(0, -1, -min);
    this.#clip(0, 1, max);
  }

  /** Lets every clock change its slope by up to `change` either way: the lower side goes down, the upper side up. */
  widenSlope(change: number): void {
    const { length, corners } = this;
    const to = this.#spare;
    let left = 0;
    let right = 0;
    for (let i = 2; i < length; i += 2) {
      left = corners[i]! < corners[left]! ? i : left;
      right = corners[i]! > corners[right]! ? i : right;
    }
    let n = 0;
    for (let i = left, shift = -change; ; i = i + 2 === length ? 0 : i + 2) {
      to[n++] = corners[i]!;
      to[n++] = corners[i + 1]! + shift;
      if (i === right && shift < 0) {
        shift = change;
        to[n++] = corners[i]!;
        to[n++] = corners[i + 1]! + shift;
      } else if (i === left && n > 2) {
        break;
      }
    }
    this.#swap(n);
  }

  /** Keeps the clocks that are in the set of corners [from, to) too; false when none is left. */
  intersect(corners: Float64Array, from: number, to: number): boolean {
    for (let i = from; i < to && this.length > 0; i += 2) {
      const j = i + 2 === to ? from : i + 2;
      const a = corners[j + 1]! - corners[i + 1]!;
      const b = corners[i]! - corners[j]!;
      this.#clip(a, b, a * corners[i]! + b * corners[i + 1]!);
    }
    return this.length > 0;
  }

  /** Keeps the points with a * offset + b * slope <= c (Sutherland and Hodgman 1974). */
  #clip(a: number, b: number, c: number): void {
    const { length, corners } = this;
    const to = this.#spare;
    let n = 0;
    let j = length - 2;
    let previous = a * corners[j]! + b * corners[j + 1]! - c;
    for (let i = 0; i < length; j = i, i += 2) {
      const here = a * corners[i]! + b * corners[i + 1]! - c;
      if (here > 0 !== previous > 0) {
        const share = previous / (previous - here);
        to[n] = corners[j]! + share * (corners[i]! - corners[j]!);
        to[n + 1] = corners[j + 1]! + share * (corners[i + 1]! - corners[j + 1]!);
        n += n === 0 || areApart(to, n, n - 2) ? 2 : 0;
      }
      if (here <= 0) {
        to[n] = corners[i]!;
        to[n + 1] = corners[i + 1]!;
        n += n === 0 || areApart(to, n, n - 2) ? 2 : 0;
      }
      previous = here;
    }
    for (let end = -1; end !== n; ) {
      end = n;
      n -= n <= 2 || areApart(to, 0, n - 2) ? 0 : 2;
    }
    this.#swap(n);
  }

  #swap(length: number): void {
    const { corners } = this;
    this.corners = this.#spare;
    this.#spare = corners;
    this.length = length;
    this.#makeRoom(length);
  }

  /** No step more than doubles the corners. */
  #makeRoom(length: number): void {
    const { corners } = this;
    if (2 * length + 4 <= corners.length) {
      return;
    }
    const capacity = 4 * length + 4;
    this.corners = new Float64Array(capacity);
    this.corners.set(corners);
    this.#spare = new Float64Array(capacity);
  }
}

/** Room for 256 corners at first: a set has eight or so, and growing one undoes what is compiled of all this. */
const FIRST_CAPACITY = 512;

/**
 * Whether the corners at i and j are apart. Edges so short that rounding decides their direction would cut off clocks
 * that are possible; leaving one out costs a nanosecond.
 */
function areApart(corners: Float64Array, i: number, j: number): boolean {
  return Math.abs(corners[i]! - corners[j]!) > 1e-9 || Math.abs(corners[i + 1]! - corners[j + 1]!) > 1e-12;
}
