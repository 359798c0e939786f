/** What the scanner makes of bytes against what the platform's own parser makes of them. */

import { InputError } from '../../src/core/errors.ts';
import { JsonScanner } from '../../src/json/json-scanner.ts';
import { AsciiText, type JsonValue, NestedJson } from '../../src/json/json-value.ts';
import { NumberColumn } from '../../src/json/number-column.ts';
import { TextScanner } from '../../src/json/text-scanner.ts';

type Reading<T = unknown> = { readonly value: T } | { readonly refused: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const scanner = new JsonScanner(
  null,
  new Map([
    ['data', '{['],
    ['signal', '['],
  ]),
);
const texts = new TextScanner();

/**
 * @param cuts where the bytes are cut into chunks, in any order
 * @returns what the two do not agree on; `null`: nothing
 */
export function differenceOf(bytes: Uint8Array, cuts: readonly number[]): string | null {
  const expected = platformReads(bytes);
  const actual = scannerReads(bytes, cuts);
  if ('refused' in expected)
    return 'refused' in actual ? oddMessage(actual.refused, bytes) : 'accepted, but JSON.parse refuses it';
  if ('refused' in actual) return `refused, but JSON.parse accepts it: ${actual.refused}`;
  return agrees(actual.value as JsonValue, expected.value) ? null : 'another value than JSON.parse gives';
}

function platformReads(bytes: Uint8Array): Reading {
  return attempt(
    () => JSON.parse(utf8.decode(bytes)) as unknown,
    () => true,
  );
}

function scannerReads(bytes: Uint8Array, cuts: readonly number[]): Reading {
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return attempt(() => {
    let used = 0;
    scanner.reset(0);
    for (const end of ends) {
      if (used < end && !scanner.done) used += scanner.push(bytes.subarray(used, end));
    }
    if (!scanner.done) scanner.finish();
    const rest = Buffer.from(bytes.subarray(used)).toString('latin1');
    if (!/^[ \t\r\n]*$/.test(rest)) throw new InputError(`not JSON at byte ${used}: got more behind the value`);
    return scanner.value;
  }, isInputError);
}

function attempt<T>(read: () => T, isRefusal: (error: unknown) => boolean): Reading<T> {
  try {
    return { value: read() };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { refused: String(error) };
  }
}

function isInputError(error: unknown): boolean {
  return error instanceof InputError;
}

/** A refusal names a byte of what it refuses, in one line. */
function oddMessage(message: string, bytes: Uint8Array): string | null {
  const offset = Number(/ at byte (\d+)/.exec(message)?.[1] ?? Number.NaN);
  const isGood = offset >= 0 && offset <= bytes.length && !message.includes('\n');
  return isGood ? null : `refused with an odd message: ${message}`;
}

/** Columns are arrays, maps are objects, texts read on the way are texts; -0 is 0. */
function agrees(actual: JsonValue, expected: unknown): boolean {
  if (actual instanceof NestedJson) return typeof expected === 'string' && agreesInText(actual, expected);
  if (actual instanceof AsciiText) return String(actual) === expected && agreesAsList(actual, expected);
  if (actual instanceof NumberColumn) return Array.isArray(expected) && areEqual(actual.values, expected);
  if (Array.isArray(expected)) {
    const isAlike = Array.isArray(actual) && actual.length === expected.length;
    return isAlike && expected.every((element, i) => agrees(actual[i] as JsonValue, element));
  }
  if (expected === null || typeof expected !== 'object') return actual === expected;
  if (!(actual instanceof Map)) return false;
  const members = Object.entries(expected);
  return (
    actual.size === members.length &&
    members.every(([key, member]) => actual.has(key) && agrees(actual.get(key) as JsonValue, member))
  );
}

function areEqual(actual: NumberColumn['values'], expected: readonly unknown[]): boolean {
  return actual.length === expected.length && expected.every((value, i) => value === actual[i]);
}

/** Read as JSON and as what stands in an array. */
function agreesAsList(actual: AsciiText, text: string): boolean {
  const list = attempt(
    () => JSON.parse(`[${text}]`) as readonly unknown[],
    () => true,
  );
  const isList = 'value' in list && text.includes(',') && list.value.every((element) => typeof element === 'number');
  const numbers = texts.numbers(actual);
  const agreed = isList ? numbers !== null && areEqual(numbers.values, list.value) : numbers === null;
  return agreed && agreesInText(actual, text);
}

/** The text as it would be written to UTF-8, where half a surrogate pair has no place. */
function agreesInText(actual: NestedJson | AsciiText, text: string): boolean {
  const expected = attempt(
    () => JSON.parse(Buffer.from(text).toString()) as unknown,
    () => true,
  );
  const value = attempt(() => texts.scan(actual, 'text'), isInputError);
  if ('refused' in expected || 'refused' in value) return 'refused' in expected && 'refused' in value;
  return agrees(value.value, expected.value);
}
