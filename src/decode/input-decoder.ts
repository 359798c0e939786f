/**
 * An input file to recordings, frames and facts. What the file is, is decided by its content:
 *
 * | first byte that is no white space | taken for |
 * |---|---|
 * | `{` or `[` | JSON: one document, several one below the other, one a line, or an array of them |
 * | `<` | a web page: rejected |
 * | any other | the account export's `signal.csv`, if the first line is its header; otherwise rejected |
 */

import { InputError, quoted } from '../core/errors.ts';
import { ByteCollector } from '../json/byte-collector.ts';
import type { DecodedSink } from './decoded-sink.ts';
import { DocumentReader } from './document-reader.ts';
import { ExportCsv } from './export-csv.ts';
import { JsonDocuments } from './json-documents.ts';
import { type DocumentContext, NO_CONTEXT } from './recording-facts.ts';

/** U+FEFF in UTF-8: some editors put it at the start of a file, and files are put together. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** One document a line, by its name. */
export const LINE_ORIENTED_NAME = /\.(?:ndjson|jsonl)(?:\.gz)?$/i;

/** Starts of files that end up among the inputs by mistake. */
const FOREIGN_STARTS: readonly (readonly [start: string, what: string])[] = [
  ['PK\x03\x04', 'a zip archive; unpack it first'],
  ['\x1f\x8b', 'gzip within gzip; unpack it first'],
  ['\xff\xfe', 'text in UTF-16; save it as UTF-8'],
  ['\xfe\xff', 'text in UTF-16; save it as UTF-8'],
  ['%PDF', 'a PDF'],
  ['ARROW1', 'an Arrow file, not an API answer'],
  ['PAR1', 'a Parquet file, not an API answer'],
  ['RIFF', 'a WAV file, not an API answer'],
];

/** Held back until so many are there: what is told of an unknown input. */
const HEAD_BYTES = 24;

interface ContentReader {
  push(chunk: Uint8Array): void;
  finish(): void;
}

export class InputDecoder {
  readonly #name: string;
  readonly #sink: DecodedSink;
  readonly #context: DocumentContext;
  readonly #head = new ByteCollector();
  #bytes = 0;
  #mark = 0;
  #reader: ContentReader | null = null;

  /**
   * @param name of the input; one that ends in .ndjson or .jsonl says that each line is a document of its own
   * @param context stands in for what a document does not tell itself. Default: nothing is known.
   */
  constructor(name: string, sink: DecodedSink, context: DocumentContext = NO_CONTEXT) {
    this.#name = name;
    this.#sink = sink;
    this.#context = context;
  }

  /**
   * Decodes on; chunks of any size, decompressed. Everything wrong with the content goes to the sink as a rejected
   * document: nothing is thrown but what the sink throws.
   */
  push(chunk: Uint8Array): void {
    const held = this.#head.length;
    if (held < HEAD_BYTES) this.#head.append(chunk.subarray(0, HEAD_BYTES - held));
    if (this.#head.length < HEAD_BYTES) return;
    if (held > 0 && held < HEAD_BYTES) this.#read(this.#head.bytes.subarray(0, held));
    this.#read(chunk);
  }

  /** The input ends here. */
  finish(): void {
    if (this.#head.length < HEAD_BYTES) this.#read(this.#head.bytes);
    if (this.#reader !== null) this.#reader.finish();
    else
      this.#reject(
        new InputError(`empty: got ${this.#bytes} bytes without content, expected an API answer; fetch it again`),
      );
  }

  /** The documents, where the content is JSON. */
  get json(): JsonDocuments | null {
    return this.#reader instanceof JsonDocuments ? this.#reader : null;
  }

  #read(chunk: Uint8Array): void {
    let from = 0;
    if (this.#reader === null) {
      from = this.#skipStart(chunk);
      const first = chunk[from];
      if (first !== undefined) this.#reader = this.#readerOf(first, this.#bytes + from);
    }
    this.#bytes += chunk.length;
    this.#reader?.push(chunk.subarray(from));
  }

  /** @returns index of the first byte of content */
  #skipStart(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte === BYTE_ORDER_MARK[this.#mark]) this.#mark = (this.#mark + 1) % BYTE_ORDER_MARK.length;
      else if (this.#mark > 0 || !SPACES.has(byte)) return at;
    }
    return chunk.length;
  }

  #readerOf(first: number, offset: number): ContentReader {
    if (this.#mark > 0) return this.#refusing(this.#unknown());
    if (first === 0x7b || first === 0x5b) {
      const reader = new DocumentReader(this.#sink, this.#context);
      return new JsonDocuments(reader, this.#sink, LINE_ORIENTED_NAME.test(this.#name), offset);
    }
    if (first === 0x3c) {
      return this.#refusing(new InputError('an HTML page, not an API answer; check the address it was fetched from'));
    }
    return new ExportCsv(this.#sink, offset, () => this.#unknown());
  }

  #refusing(error: InputError): ContentReader {
    this.#reject(error);
    return { push: () => undefined, finish: () => undefined };
  }

  #unknown(): InputError {
    const head = Buffer.from(this.#head.bytes).toString('latin1');
    const foreign = FOREIGN_STARTS.find(([start]) => head.startsWith(start));
    const found = foreign === undefined ? `a file that starts with ${quoted(head)}` : foreign[1];
    return new InputError(`not JSON: got ${found}, expected an API answer or the account export's signal.csv`);
  }

  #reject(error: InputError): void {
    this.#sink.documentRejected({ index: 0, error });
  }
}
