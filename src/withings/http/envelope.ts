/**
 * `{ status, body, error }`, read in one pass over the bytes of an answer, however large it is.
 *
 * The whole text is checked to be JSON, but samples are not kept: elements of `rawdata` are counted and forgotten, and
 * arrays of numbers are left out. What samples are in other forms is for the decoder to say.
 */

import { InputError } from '../../core/errors.ts';
import { MAX_FRAME_SAMPLES } from '../../core/limits.ts';
import { isAbsent, isEmptyList, isNoObject, wholeIn } from '../../core/reading.ts';
import type { JsonStream } from '../../json/json-builder.ts';
import { JsonScanner } from '../../json/json-scanner.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonPath, type JsonValue } from '../../json/json-value.ts';
import { NumberColumn } from '../../json/number-column.ts';

export type Envelope = {
  /** 0 is good; see status.ts. */
  readonly status: number;
  /** The server's words. */
  readonly error: string | null;
  /** Without samples: `rawdata`, where it is a list, `signal` and arrays of numbers are left out. */
  readonly body: Readonly<Record<string, PlainValue>>;
  /** Elements of `rawdata`; `null`: there is no such list. */
  readonly frames: number | null;
  /** Samples of a recording, rows of raw data; `null`: some come in another form than as arrays of numbers. */
  readonly samples: number | null;
  /** `pending`: the recording is known, but has no samples yet; `null`: there is no such member. */
  readonly signal: 'present' | 'pending' | null;
};

export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };

/** Path of the frames of raw data. */
const FRAMES = 'body.rawdata';

/** Members of a body that hold lists of other things than samples. */
const LISTS: ReadonlySet<string> = new Set(['series', 'devices', 'profiles', 'users']);

/** Where no number is expected: so many are enough to see that there are some. */
const ODD_NUMBERS = 8;

export class EnvelopeReader implements JsonStream {
  readonly listNames: ReadonlySet<string> = new Set(['rawdata']);
  readonly #scanner = new JsonScanner(this);
  #frames: number | null = null;
  #samples: number | null = 0;
  #bytes = 0;

  elementColumnLimit(path: JsonPath): number | null {
    if (path.join('.') !== FRAMES) return null;
    this.#frames = 0;
    return MAX_FRAME_SAMPLES;
  }

  element(_path: JsonPath, frame: JsonValue): void {
    this.#frames = (this.#frames ?? 0) + 1;
    const data = isJsonObject(frame) ? frame.get('data') : null;
    this.#count(isJsonObject(data) ? data.get('id') : data);
  }

  /** @throws InputError when the bytes are not JSON */
  push(chunk: Uint8Array): void {
    const used = this.#scanner.done ? 0 : this.#scanner.push(chunk);
    const rest = chunk.subarray(used).findIndex((byte) => !isSpace(byte));
    if (rest >= 0) {
      throw new InputError(`not JSON at byte ${this.#bytes + used + rest}: got more behind the end of the answer`);
    }
    this.#bytes += chunk.length;
  }

  /** @throws InputError when the answer is cut, or not an envelope */
  finish(): Envelope {
    try {
      return this.#envelope(this.#scanner.finish('answer'));
    } finally {
      this.#scanner.reset(0); // gives its columns back
    }
  }

  #count(samples: JsonValue | undefined): void {
    if (isEmptyList(samples) || samples === '') return;
    if (!(samples instanceof NumberColumn)) this.#samples = null;
    else if (this.#samples !== null) this.#samples += samples.length;
  }

  #envelope(root: JsonValue): Envelope {
    const status = isJsonObject(root) ? wholeIn(root.get('status'), Number.MIN_SAFE_INTEGER) : undefined;
    if (!isJsonObject(root) || status === undefined) {
      throw new InputError('not an answer of the API: got JSON without a status, expected {"status", "body"}');
    }
    const error = root.get('error');
    const body = bodyOf(root.get('body'), status);
    const [rawdata, signal] = [body.get('rawdata'), body.get('signal')];
    this.#count(signal);
    return {
      status,
      error: typeof error === 'string' && error !== '' ? error : null,
      body: plainBody(body, this.#frames === null),
      frames: this.#frames ?? (isAbsent(rawdata) || !isEmptyList(rawdata) ? null : 0),
      samples: this.#samples,
      signal: signal === undefined ? null : isPending(signal) ? 'pending' : 'present',
    };
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Nothing may be written in many ways, and not at all when a request failed. */
function bodyOf(body: JsonValue | undefined, status: number): JsonObject {
  if (isJsonObject(body)) return body;
  if (isNoObject(body) || body === '' || status !== 0) return new Map();
  throw new InputError('not an answer of the API: got a body that is no object, expected one');
}

/** A signal without samples: what else it is worth is for the decoder to say. */
function isPending(signal: JsonValue): boolean {
  return isEmptyList(signal) || (typeof signal === 'string' && /^\s*(?:\[\s*\]\s*)?$/.test(signal));
}

/** @param withRawdata it is no list: what it is instead may matter */
function plainBody(body: JsonObject, withRawdata: boolean): Readonly<Record<string, PlainValue>> {
  const members: [string, PlainValue][] = [];
  for (const [name, value] of body) {
    if (name === 'signal' || (value instanceof NumberColumn && !LISTS.has(name))) continue;
    if (name !== 'rawdata' || (withRawdata && !isEmptyList(value))) members.push([name, plain(value)]);
  }
  return Object.fromEntries(members);
}

function plain(value: JsonValue): PlainValue {
  if (value instanceof NumberColumn) return Array.from(value.values.subarray(0, ODD_NUMBERS));
  if (isJsonArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return typeof value === 'object' ? null : value; // texts are not read as anything else here
  return Object.fromEntries(Array.from(value, ([name, member]) => [name, plain(member)]));
}
