/** Facts in small answers, for schemas: what they may be written as is said in core/reading.ts. */

import { z } from 'zod';
import { quoted } from '../../core/errors.ts';
import { flagIn, identifierIn, isAbsent, isNoObject, nameIn, timeIn, wholeIn } from '../../core/reading.ts';

/** Of a member that may be absent. */
const ANYTHING = z.unknown().nullish();

/**
 * A fact that may not be told: `null`. One that is odd is refused where it stands, by what it is.
 *
 * @param read `undefined`: odd
 */
function factIn<T>(read: (value: unknown) => T | undefined, expected: string): z.ZodType<T | null> {
  return ANYTHING.transform((value, context) => {
    const fact = isAbsent(value) ? null : read(value);
    if (fact !== undefined) return fact;
    context.addIssue({ code: 'custom', message: `got ${describe(value)}, expected ${expected}` });
    return z.NEVER;
  });
}

/** An id that stays as it is said. */
export const ID = factIn((value) => (value === '' ? null : identifierIn(value)), 'an id: a text or a whole number');

/** An id that is a number. */
export const NUMBER_ID = factIn((value) => (value === '' ? null : wholeIn(value, 0)), 'an id: a whole number from 0');

export const NAME = factIn((value) => (value === '' ? null : nameIn(value)), 'a text of at most 256 characters');

export const WHOLE = factIn((value) => wholeIn(value, 0), 'a whole number from 0');

/** Unix seconds; parts of one are dropped. */
export const TIME = factIn((value) => {
  const time = timeIn(value);
  return time === undefined ? undefined : Math.floor(time);
}, 'seconds since 1970 (not milliseconds)');

export const FLAG = factIn(flagIn, 'true or false, 1 or 0');

/** An object with these members, or none. */
export function objectWith<S extends z.ZodRawShape>(shape: S): z.ZodType<z.output<z.ZodObject<S>> | null> {
  return ANYTHING.transform((value) => (isNoObject(value) ? null : value)).pipe(objectOf(shape).nullable());
}

export function objectOf<S extends z.ZodRawShape>(shape: S): z.ZodObject<S> {
  return z.object(shape, { error: ({ input }) => `got ${describe(input)}, expected an object` });
}

/** Texts that are longer are not shown: a server may have put a token there. */
const SHOWN_CHARACTERS = 16;

/** A value in a few words. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') {
    return value.length <= SHOWN_CHARACTERS ? quoted(value) : `a text of ${value.length} characters`;
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : `${value as number | boolean | null}`;
}
