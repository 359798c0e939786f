/**
 * What an answer may write in the place of a plain fact: one tolerance for all who read answers, those who fetch them and
 * those who decode them. What is said in none of these ways is odd, and no guess is made.
 *
 * | fact | may be written as | is not told when |
 * |---|---|---|
 * | number | a number, a text of one (`"48"`, `"-1.5e3"`) | absent, `null` |
 * | id, name | a text, an id also as a whole number of at least 0 | absent, `null`, an empty text |
 * | object | an object | absent, `null`, an empty array, which is how PHP writes an empty object |
 * | list | an array, an empty object | absent, `null` |
 *
 * Values are those of any reader of JSON: an object is a plain one or a map.
 */

/** Identifiers and names are short; what is longer is not one. */
export const MAX_NAME_LENGTH = 256;

/** Largest second a column of the data set holds: 2106-02-07. */
export const LAST_SECOND = 4_294_967_295;

/** JSON's own writing, but for zeros in front. No float64 needs so many characters. */
const NUMBER = /^-?\d{1,400}(?:\.\d{1,1100})?(?:[eE][+-]?\d{1,5})?$/;

/** The number that `value` says; `undefined`: it is none, or not a finite one. */
export function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The whole number in [low, high] that `value` says. Beyond 2^53 none can be told exactly. */
export function wholeIn(value: unknown, low: number, high = Number.MAX_SAFE_INTEGER): number | undefined {
  const number = numberIn(value);
  return number !== undefined && Number.isSafeInteger(number) && number >= low && number <= high ? number : undefined;
}

/** Unix seconds, whole or not, that `value` says; milliseconds are too many. */
export function timeIn(value: unknown): number | undefined {
  const number = numberIn(value);
  return number !== undefined && number >= 0 && number <= LAST_SECOND ? number : undefined;
}

/** A text of 1 to {@link MAX_NAME_LENGTH} characters. */
export function nameIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH ? value : undefined;
}

/** An id as it is said: a text, or the digits of a whole number. */
export function identifierIn(value: unknown): string | undefined {
  return typeof value === 'number' ? wholeIn(value, 0)?.toString() : nameIn(value);
}

/** `undefined`: not a yes or no. */
export function flagIn(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  const number = wholeIn(value, 0, 1);
  return number === undefined ? undefined : number === 1;
}

/** Nothing stands there. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** Where an object is expected, there is none. */
export function isNoObject(value: unknown): boolean {
  return isAbsent(value) || (Array.isArray(value) && value.length === 0);
}

/** Where a list is expected, there is nothing in it, or none. */
export function isEmptyList(value: unknown): boolean {
  return isNoObject(value) || (value instanceof Map ? value.size === 0 : isPlainEmpty(value));
}

/**
 * A body that says nothing, but perhaps of pages to come. No data and no right to it look the same: it is neither a failure nor
 * an answer with data in it.
 */
export function isSilent(members: Iterable<string>): boolean {
  for (const name of members) if (name !== 'more' && name !== 'offset') return false;
  return true;
}

function isPlainEmpty(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.keys(value as object).length === 0
  );
}
