/** JSON inside of JSON: texts that hold an array of samples, or a whole frame. */

import { InputError } from '../core/errors.ts';
import { JsonScanner } from './json-scanner.ts';
import { AsciiText, type JsonValue, NestedJson } from './json-value.ts';
import { NumberColumn } from './number-column.ts';

/** Characters encoded at a time. */
const PIECE = 262_144;

const COMMA = 0x2c;
const OPENING = Buffer.from('[');
const CLOSING = Buffer.from(']');

const ONLY_SPACE = /^[ \t\r\n]*$/;

/** Reads one text after the other; the columns of a value are valid until the next, or {@link clear}. */
export class TextScanner {
  #scanner: JsonScanner | null = null;

  /**
   * @param where path of the text, for messages
   * @throws InputError when the text is not JSON
   */
  scan(text: string | NestedJson | AsciiText, where: string): JsonValue {
    try {
      if (text instanceof NestedJson) return valueOf(text);
      return this.#scan(text instanceof AsciiText ? [text.bytes] : encodedPieces(text));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`${where}: the text it holds is ${error.message}`, { cause: error });
    }
  }

  /** Numbers with commas between them; `null`: the text is no such list. */
  numbers({ bytes }: AsciiText): NumberColumn | null {
    if (!bytes.includes(COMMA)) return null;
    try {
      const value = this.#scan([OPENING, bytes, CLOSING]);
      return value instanceof NumberColumn ? value : null;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return null; // it may be any text: what is wrong with it is for the caller to tell
    }
  }

  /** Gives the columns of the last value back. */
  clear(): void {
    this.#scanner?.reset(0);
  }

  #scan(pieces: Iterable<Buffer>): JsonValue {
    const scanner = (this.#scanner ??= new JsonScanner());
    scanner.reset(0);
    for (const piece of pieces) {
      const used = scanner.push(piece);
      refuseMore(piece.toString('latin1', used));
    }
    return scanner.finish('text');
  }
}

function valueOf({ value, rest, fault }: NestedJson): JsonValue {
  if (fault !== null) throw fault;
  refuseMore(rest);
  return value;
}

function refuseMore(rest: string): void {
  if (!ONLY_SPACE.test(rest)) throw new InputError('not JSON: got more behind the end of the value');
}

/** UTF-8 of a text, a bounded part at a time. */
export function* encodedPieces(text: string): Generator<Buffer> {
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + PIECE, text.length);
    if (to < text.length && isLeadSurrogate(text.charCodeAt(to - 1))) to--;
    yield Buffer.from(text.slice(from, to));
    from = to;
  }
}

function isLeadSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800;
}
