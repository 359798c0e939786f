/** Short texts that were read before: documents say the same words thousands of times, and mostly in the same order. */

const QUOTE = 0x22;

/** Longest text that is remembered: keys, device ids, sensor names. */
export const SHORT_TEXT = 64;

const SLOTS = 512;

type KnownText = {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** Where the text is that followed this one the last time. */
  next: number;
};

/** By a hash of their bytes. */
const knownTexts = Array.from({ length: SLOTS }, (): KnownText => ({ bytes: new Uint8Array(0), text: '', next: 0 }));

/** Of this thread. */
let last = knownTexts[0] as KnownText;

/** The text that begins at `input[from]` and ends with a quote before `end`, if it is the one that followed before. */
export function expectedText(input: Uint8Array, from: number, end: number): string | null {
  const { bytes, text } = knownTexts[last.next] as KnownText;
  const to = from + bytes.length;
  if (to >= end || input[to] !== QUOTE || !isAt(input, from, bytes)) return null;
  last = knownTexts[last.next] as KnownText;
  return text;
}

/** Text of `input[from .. to)`, which is nothing but ASCII without escapes. */
export function plainText(input: Uint8Array, from: number, to: number): string {
  const length = to - from;
  if (length > SHORT_TEXT || length === 0) return latin1(input, from, to);
  const middle = input[from + (length >> 1)] as number;
  const hash = length + 37 * (input[from] as number) + 5 * middle + 11 * (input[to - 1] as number);
  const slot = hash % SLOTS;
  let known = knownTexts[slot] as KnownText;
  if (known.bytes.length !== length || !isAt(input, from, known.bytes)) {
    known = {
      bytes: Uint8Array.from(input.subarray(from, to)),
      text: internalized(latin1(input, from, to)),
      next: known.next,
    };
    knownTexts[slot] = known;
  }
  last.next = slot;
  last = known;
  return known.text;
}

function isAt(input: Uint8Array, from: number, bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== input[from + i]) return false;
  return true;
}

function latin1(input: Uint8Array, from: number, to: number): string {
  return Buffer.from(input.buffer, input.byteOffset + from, to - from).toString('latin1');
}

/** Names of properties are kept once by the engine: maps find such a key without looking at its characters. */
function internalized(text: string): string {
  return Object.keys({ [text]: 0 })[0] as string;
}
