import { closeSync, openSync, readSync } from 'node:fs';

/** A file, an empty zip, one of several parts: what a zip begins with. */
const STARTS: ReadonlySet<string> = new Set(['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08']);

/** By its first bytes. @throws what the system refuses */
export function isZip(path: string): boolean {
  const head = Buffer.alloc(4);
  const file = openSync(path, 'r');
  try {
    return STARTS.has(head.toString('latin1', 0, readSync(file, head, 0, head.length, 0)));
  } finally {
    closeSync(file);
  }
}
