/**
 * `{ status, body, error }`, read in one pass over the bytes of an answer, however large it is.
 *
 * The whole text is checked to be JSON, but samples are not kept: elements of `rawdata` are counted and forgotten, and
 * arrays of numbers are left out.
 */

import { InputError } from '../core/errors.ts';
import { MAX_FRAME_SAMPLES } from '../core/limits.ts';
import type { JsonStream } from '../json/json-builder.ts';
import { JsonScanner } from '../json/json-scanner.ts';
import {
  AsciiText,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonPath,
  type JsonValue,
  NestedJson,
} from '../json/json-value.ts';
import { NumberColumn } from '../json/number-column.ts';

export type Envelope = {
  /** 0 is good; see status.ts. */
  readonly status: number;
  /** The server's words. */
  readonly error: string | null;
  /** Without samples: `rawdata`, `signal` and arrays of numbers are left out. */
  readonly body: Readonly<Record<string, PlainValue>>;
  /** Elements of `rawdata`; `null`: there is no such list. */
  readonly frames: number | null;
  /** Samples of a recording, rows of raw data; those that come as a list in a text are not counted. */
  readonly samples: number;
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

/** Members of a body that hold samples. */
const SAMPLES: ReadonlySet<string> = new Set(['rawdata', 'signal']);

export class EnvelopeReader implements JsonStream {
  readonly listNames: ReadonlySet<string> = new Set(['rawdata']);
  readonly #scanner = new JsonScanner(this);
  #frames: number | null = null;
  #samples = 0;
  #bytes = 0;

  elementColumnLimit(path: JsonPath): number | null {
    if (path.join('.') !== FRAMES) return null;
    this.#frames = 0;
    return MAX_FRAME_SAMPLES;
  }

  element(_path: JsonPath, frame: JsonValue): void {
    this.#frames = (this.#frames ?? 0) + 1;
    const data = isJsonObject(frame) ? textless(frame.get('data') ?? null) : null;
    if (isJsonObject(data)) this.#samples += samplesOf(data.get('id'));
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

  #envelope(root: JsonValue): Envelope {
    const status = isJsonObject(root) ? root.get('status') : undefined;
    if (!isJsonObject(root) || typeof status !== 'number' || !Number.isInteger(status)) {
      throw new InputError('not an answer of the API: got JSON without a status, expected {"status", "body"}');
    }
    const error = root.get('error');
    const body = bodyOf(root.get('body'), status);
    return {
      status,
      error: typeof error === 'string' && error !== '' ? error : null,
      body: plainObject(body, SAMPLES),
      frames: this.#frames,
      samples: this.#samples + samplesOf(body.get('signal')),
      signal: signalOf(body.get('signal')),
    };
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** An empty object may come as an empty array, and not at all when a request failed. */
function bodyOf(body: JsonValue | undefined, status: number): JsonObject {
  if (isJsonObject(body)) return body;
  const isNothing = body === undefined || body === null || (isJsonArray(body) && body.length === 0);
  if (isNothing || status !== 0) return new Map();
  throw new InputError('not an answer of the API: got a body that is no object, expected one');
}

/** Samples come as an array of numbers, or as text that holds one. */
function signalOf(member: JsonValue | undefined): Envelope['signal'] {
  if (member === undefined) return null;
  if (member instanceof NestedJson && member.fault !== null) return 'present'; // what it is worth is for the decoder to say
  const signal = textless(member);
  if (signal instanceof NumberColumn) return 'present';
  if (typeof signal === 'string') return /^\s*(?:\[\s*\]\s*)?$/.test(signal) ? 'pending' : 'present';
  return signal === null || (isJsonArray(signal) && signal.length === 0) ? 'pending' : 'present';
}

function samplesOf(member: JsonValue | undefined): number {
  const column = textless(member ?? null);
  return column instanceof NumberColumn ? column.length : 0;
}

/** What a text of JSON holds; anything else as it is. */
function textless(value: JsonValue): JsonValue {
  return value instanceof NestedJson ? value.value : value;
}

function plainObject(object: JsonObject, without?: ReadonlySet<string>): Readonly<Record<string, PlainValue>> {
  const members: [string, PlainValue][] = [];
  for (const [name, value] of object) {
    if (without?.has(name) !== true && !(value instanceof NumberColumn)) members.push([name, plain(value)]);
  }
  return Object.fromEntries(members);
}

function plain(value: JsonValue): PlainValue {
  if (value instanceof NumberColumn || value instanceof NestedJson || value instanceof AsciiText) return null;
  if (isJsonArray(value)) return value.map(plain);
  return isJsonObject(value) ? plainObject(value) : value;
}
