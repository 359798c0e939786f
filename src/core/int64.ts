/**
 * Whole numbers to and from 64-bit integers by their two 32-bit words: a BigInt for each value would cost an allocation.
 *
 * Low word first: Arrow files are little-endian, as is every machine Node.js 20 ships for but IBM's.
 */

import { ArgumentError } from './errors.ts';

/** What the high word counts. */
export const WORD = 2 ** 32;

/** The memory of `values`, low word and high word in turn. What is put there is taken modulo {@link WORD}. */
export function wordsOf({ buffer, byteOffset, length }: BigInt64Array): Int32Array {
  return new Int32Array(buffer, byteOffset, 2 * length);
}

/** @throws ArgumentError when a value is not a whole number within ±(2^53 - 1). */
export function int64FromNumbers(name: string, numbers: ArrayLike<number>): BigInt64Array {
  const values = new BigInt64Array(numbers.length);
  const words = wordsOf(values);
  for (let i = 0; i < numbers.length; i++) {
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

/** Exact for values within ±2^53. */
export function numbersFromInt64<T extends Float64Array | Uint32Array>(numbers: T, values: BigInt64Array): T {
  const words = wordsOf(values);
  for (let i = 0; i < values.length; i++) {
    numbers[i] = (words[2 * i + 1] as number) * WORD + ((words[2 * i] as number) >>> 0);
  }
  return numbers;
}
