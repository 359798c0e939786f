/** What the scanner builds of a document. */

import type { NumberColumn } from './number-column.ts';

/** An array of numbers is a column; an empty array, or one that holds anything else, is an array of values. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | NumberColumn | JsonObject;

/** A map, so that no key (`__proto__`) means anything special. Of equal keys the last wins. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** Keys from the root to an array; `''` stands for a level that is an array itself. */
export type JsonPath = readonly string[];

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}
