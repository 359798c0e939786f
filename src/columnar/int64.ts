/**
 * Whole numbers to and from 64-bit integers by their two 32-bit words: a BigInt for each value would cost an allocation.
 *
 * Low word first: Arrow files are little-endian, as is every machine Node.js 20 ships for but IBM's.
 */

import { ArgumentError } from '../core/errors.ts';

const WORD = 2 ** 32;

/** @throws ArgumentError when a value is not a whole number within ±(2^53 - 1). */
export function int64FromNumbers(name: string, numbers: ArrayLike<number>): BigInt64Array {
  return fillInt64(new BigInt64Array(numbers.length), name, numbers);
}

/** Fills `values`, as long as `numbers`. @throws ArgumentError as {@link int64FromNumbers} */
export function fillInt64(values: BigInt64Array, name: string, numbers: ArrayLike<number>): BigInt64Array {
  const n = numbers.length;
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * n);
  for (let i = 0; i < n; i++) {
    const value = numbers[i] as number;
    if (!Number.isSafeInteger(value)) {
      throw new ArgumentError(`${name}: got ${value} in row ${i}, expected a whole number that 53 bits hold`);
    }
    const high = Math.floor(value / WORD);
    words[2 * i] = value - high * WORD;
    words[2 * i + 1] = high;
  }
  return values;
}

/** Fills `values`, as long as `numbers`. */
export function fillInt64FromUint32(values: BigInt64Array, numbers: Uint32Array): BigInt64Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    words[2 * i] = numbers[i] as number;
    words[2 * i + 1] = 0;
  }
  return values;
}

/** Exact for values within ±2^53. */
export function numbersFromInt64<T extends Float64Array | Uint32Array>(numbers: T, values: BigInt64Array): T {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  for (let i = 0; i < values.length; i++) {
    numbers[i] = (words[2 * i + 1] as number) * WORD + ((words[2 * i] as number) >>> 0);
  }
  return numbers;
}
