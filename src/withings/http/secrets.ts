/**
 * Secrets of a request in what came back: found in any of the forms that JSON and URLs give a text, and replaced.
 *
 * | a character | may stand as |
 * |---|---|
 * | any | itself, `\u0041` in JSON, `%41` in a URL; each of them escaped again |
 * | `"`, `\`, `/` | itself behind backslashes |
 * | space | `+` |
 */

/** What stands in place of a secret: good in a text of JSON and in a URL. */
export const REPLACEMENT = '***';

/** Shorter ones, and short numbers, may be a part of what was measured. */
const MIN_CHARACTERS = 8;
const MIN_DIGITS = 16;

/** Levels of JSON in JSON double the backslashes: three of them. */
const BACKSLASHES = String.raw`\\{1,8}`;

/** Of one byte: `%252541`, each character of which may be eight backslashes and `u0025`. */
const LONGEST_CHARACTER = 7 * 13;

const PERCENT = 0x25;
const ESCAPE = Buffer.from('\\u');
const BACKSLASH = 0x5c;

/** Behind it, `25` for each time that a URL was put into a URL. */
const PERCENT_SIGN = `(?:%|${BACKSLASHES}u0025)(?:${digitForms('2')}${digitForms('5')}){0,2}`;

type Secret = { readonly raw: Buffer; readonly forms: RegExp; readonly longest: number; readonly hasMarks: boolean };

/** Looks for secrets in the pieces of a text, one after the other: in most pages there is nothing to look at twice. */
export class SecretFinder {
  readonly #secrets: readonly Secret[];
  readonly #longest: number;
  /** The end of what was seen: a secret may lie across the pieces. */
  #tail = Buffer.alloc(0);
  #found = false;

  constructor(secrets: readonly string[]) {
    this.#secrets = described(secrets);
    this.#longest = Math.max(0, ...this.#secrets.map(({ longest }) => longest));
  }

  get found(): boolean {
    return this.#found;
  }

  push(chunk: Uint8Array): void {
    if (this.#found || this.#longest === 0) return;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const border = Buffer.concat([this.#tail, bytes.subarray(0, this.#longest)]);
    this.#found = this.#isIn(bytes) || (this.#tail.length > 0 && this.#isIn(border));
    this.#tail = Buffer.from(
      bytes.length >= this.#longest ? bytes.subarray(-this.#longest) : border.subarray(-this.#longest),
    );
  }

  #isIn(bytes: Buffer): boolean {
    if (this.#secrets.some(({ raw }) => bytes.includes(raw))) return true;
    const hasEscapes = bytes.includes(PERCENT) || bytes.includes(ESCAPE);
    const suspects = this.#secrets.filter(({ hasMarks }) => hasEscapes || (hasMarks && bytes.includes(BACKSLASH)));
    if (suspects.length === 0) return false;
    const text = bytes.toString('latin1');
    return suspects.some(({ forms }) => text.search(forms) !== -1);
  }
}

/** The bytes with all forms of the secrets replaced, and how many there were. */
export function withoutSecrets(
  content: Uint8Array,
  secrets: readonly string[],
): { readonly content: Uint8Array; readonly replaced: number } {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
  const clean = described(secrets).reduce(without, { text, replaced: 0 });
  return { content: Buffer.from(clean.text, 'latin1'), replaced: clean.replaced };
}

type Cleaned = { readonly text: string; readonly replaced: number };

function without({ text, replaced }: Cleaned, { forms }: Secret): Cleaned {
  // A first character that belongs to an escape such as \n begins no secret.
  const found = [...text.matchAll(forms)].filter(
    ({ 0: match, index }) => match.charCodeAt(0) === BACKSLASH || !isEscaped(text, index),
  );
  const ends = found.map(({ 0: match, index }) => index + match.length);
  const kept = [...found.map(({ index }, i) => text.slice(ends[i - 1] ?? 0, index)), text.slice(ends.at(-1) ?? 0)];
  return { text: kept.join(REPLACEMENT), replaced: replaced + found.length };
}

/** Longest first: one may be a part of another. */
function described(secrets: readonly string[]): readonly Secret[] {
  return [...new Set(secrets)]
    .filter((secret) => secret.length >= (/^\d*$/.test(secret) ? MIN_DIGITS : MIN_CHARACTERS))
    .toSorted((a, b) => b.length - a.length)
    .map((secret) => ({
      raw: Buffer.from(secret),
      forms: new RegExp(Array.from(secret, formsOf).join(''), 'g'),
      longest: Buffer.byteLength(secret) * LONGEST_CHARACTER,
      hasMarks: /["/\\ ]/.test(secret),
    }));
}

/** Pattern of a character's forms, in UTF-8 that is read as Latin-1. */
function formsOf(character: string): string {
  const bytes = [...Buffer.from(character)];
  const raw = bytes.map((byte) => `\\x${hexOf(byte, 2)}`).join('');
  const percent = bytes.map((byte) => `${PERCENT_SIGN}${Array.from(hexOf(byte, 2), digitForms).join('')}`).join('');
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  const escaped = units.map((unit) => `${BACKSLASHES}u${anyCase(hexOf(unit, 4))}`).join('');
  const marked = '"/\\'.includes(character) ? [`${BACKSLASHES}${raw}`] : [];
  const plus = character === ' ' ? [String.raw`\+`, `${BACKSLASHES}u002[bB]`] : [];
  return `(?:${[...marked, raw, escaped, percent, ...plus].join('|')})`;
}

/** A digit of a percent escape, which JSON may escape again. */
function digitForms(digit: string): string {
  const cases = [...new Set([digit, digit.toUpperCase()])];
  const escaped = cases.map((one) => `${BACKSLASHES}u${anyCase(hexOf(one.charCodeAt(0), 4))}`);
  return `(?:${[...cases, ...escaped].join('|')})`;
}

function hexOf(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

function isEscaped(text: string, offset: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(offset - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}
