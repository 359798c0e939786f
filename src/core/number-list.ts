/** Numbers collected one by one into typed arrays that grow: eight or four bytes each, where an array of objects takes forty. */

import { newFloat64s, newUint32s } from './arena.ts';

const FIRST_CAPACITY = 64;

/** Whole numbers from 0 to 2^32 - 1. */
export class Uint32List {
  length = 0;
  #values: Uint32Array;

  /** @param capacity numbers there will probably be: what has to grow leaves pieces of memory behind */
  constructor(capacity = FIRST_CAPACITY) {
    this.#values = newUint32s(capacity);
  }

  push(value: number): void {
    if (this.length === this.#values.length) this.#grow();
    this.#values[this.length++] = value;
  }

  #grow(): void {
    const grown = newUint32s(2 * this.length + 1);
    grown.set(this.#values);
    this.#values = grown;
  }

  /** A view of what was collected; later numbers may go elsewhere. */
  view(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}

export class Float64List {
  length = 0;
  #values: Float64Array;

  /** @param capacity numbers there will probably be: what has to grow leaves pieces of memory behind */
  constructor(capacity = FIRST_CAPACITY) {
    this.#values = newFloat64s(capacity);
  }

  push(value: number): void {
    if (this.length === this.#values.length) this.#grow(2 * this.length + 1);
    this.#values[this.length++] = value;
  }

  append(values: Float64Array): void {
    const length = this.length + values.length;
    if (length > this.#values.length) this.#grow(Math.max(2 * this.length, length));
    this.#values.set(values, this.length);
    this.length = length;
  }

  #grow(capacity: number): void {
    const grown = newFloat64s(capacity);
    grown.set(this.#values);
    this.#values = grown;
  }

  /** A view of what was collected; later numbers may go elsewhere. */
  view(): Float64Array {
    return this.#values.subarray(0, this.length);
  }
}
