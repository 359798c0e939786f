/**
 * A JSON input to its documents: one, several one behind the other, one a line, or the elements of an array.
 *
 * Between documents stands any white space, or none, and a byte order mark where files were put together that had one. In
 * an input of lines a document may go on over several: a line that cannot do so begins a new one, and the document before
 * it was cut off.
 */

import { InputError } from '../core/errors.ts';
import { MAX_RECORDING_SAMPLES } from '../core/limits.ts';
import type { JsonStream } from '../json/json-builder.ts';
import { JsonScanner } from '../json/json-scanner.ts';
import { isJsonArray, isJsonObject, type JsonPath, type JsonValue } from '../json/json-value.ts';
import type { SeriesKind } from '../signals/signal.ts';
import type { DecodedSink } from './decoded-sink.ts';
import { type DocumentReader, JSON_TEXTS } from './document-reader.ts';

const LINE_FEED = 0x0a;

/** As white space between two lines of a document: how much there was shows in messages only. */
const LINE_FEEDS = new Uint8Array(1024).fill(LINE_FEED);

/** U+FEFF in UTF-8. */
const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/**
 * Where the next byte is: between documents, in one, in one behind the end of a line, behind one on its line, on a spoilt
 * line, in a spoilt document of several lines, or in a spoilt rest.
 */
type Place = 'between' | 'inside' | 'line end' | 'behind' | 'spoilt line' | 'spoilt document' | 'spoilt rest';

/** What a list of frames has in bytes that were read elsewhere. */
export type SkippedFrames = {
  readonly frames: number;
  readonly kinds: Iterable<SeriesKind>;
  readonly sawLineFeed: boolean;
};

export class JsonDocuments {
  readonly #reader: DocumentReader;
  readonly #sink: DecodedSink;
  readonly #scanner: JsonScanner;
  #place: Place = 'between';
  /** What is wrong with a document ends with its line. */
  #lineOriented: boolean;
  /** Of the next byte. */
  #offset: number;
  #index = 0;
  #atLineStart = true;
  /** The document at hand began its line. */
  #beganLine = false;
  /** It goes on behind the end of a line, in an input of lines. */
  #isSpread = false;
  /** White space since that end, and since the last line feed of it. */
  #spaceBytes = 0;
  #indentBytes = 0;
  /** Bytes of a byte order mark before the next document. */
  #markBytes = 0;
  #elements = 0;
  /** Bytes of the document at hand were read elsewhere: the scanner's own places in it are too small by them. */
  #skipped = false;
  #skippedLineFeed = false;
  #misplaced = false;

