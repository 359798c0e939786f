/** The members of a JSON object, each read as what it has to be: `null` when absent or null, an InputError when odd. */

import { InputError, quoted } from '../core/errors.ts';
import {
  AsciiText,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  NestedJson,
} from '../json/json-value.ts';
import { NumberColumn } from '../json/number-column.ts';

/** Identifiers and names are short; what is longer is not one. */
const MAX_NAME_LENGTH = 256;

export const INT16_MAX = 32_767;

/** Largest second a column of the data set holds: 2106-02-07. */
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

  get size(): number {
    return this.#members.size;
  }

  /** Path of a member, for messages. */
  path(key: string): string {
    const name = /^\w{1,64}$/.test(key) ? key : quoted(key, 40);
    return this.#where === '' ? name : `${this.#where}.${name}`;
  }

  /** The object under `key`; `null`: there is none. PHP writes an empty object as `[]`. */
  child(key: string): Fields | null {
    const value = this.get(key) ?? null;
    if (value === null || (isJsonArray(value) && value.length === 0)) return null;
    return Fields.of(value, this.path(key));
  }

  /** A whole number in [low, high]. */
  integer(key: string, low: number, high: number): number | null {
    const value = this.get(key) ?? null;
    if (value === null) return null;
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
    return this.refuse(key, `a whole number from ${low} to ${high}`);
  }

  /** A finite number of at least 0. */
  quantity(key: string): number | null {
    const value = this.get(key) ?? null;
    if (value === null) return null;
    if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return value;
    return this.refuse(key, 'a number of at least 0');
  }

  /** Unix seconds. */
  time(key: string): number | null {
    const value = this.get(key) ?? null;
    if (value === null) return null;
    if (typeof value === 'number' && value >= 0 && value <= UINT32_MAX) return value;
    return this.refuse(key, `seconds since 1970 (0 to ${UINT32_MAX}; not milliseconds)`);
  }

  /** A rate that is there and is none is never replaced by a nominal one. */
  rate(key: string): number | null {
    const value = this.get(key) ?? null;
    if (value === null) return null;
    if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
    return this.refuse(key, 'a sampling frequency above 0 Hz');
  }

  text(key: string): string | null {
    const value = this.get(key) ?? null;
    if (value === null || value === '') return null;
    if (typeof value === 'string' && value.length <= MAX_NAME_LENGTH) return value;
    return this.refuse(key, `a text of at most ${MAX_NAME_LENGTH} characters`);
  }

  /** An identifier: text, or a whole number of at least 0. */
  identifier(key: string): string | null {
    const value = this.get(key);
    if (typeof value !== 'number') return this.text(key);
    if (Number.isSafeInteger(value) && value >= 0) return String(value);
    return this.refuse(key, 'an identifier: a text or a whole number of at least 0');
  }

  /** A whole number in [0, high], or a text of its digits. */
  numericId(key: string, high = Number.MAX_SAFE_INTEGER): number | null {
    const value = this.get(key) ?? null;
    if (value === null || value === '') return null;
    const id = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= high) return id;
    return this.refuse(key, `an id: a whole number from 0 to ${high}`);
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
