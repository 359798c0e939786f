/** Lists in answers: each entry is read for itself, so that one that is odd costs what is odd of it, and is told. */

import { z } from 'zod';
import { isAbsent, isEmptyList, isSilent } from '../../core/reading.ts';
import { describe } from './facts.ts';

export type Listed<T> = {
  /** Entries as far as they could be read: a fact that was odd is not told in them. */
  readonly items: readonly T[];
  /** How many entries there were. */
  readonly count: number;
  /** What was odd, one line each. */
  readonly odd: readonly string[];
};

/**
 * Body with one list. No data and no right to it look the same: a body with nothing in it, but for what pages say of
 * the next. Anything else without the list is refused, so that a change of the API is not taken for silence.
 */
export function listBody<T>(name: string, entry: z.ZodType<T>): z.ZodType<readonly T[]> {
  return bodyWith(name, z.array(entry));
}

/** The same, each entry for itself. */
export function tolerantListBody<T>(name: string, entry: z.ZodType<T>): z.ZodType<Listed<T>> {
  return bodyWith(
    name,
    z.array(z.unknown()).transform((list) => readEntries(name, list, entry)),
  );
}

function bodyWith<T>(name: string, list: z.ZodType<T>): z.ZodType<T> {
  return z
    .unknown()
    .transform((body, context) => {
      const members = body as Readonly<Record<string, unknown>>;
      const value = members[name];
      if (isSilent(Object.keys(members)) || (name in members && isEmptyList(value))) return { [name]: [] as unknown };
      if (Array.isArray(value)) return { [name]: value as unknown };
      context.addIssue({ code: 'custom', path: [name], message: `got ${describe(value)}, expected a list` });
      return z.NEVER;
    })
    .pipe(z.object({ [name]: list }))
    .transform((body) => body[name] as T);
}

function readEntries<T>(name: string, entries: readonly unknown[], schema: z.ZodType<T>): Listed<T> {
  const items: T[] = [];
  const odd: string[] = [];
  for (const [i, entry] of entries.entries()) {
    const read = schema.safeParse(entry);
    if (read.success) {
      items.push(read.data);
      continue;
    }
    const { issues } = read.error;
    odd.push(...issues.map(({ path, message }) => `${[`${name}[${i}]`, ...path].join('.')}: ${message}`));
    const rest = schema.safeParse(issues.reduce<unknown>((value, { path }) => without(value, path), entry));
    if (rest.success) items.push(rest.data);
  }
  return { items, count: entries.length, odd };
}

/** The same value, but for what stands at a path. */
function without(value: unknown, [first, ...others]: readonly PropertyKey[]): unknown {
  if (first === undefined || typeof value !== 'object' || isAbsent(value)) return undefined;
  const members = value as Readonly<Record<PropertyKey, unknown>>;
  return { ...members, [first]: without(members[first], others) };
}