  /** @param offset of the first byte that will be pushed, for messages */
  constructor(reader: DocumentReader, sink: DecodedSink, lineOriented: boolean, offset: number) {
    this.#reader = reader;
    this.#sink = sink;
    this.#lineOriented = lineOriented;
    this.#offset = offset;
    this.#scanner = new JsonScanner(this.#documentsOfArray(), JSON_TEXTS);
  }

  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const to = this.#take(chunk, from);
      this.#offset += to - from;
      from = to;
    }
  }

  finish(): void {
    if (this.#markBytes > 0) this.#refuseMark(this.#offset);
    if (this.#place === 'inside' || this.#place === 'line end') this.#guarded(() => this.#scanner.finish());
    if (this.#place === 'inside' || this.#place === 'behind') this.#complete();
    this.#scanner.reset(this.#offset); // gives its columns back
  }

  /** Frames of the first document so far, all good; their list may be open still. `null`: there is no such list. */
  get frames(): number | null {
    return this.#index === 0 && this.#place === 'inside' ? this.#reader.frames : null;
  }

  /** Passes over what was read elsewhere: elements of the open list from behind a comma to behind a comma. */
  skipFrames(bytes: number, { frames, kinds, sawLineFeed }: SkippedFrames): void {
    this.#reader.skipFrames(frames, kinds);
    this.#offset += bytes;
    this.#skipped = true;
    this.#skippedLineFeed ||= sawLineFeed;
  }

  /** White space of the document at hand had a line feed in it. */
  get sawLineFeed(): boolean {
    return this.#scanner.sawLineFeed || this.#skippedLineFeed;
  }

  /** The next byte starts a line, and every line is a document of its own. */
  get atLine(): boolean {
    return this.#place === 'between' && this.#lineOriented && this.#atLineStart && this.#markBytes === 0;
  }

  /** Passes over what was read elsewhere: whole lines. */
  skipDocuments(bytes: number, documents: number): void {
    this.#offset += bytes;
    this.#index += documents;
  }

  /** A rejection names a place in a document of which bytes were passed over: it is not the right place. */
  get misplaced(): boolean {
    return this.#misplaced;
  }

  /** @returns index of the first byte not used */
  #take(chunk: Uint8Array, from: number): number {
    switch (this.#place) {
      case 'between':
        return this.#takeSpace(chunk, from);
      case 'inside':
        return this.#takeDocument(chunk, from);
      case 'line end':
        return this.#takeLineEnd(chunk, from);
      case 'behind':
        return this.#takeRestOfLine(chunk, from);
      case 'spoilt line': {
        const feed = chunk.indexOf(LINE_FEED, from);
        if (feed < 0) return chunk.length;
        this.#place = 'between';
        return feed;
      }
      case 'spoilt document':
        return this.#takeSpoiltLines(chunk, from);
      case 'spoilt rest':
        return chunk.length;
    }
  }

  #takeSpace(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte === BYTE_ORDER_MARK[this.#markBytes]) {
        this.#markBytes = (this.#markBytes + 1) % BYTE_ORDER_MARK.length;
      } else if (this.#markBytes > 0) {
        this.#refuseMark(this.#offset + at - from);
        return at;
      } else if (byte === LINE_FEED) {
        this.#atLineStart = true;
      } else if (!isBlank(byte)) {
        this.#place = 'inside';
        this.#isSpread = false;
        this.#beganLine = this.#atLineStart;
        this.#atLineStart = false;
        this.#elements = 0;
        this.#skipped = false;
        this.#skippedLineFeed = false;
        this.#reader.reset(this.#index);
        this.#scanner.reset(this.#offset + at - from);
        return at;
      }
    }
    return chunk.length;
  }

  #takeDocument(chunk: Uint8Array, from: number): number {
    const feed = this.#lineOriented ? chunk.indexOf(LINE_FEED, from) : -1;
    const end = feed >= 0 ? feed : chunk.length;
    let used = end;
    const scanned = this.#guarded(() => {
      used = from + this.#scanner.push(chunk.subarray(from, end));
      // No text holds a line feed as it is.
      if (feed >= 0 && this.#scanner.isInText) this.#scanner.finish('line');
    });
    if (!scanned) return end;
    if (this.#scanner.done) {
      this.#place = 'behind';
    } else if (feed >= 0) {
      this.#place = 'line end';
      this.#spaceBytes = 0;
      this.#indentBytes = 0;
    }
    return used;
  }

  /** Whether the document goes on is told by what the next line begins with. */
  #takeLineEnd(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte !== LINE_FEED && !isBlank(byte)) {
        if (startsDocument(byte) && !this.#mayHold(byte)) this.#cutOff();
        else this.#goOn();
        return at;
      }
      this.#spaceBytes++;
      this.#indentBytes = byte === LINE_FEED ? 0 : this.#indentBytes + 1;
    }
    return chunk.length;
  }

  /**
   * An opening bracket at the start of a line belongs to the document at hand where it can and where that document has
   * line breaks for its looks: it had one before, its list begins with this one, or the line is indented.
   */
  #mayHold(byte: number): boolean {
    if (byte === BYTE_ORDER_MARK[0]) return false;
    const { opening } = this.#scanner;
    return opening === 'value' ? this.#isSpread || this.#indentBytes > 0 : opening !== 'fault';
  }

  #goOn(): void {
    this.#place = 'inside';
    this.#isSpread = true;
    this.#guarded(() => {
      for (let left = this.#spaceBytes; left > 0; left -= LINE_FEEDS.length) {
        this.#scanner.push(LINE_FEEDS.subarray(0, Math.min(left, LINE_FEEDS.length)));
      }
    });
  }

  #cutOff(): void {
    this.#guarded(() => this.#scanner.finish('line'));
    this.#place = 'between';
    this.#atLineStart = true;
  }

  /** Lines of a spoilt document begin with anything but an opening bracket, unless they are indented. */
  #takeSpoiltLines(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; ) {
      if (this.#atLineStart && startsDocument(chunk[at] as number)) {
        this.#place = 'between';
        return at;
      }
      const feed = chunk.indexOf(LINE_FEED, at);
      this.#atLineStart = feed >= 0;
      at = feed < 0 ? chunk.length : feed + 1;
    }
    return chunk.length;
  }

  #takeRestOfLine(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte === LINE_FEED) {
        this.#lineOriented ||= this.#beganLine && !this.sawLineFeed;
        this.#complete();
        return at;
      }
      if (startsDocument(byte)) {
        this.#complete();
        return at;
      }
      if (!isBlank(byte)) {
        const where = this.#offset + at - from;
        this.#reject(
          new InputError(`not JSON at byte ${where}: got more behind the end of the document, expected a new line`),
        );
        return at;
      }
    }
    return chunk.length;
  }

  /**
   * Bytes that look like the start of a byte order mark and are none are a document that is none.
   *
   * @param end offset of the byte behind them
   */
  #refuseMark(end: number): void {
    const mark = BYTE_ORDER_MARK.subarray(0, this.#markBytes);
    this.#markBytes = 0;
    this.#isSpread = false;
    this.#reader.reset(this.#index);
    this.#scanner.reset(end - mark.length);
    this.#guarded(() => this.#scanner.push(mark));
  }

  /** The document is complete, and no other text stands behind it on its line. */
  #complete(): void {
    this.#place = 'between';
    const { value } = this.#scanner;
    if (!isJsonArray(value)) this.#finishDocument(value);
    else if (this.#elements === 0) this.#sinkRejection(new InputError('got an empty array, expected an API answer'));
  }

  /** A top-level array is a list of documents. */
  #documentsOfArray(): JsonStream {
    const reader = this.#reader;
    return {
      listNames: reader.listNames,
      elementColumnLimit: (path) =>
        path.length === 0 ? MAX_RECORDING_SAMPLES : reader.elementColumnLimit(inner(path)),
      element: (path, value) => {
        if (path.length > 0) return reader.element(inner(path), value);
        if (!isJsonObject(value)) throw new InputError('got an array that does not hold objects, expected API answers');
        this.#elements++;
        this.#finishDocument(value);
        reader.reset(this.#index);
      },
    };
  }

  #finishDocument(value: JsonValue): void {
    try {
      const end = this.#reader.finish(value);
      this.#sink.documentEnd({ ...end, index: this.#index++ });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#sinkRejection(error);
    }
  }

  /** @returns false: the document at hand is rejected */
  #guarded(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#reject(error);
      return false;
    }
  }

  /** Behind a fault of grammar only a new line can be trusted to start a new document. */
  #reject(error: InputError): void {
    this.#place = !this.#lineOriented ? 'spoilt rest' : this.#isSpread ? 'spoilt document' : 'spoilt line';
    this.#misplaced ||= this.#skipped;
    this.#sinkRejection(error);
  }

  #sinkRejection(error: InputError): void {
    this.#sink.documentRejected({ index: this.#index++, error });
  }
}

/** Path within the document, be it in an array or not. */
function inner(path: JsonPath): JsonPath {
  return path[0] === '' ? path.slice(1) : path;
}

/** Or a byte order mark before one. */
function startsDocument(byte: number): boolean {
  return byte === 0x7b || byte === 0x5b || byte === BYTE_ORDER_MARK[0];
}

/** White space of JSON but the line feed. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}
