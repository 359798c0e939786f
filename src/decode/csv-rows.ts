/**
 * Rows of a CSV text (RFC 4180) from bytes in chunks of any size and split.
 *
 * Fields may be quoted and then hold commas, doubled quotes and line breaks; lines end with LF or CRLF. Only the columns
 * asked for are kept: the bytes of the others are passed over, so that what they hold is nowhere in memory.
 */

import { InputError } from '../core/errors.ts';
import { MAX_CSV_FIELDS, MAX_HEADER_BYTES, MAX_SIGNAL_TEXT_BYTES } from '../core/limits.ts';
import { ByteCollector } from '../json/byte-collector.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** What is not UTF-8 becomes U+FFFD, which no number and no date contains. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

type Place = 'field start' | 'plain' | 'quoted' | 'behind quote';

export class CsvRows {
  readonly #row: (fields: readonly string[]) => void;
  #wanted: readonly boolean[] | null = null;
  #place: Place = 'field start';
  readonly #field = new ByteCollector();
  #fields: string[] = [];
  #rowBytes = 0;
  #rowIsBlank = true;
  #rowStart = 0;
  #offset: number;

  /**
   * @param offset of the first byte that will be pushed, for messages
   * @param row receives the fields of each row, `''` for those not wanted; may throw to stop
   */
  constructor(offset: number, row: (fields: readonly string[]) => void) {
    this.#offset = offset;
    this.#row = row;
  }

  /** Keeps these columns only, from the next row on. */
  want(columns: readonly boolean[]): void {
    this.#wanted = columns;
  }

  /** @throws InputError when quotes do not match or a field is too long; the rest is then lost */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const next = this.#take(chunk, at);
      this.#offset += next - at;
      at = next;
    }
  }

  /** The input ends here; a last line needs no line end. */
  finish(): void {
    if (this.#place === 'quoted') {
      throw new InputError(
        `truncated CSV: the input ends at byte ${this.#offset}, expected the closing quote of a field`,
      );
    }
    if (this.#place !== 'field start' || this.#fields.length > 0) this.#endField(true);
  }

  /** @returns index of the first byte not used */
  #take(chunk: Uint8Array, at: number): number {
    const byte = chunk[at] as number;
    switch (this.#place) {
      case 'field start':
        if (this.#fields.length === 0) this.#rowStart = this.#offset;
        if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) this.#rowIsBlank = false;
        if (byte === QUOTE) return this.#become('quoted', at);
        this.#place = 'plain';
        return at;
      case 'plain': {
        let end = at;
        while (end < chunk.length && chunk[end] !== COMMA && chunk[end] !== LINE_FEED) end++;
        this.#keep(chunk.subarray(at, end));
        if (end < chunk.length) this.#endField(chunk[end] === LINE_FEED);
        return Math.min(end + 1, chunk.length);
      }
      case 'quoted': {
        const quote = chunk.indexOf(QUOTE, at);
        this.#keep(chunk.subarray(at, quote < 0 ? chunk.length : quote));
        return quote < 0 ? chunk.length : this.#become('behind quote', quote);
      }
      case 'behind quote':
        if (byte === QUOTE) {
          this.#keep(chunk.subarray(at, at + 1));
          return this.#become('quoted', at);
        }
        if (byte === COMMA || byte === LINE_FEED) this.#endField(byte === LINE_FEED);
        else if (byte !== CARRIAGE_RETURN) {
          throw new InputError(
            `not CSV at byte ${this.#offset}: got more behind a closing quote, expected a comma or the end of the line`,
          );
        }
        return at + 1;
    }
  }

  #become(place: Place, at: number): number {
    this.#place = place;
    return at + 1;
  }

  #keep(piece: Uint8Array): void {
    if (this.#wanted !== null && this.#wanted[this.#fields.length] !== true) return;
    this.#rowBytes += piece.length;
    const most = this.#wanted === null ? MAX_HEADER_BYTES : MAX_SIGNAL_TEXT_BYTES;
    if (this.#rowBytes > most) {
      throw new InputError(`too large at byte ${this.#rowStart}: got a row of more than ${most} bytes`);
    }
    this.#field.append(piece);
  }

  #endField(endsRow: boolean): void {
    let bytes = this.#field.bytes;
    if (endsRow && this.#place === 'plain' && bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    this.#fields.push(utf8.decode(bytes));
    this.#field.clear();
    this.#place = 'field start';
    if (this.#fields.length > MAX_CSV_FIELDS) {
      throw new InputError(`too large at byte ${this.#rowStart}: got a row of more than ${MAX_CSV_FIELDS} fields`);
    }
    if (endsRow) this.#endRow();
  }

  #endRow(): void {
    const fields = this.#fields;
    const isBlank = this.#rowIsBlank && fields.length === 1;
    this.#fields = [];
    this.#rowBytes = 0;
    this.#rowIsBlank = true;
    if (!isBlank) this.#row(fields);
  }
}
