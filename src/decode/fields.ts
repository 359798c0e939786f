/**
 * The members of a JSON object, each read as what it has to be: `null` when it is not told, an InputError when odd. How a fact
 * may be written is said in core/reading.ts.
 */

import { InputError, quoted } from '../core/errors.ts';
import {
  identifierIn,
  isAbsent,
  isNoObject,
  LAST_SECOND,
  MAX_NAME_LENGTH,
  nameIn,
  numberIn,
  timeIn,
  wholeIn,
} from '../core/reading.ts';
import {
  AsciiText,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  NestedJson,
} from '../json/json-value.ts';
import { NumberColumn } from '../json/number-column.ts';

export const INT16_MAX = 32_767;

export const UINT32_MAX = 4_294_967_295;

export class Fields {
  readonly #members: JsonObject;
  readonly #where: string;

  /** @param where path of the object, for messages; empty at the root */
  constructor(members: JsonObject, where: string) {
    this.#members = members;
    this.#where = where;
  }

  /** @throws InputError when `value` is no object */
  static of(value: JsonValue | undefined, where: string): Fields {
    if (isJsonObject(value)) return new Fields(value, where);
    throw new InputError(`${where}: got ${describe(value)}, expected an object`);
  }

  has(key: string): boolean {
    return this.#members.has(key);
  }

  get(key: string): JsonValue | undefined {
    return this.#members.get(key);
  }

  entries(): Iterable<readonly [string, JsonValue]> {
    return this.#members;
  }

  names(): Iterable<string> {
    return this.#members.keys();
  }

  get size(): number {
    return this.#members.size;
  }

  /** Path of a member, for messages. */
  path(key: string): string {
    const name = /^\w{1,64}$/.test(key) ? key : quoted(key, 40);
    return this.#where === '' ? name : `${this.#where}.${name}`;
  }

  /** The object under `key`; `null`: there is none. */
  child(key: string): Fields | null {
    const value = this.get(key);
    return isNoObject(value) ? null : Fields.of(value, this.path(key));
  }

  /** A whole number in [low, high]. */
  integer(key: string, low: number, high: number): number | null {
    const value = this.get(key);
    if (isAbsent(value)) return null;
    return wholeIn(value, low, high) ?? this.refuse(key, `a whole number from ${low} to ${high}`);
  }

  /** A finite number of at least 0. */
  quantity(key: string): number | null {
    const value = this.get(key);
    if (isAbsent(value)) return null;
    const number = numberIn(value) ?? -1;
    return number >= 0 ? number : this.refuse(key, 'a number of at least 0');
  }

  /** Unix seconds. */
  time(key: string): number | null {
    const value = this.get(key);
    if (isAbsent(value)) return null;
    return timeIn(value) ?? this.refuse(key, `seconds since 1970 (0 to ${LAST_SECOND}; not milliseconds)`);
  }

  /** A rate that is there and is none is never replaced by a nominal one. */
  rate(key: string): number | null {
    const value = this.get(key);
    if (isAbsent(value)) return null;
    const number = numberIn(value) ?? 0;
    return number > 0 ? number : this.refuse(key, 'a sampling frequency above 0 Hz');
  }

  text(key: string): string | null {
    const value = this.get(key);
    if (isAbsent(value) || value === '') return null;
    return nameIn(value) ?? this.refuse(key, `a text of at most ${MAX_NAME_LENGTH} characters`);
  }

  /** An identifier: text, or a whole number of at least 0. */
  identifier(key: string): string | null {
    const value = this.get(key);
    if (isAbsent(value) || value === '') return null;
    return identifierIn(value) ?? this.refuse(key, 'an identifier: a text or a whole number of at least 0');
  }

  /** A whole number in [0, high], or a text of its digits. */
  numericId(key: string, high = Number.MAX_SAFE_INTEGER): number | null {
    const value = this.get(key);
    if (isAbsent(value) || value === '') return null;
    return wholeIn(value, 0, high) ?? this.refuse(key, `an id: a whole number from 0 to ${high}`);
  }

  refuse(key: string, expected: string): never {
    throw new InputError(`${this.path(key)}: got ${describe(this.get(key))}, expected ${expected}`);
  }
}

/** A value of any kind in a few words. */
export function describe(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string' || value instanceof AsciiText) return quoted(String(value), 40);
  if (value instanceof NestedJson) return 'a text of JSON';
  if (value instanceof NumberColumn) return `${value.length} numbers`;
  if (isJsonArray(value)) return value.length === 0 ? 'an empty array' : 'an array that is not all numbers';
  return isJsonObject(value) ? 'an object' : String(value);
}
