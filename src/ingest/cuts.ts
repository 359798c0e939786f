/**
 * Where a large input may be cut, so that all threads decode it at once. A cut is a guess at bytes that look like one:
 * joining the parts finds out whether it was right.
 */

import { closeSync, openSync, readSync } from 'node:fs';
import { LINE_ORIENTED_NAME } from '../decode/input-decoder.ts';

/** What a part is made of: whole lines, each a document, or whole frames of one document. */
export type CutUnit = 'lines' | 'frames';

/** A part starts at `from`; `behind` is the byte behind what ends before it. */
export type Cut = { readonly behind: number; readonly from: number };

/** What tells the unit. */
const HEAD_BYTES = 65_536;

/** Longest stretch searched for a cut, and what is read of it at a time. A frame has 90 kB. */
const MAX_SEARCH_BYTES = 1 << 23;
const SEARCH_BYTES = 1 << 17;

const [LINE_FEED, COMMA, OPENING, CLOSING] = [0x0a, 0x2c, 0x7b, 0x7d];

/** The first cut at or behind each of two places in a file; `null`: there are not two. */
export function cutsBetween(
  { name, path }: { readonly name: string; readonly path: string },
  first: number,
  second: number,
): { readonly unit: CutUnit; readonly start: Cut; readonly end: Cut } | null {
  const file = openSync(path, 'r');
  try {
    const unit = unitOf(name, read(file, 0, HEAD_BYTES));
    const start = unit && findCut(file, unit, first);
    const end = unit && start && findCut(file, unit, second);
    return end && start.from < end.behind ? { unit, start, end } : null;
  } finally {
    closeSync(file);
  }
}

/** `null`: not JSON as it lies there. */
function unitOf(name: string, head: Buffer): CutUnit | null {
  if (!/^\uFEFF?[ \t\r\n]*[{[]/.test(head.toString('utf8', 0, 64))) return null;
  return LINE_ORIENTED_NAME.test(name) || head.includes('\n{') ? 'lines' : 'frames';
}

function findCut(file: number, unit: CutUnit, from: number): Cut | null {
  const cutIn = unit === 'lines' ? lineCut : frameCut;
  for (let at = from; at < from + MAX_SEARCH_BYTES; ) {
    const bytes = read(file, at, SEARCH_BYTES);
    const cut = cutIn(bytes);
    if (typeof cut !== 'number') return { behind: at + cut.behind, from: at + cut.from };
    if (bytes.length < SEARCH_BYTES || cut === 0) return null;
    at += cut;
  }
  return null;
}

/** A cut in these bytes, or where to search on. */
type Found = Cut | number;

function lineCut(bytes: Uint8Array): Found {
  const feed = bytes.indexOf(LINE_FEED);
  return feed < 0 ? bytes.length : { behind: feed + 1, from: feed + 1 };
}

/** `}`, a comma, `{`: between frames, and nowhere within one. */
function frameCut(bytes: Uint8Array): Found {
  for (let brace = bytes.indexOf(CLOSING); brace >= 0; brace = bytes.indexOf(CLOSING, brace + 1)) {
    const comma = skipSpace(bytes, brace + 1);
    if (comma < bytes.length && bytes[comma] !== COMMA) continue;
    const from = skipSpace(bytes, comma + 1);
    if (from >= bytes.length) return brace;
    if (bytes[from] === OPENING) return { behind: brace + 1, from };
  }
  return bytes.length;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** Of this thread: what is searched is not kept. */
const buffer = Buffer.alloc(SEARCH_BYTES);

/** Valid until the next read. */
function read(file: number, from: number, bytes: number): Buffer {
  return buffer.subarray(0, readSync(file, buffer, 0, bytes, from));
}
