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
  | NestedJson
  | AsciiText;

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

/** A long text without escapes, as it came: most hold samples, and those never need to be a string. */
export class AsciiText {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  toString(): string {
    return this.bytes.toString('latin1');
  }
}

export function isText(value: JsonValue | undefined): value is string | NestedJson | AsciiText {
  return typeof value === 'string' || value instanceof NestedJson || value instanceof AsciiText;
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}
