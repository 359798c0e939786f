/** The samples of a recording, in every shape they are delivered in. */

import { InputError } from '../core/errors.ts';
import { isAbsent, isEmptyList } from '../core/reading.ts';
import { AsciiText, isJsonArray, isText, type JsonValue, NestedJson } from '../json/json-value.ts';
import { NumberColumn } from '../json/number-column.ts';
import type { TextScanner } from '../json/text-scanner.ts';
import type { FrameColumn } from '../signals/signal.ts';
import { describe, type Fields } from './fields.ts';

export const INT32_MIN = -2_147_483_648;
export const INT32_MAX = 2_147_483_647;

/** Stays empty. */
const NO_NUMBERS = new NumberColumn();

/** Characters of a list of numbers. Base64 has no comma. */
const LIST_CHARACTERS = /^[\s\d,.eE+-]*$/;

/**
 * Values of an array of numbers, a text that holds one (`"[1,2]"`), or a comma-separated text (`"1,2"`). None where nothing
 * stands: the signal is not there yet.
 *
 * @returns a column, valid during the document; `null`: a text that is none of these
 * @throws InputError when a value is not a number
 */
export function signalValues(fields: Fields, key: string, texts: TextScanner): NumberColumn | null {
  const value = fields.get(key);
  const where = (): string => fields.path(key);
  if (isAbsent(value)) return NO_NUMBERS;
  if (value instanceof NestedJson) return numbersOf(texts.scan(value.trimEnd(), where()), where);
  if (!isText(value)) return numbersOf(value, where);
  const numbers = value instanceof AsciiText ? texts.numbers(value) : null;
  if (numbers !== null) return numbersOf(numbers, where);
  const text = String(value).trim();
  if (text === '') return NO_NUMBERS;
  if (text.startsWith('[')) return numbersOf(texts.scan(text, where()), where);
  const isList = (text.includes(',') && LIST_CHARACTERS.test(text)) || /^-?\d{1,11}$/.test(text);
  if (!isList) return null;
  return numbersOf(texts.scan(`[${text}]`, where()), where);
}

/** @throws InputError when `value` is not an array of numbers, or one of them is not finite */
export function numbersOf(value: JsonValue | undefined, where: () => string): NumberColumn {
  if (value instanceof NumberColumn) {
    if (!value.isWhole) refuseInfinity(value.values as Float64Array, where);
    return value;
  }
  if (!isAbsent(value) && isEmptyList(value)) return NO_NUMBERS;
  if (!isJsonArray(value)) throw new InputError(`${where()}: got ${describe(value)}, expected an array of numbers`);
  const odd = value.findIndex((element) => typeof element !== 'number');
  if (odd < 0) return NO_NUMBERS;
  throw new InputError(`${where()}[${odd}]: got ${describe(value[odd])}, expected a number`);
}

/**
 * @throws InputError when a value is not whole or not in [low, high]
 */
export function checkWhole(column: NumberColumn, low: number, high: number, where: () => string): void {
  if (column.isWithin(low, high)) return;
  const { values } = column;
  const odd = values instanceof Int32Array ? findOutside(values, low, high) : findNotWhole(values, low, high);
  if (odd < 0) return;
  throw new InputError(`${where()}[${odd}]: got ${values[odd]}, expected a whole number from ${low} to ${high}`);
}

/** Index of the first value that is not in [low, high]; -1: none. */
export function findOutside(values: FrameColumn, low: number, high: number): number {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low || value > high) return i;
  }
  return -1;
}

function findNotWhole(values: Float64Array, low: number, high: number): number {
  return values.findIndex((value) => !(value >= low && value <= high && Number.isInteger(value)));
}

/** A number such as 1e999 has no finite float64. */
function refuseInfinity(values: Float64Array, where: () => string): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new InputError(`${where()}[${at}]: got a number too large for float64, expected a finite one`);
}
