/** What the scanner builds of a document. */

import type { InputError } from '../core/errors.ts';
import type { NumberColumn } from './number-column.ts';

/** An array of numbers is a column; an empty array, or one that holds anything else, is an array of values. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | NumberColumn
  | JsonObject
  | NestedJson;

/** A map, so that no key (`__proto__`) means anything special. Of equal keys the last wins. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** Keys from the root to an array; `''` stands for a level that is an array itself. */
export type JsonPath = readonly string[];

/** JSON that was the text of a member, read on the way: it never was a string. */
export class NestedJson {
  readonly value: JsonValue;
  /** What stands behind the value in the text. */
  readonly rest: string;
  /** What is wrong with the text, if anything; then it has no value. */
  readonly fault: InputError | null;

  constructor(value: JsonValue, rest: string, fault: InputError | null) {
    this.value = value;
    this.rest = rest;
    this.fault = fault;
  }

  /** As the method of a string. */
  trimEnd(): NestedJson {
    return new NestedJson(this.value, this.rest.trimEnd(), this.fault);
  }
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}
