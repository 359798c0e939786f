/**
 * The members of a JSON object, each read as what it has to be: `null` when it is not told; when odd an InputError or, among
 * facts that can be done without, `null` and a notice. How a fact may be written is said in core/reading.ts.
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
  readonly #notice: ((text: string) => void) | null;

  /**
   * @param where path of the object, for messages; empty at the root
   * @param notice is told of members that are odd, which are then `null`. Default: they are an InputError.
   */
  constructor(members: JsonObject, where: string, notice: ((text: string) => void) | null = null) {
    this.#members = members;
    this.#where = where;
    this.#notice = notice;
  }

  /** @throws InputError when `value` is no object */
  static of(value: JsonValue | undefined, where: string): Fields {
    if (isJsonObject(value)) return new Fields(value, where);
    throw new InputError(`${where}: got ${describe(value)}, expected an object`);
  }

  /** The same members as facts that can be done without: an odd one is not known, which is said. */
  forgiving(notice: (text: string) => void): Fields {
    return new Fields(this.#members, this.#where, notice);
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
    if (isNoObject(value)) return null;
    if (isJsonObject(value)) return new Fields(value, this.path(key), this.#notice);
    return this.#odd(key, 'an object');
  }

  /** A whole number in [low, high]. */
  integer(key: string, low: number, high: number): number | null {
    const value = this.get(key);
    if (isAbsent(value)) return null;
    return wholeIn(value, low, high) ?? this.#odd(key, `a whole number from ${low} to ${high}`);
  }

  /** A finite number of at least 0. */
  quantity(key: string): number | null {
    const value = this.get(key);
    if (isAbsent(value)) return null;
    const number = numberIn(value) ?? -1;
    return number >= 0 ? number : this.#odd(key, 'a number of at least 0');
  }

  /** The same, in newer answers as the `value` of an object: one that lacks it says no number. */
  measure(key: string): number | null {
    const value = this.get(key);
    if (!isJsonObject(value)) return this.quantity(key);
    if (value.has('value')) return new Fields(value, this.path(key), this.#notice).quantity('value');
    return this.#odd(key, 'a number of at least 0, or an object with it as value');
  }

  /** Unix seconds. */
  time(key: string): number | null {
    const value = this.get(key);
    if (isAbsent(value)) return null;
    return timeIn(value) ?? this.#odd(key, `seconds since 1970 (0 to ${LAST_SECOND}; not milliseconds)`);
  }

  /** A rate that is there and is none is never replaced by a nominal one. */
  rate(key: string): number | null {
    const value = this.get(key);
    if (isAbsent(value)) return null;
    const number = numberIn(value) ?? 0;
    return number > 0 ? number : this.#odd(key, 'a sampling frequency above 0 Hz');
  }

  text(key: string): string | null {
    const value = this.get(key);
    if (isAbsent(value) || value === '') return null;
    return nameIn(value) ?? this.#odd(key, `a text of at most ${MAX_NAME_LENGTH} characters`);
  }

  /** An identifier: text, or a whole number of at least 0. */
  identifier(key: string): string | null {
    const value = this.get(key);
    if (isAbsent(value) || value === '') return null;
    return identifierIn(value) ?? this.#odd(key, 'an identifier: a text or a whole number of at least 0');
  }

  /** A whole number in [0, high], or a text of its digits. */
  numericId(key: string, high = Number.MAX_SAFE_INTEGER): number | null {
    const value = this.get(key);
    if (isAbsent(value) || value === '') return null;
    return wholeIn(value, 0, high) ?? this.#odd(key, `an id: a whole number from 0 to ${high}`);
  }

  refuse(key: string, expected: string): never {
    throw new InputError(this.#oddity(key, expected));
  }

  #odd(key: string, expected: string): null {
    if (this.#notice === null) return this.refuse(key, expected);
    this.#notice(`${this.#oddity(key, expected)}: taken as not known`);
    return null;
  }

  #oddity(key: string, expected: string): string {
    return `${this.path(key)}: got ${describe(this.get(key))}, expected ${expected}`;
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
