/**
 * Whether a JSON value has the shape it must have, and if not, where it first differs. For files that this program wrote
 * itself and reads at its start: a library for shapes takes longer to load than a small conversion.
 */

import { escapeControls } from '../core/errors.ts';

/** Tells what is wrong; `null`: nothing. */
export type Shape = (value: unknown) => Breach | null;

/** `path` from the value that was looked at on, such as `.files[3].rows`; empty: it itself. */
export type Breach = { readonly path: string; readonly got: string; readonly expected: string };

/** A list is all elements of one shape. */
export function listOf(element: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return breach(value, 'a list');
    for (const [index, one] of value.entries()) {
      const found = element(one);
      if (found !== null) return { ...found, path: `[${index}]${found.path}` };
    }
    return null;
  };
}

/** Further members may be there. @param optional members that may be missing */
export function objectOf(
  members: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const shapes = [...Object.entries(members), ...Object.entries(optional)];
  return (value) => {
    if (!isObject(value)) return breach(value, 'an object');
    for (const [name, shape] of shapes) {
      const member = Object.hasOwn(value, name) ? value[name] : undefined;
      if (member === undefined && name in optional) continue;
      const found = shape(member);
      if (found !== null) return { ...found, path: `.${name}${found.path}` };
    }
    return null;
  };
}

export function nullOr(shape: Shape): Shape {
  return (value) => (value === null ? null : shape(value));
}

export function oneOf(words: readonly string[]): Shape {
  return suchThat((value) => words.some((word) => word === value), `one of ${words.join(', ')}`);
}

export function suchThat(holds: (value: unknown) => boolean, expected: string): Shape {
  return (value) => (holds(value) ? null : breach(value, expected));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const text: Shape = suchThat((value) => typeof value === 'string', 'a text');

export const count: Shape = suchThat(
  (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  'a whole number of at least 0',
);

export const finite: Shape = suchThat((value) => typeof value === 'number' && Number.isFinite(value), 'a number');

export const sha256: Shape = suchThat(
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  'a SHA-256 of 64 hexadecimal digits',
);

function breach(value: unknown, expected: string): Breach {
  return { path: '', got: shown(value), expected };
}

const SHOWN = 60;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return 'an object';
  const json = JSON.stringify(value);
  return escapeControls(json.length > SHOWN ? `${json.slice(0, SHOWN)}…` : json);
}
