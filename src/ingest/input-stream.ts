/** The bytes of an input, in order: decompressed for the decoder, as stored for the digest. */

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { Readable, type Transform } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { crc32, createGunzip, createInflateRaw } from 'node:zlib';
import { InputError, messageOf, systemReason } from '../core/errors.ts';
import type { DocumentContext } from '../decode/recording-facts.ts';
import { type Digest, type FilePlace, openDigest } from '../files/digest.ts';
import { versionOf } from '../files/version.ts';

export type InputFile = {
  /** What the input is called in reports and rows; never a path of this machine. */
  readonly name: string;
  readonly path: string;
  /** The bytes of the file that are this input. Absent: all. */
  readonly range?: { readonly offset: number; readonly bytes: number };
  /** What is known of its documents from elsewhere. */
  readonly context?: DocumentContext;
  /** The range is an entry of a zip: how it is packed, and what its content must be. With any other the input is rejected as a whole. */
  readonly packed?: Packed;
  /** SHA-256 the decompressed content must have, hexadecimal: with any other the input is rejected as a whole. */
  readonly sha256?: string;
};

export type Packed = {
  readonly method: 'stored' | 'deflate';
  /** Of the content. */
  readonly bytes: number;
  readonly crc32: number;
};

export type InputDigest = { readonly bytes: number; readonly sha256: string };

/** The digest of an input that is being read: it may be ready later than the last byte, or fail with an InputError. */
export type DigestToCome = { bytes: number; sha256: Promise<string> };

/** Read at a time, and at once: the system reads ahead, and a piece that another thread reads takes longer to come over. */
const READ_BYTES = 1 << 19;

/** Read before what else this thread has to do has its turn: some 10 ms. */
const TURN_BYTES = 4 << 20;

/**
 * The input's content chunk by chunk; gzip is recognised by its first two bytes. A chunk is valid until the next is
 * asked for. `digest` is filled when the last chunk has been taken: of the content where a digest of it is expected,
 * otherwise of the input as stored.
 *
 * @throws InputError when the input cannot be read, its gzip stream is damaged or its content has another digest than
 * it must have: then nothing of it is to be used
 */
export async function* readInput(input: InputFile, digest: DigestToCome): AsyncGenerator<Uint8Array> {
  const stored = readStored(input, digest);
  const first = stored.next();
  const zipped = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
  const whole = first.done ? [] : prepend(first.value, stored);
  const contentHash = zipped && input.sha256 !== undefined ? createHash('sha256') : null;
  try {
    for await (const chunk of contentOf(whole, zipped, input.packed)) {
      contentHash?.update(chunk);
      yield chunk;
    }
  } finally {
    // A stream that breaks, or a caller that has seen enough, would leave the file open.
    stored.return(undefined);
  }
  if (input.sha256 === undefined) return;
  const got = contentHash?.digest('hex') ?? (await digest.sha256);
  digest.sha256 = Promise.resolve(got);
  if (got === input.sha256) return;
  throw new InputError(`damaged: got content of SHA-256 ${got}, expected ${input.sha256}; fetch it again`);
}

/** @throws InputError when the input cannot be read */
export async function digestInput(input: InputFile): Promise<InputDigest> {
  const digest = noDigest();
  // This thread has nothing else to do: another would only read it all once more.
  for await (const _ of inTurns(readStored(input, digest, false)));
  return { bytes: digest.bytes, sha256: await digest.sha256 };
}

/** Of an input that is not yet read. */
export function noDigest(): DigestToCome {
  return { bytes: 0, sha256: Promise.resolve('') };
}

/** Bytes [from, to) of the file as stored, as far as it goes; a chunk is valid until the next is asked for. */
export async function* readBytes({ path }: InputFile, from: number, to: number): AsyncGenerator<Uint8Array> {
  const file = openInput(path);
  try {
    yield* inTurns(readFile(file, from, to));
  } finally {
    closeSync(file);
  }
}

/** @param mayHashBeside another thread may make the digest */
function* readStored(input: InputFile, digest: DigestToCome, mayHashBeside = true): Generator<Uint8Array> {
  const { offset, bytes } = input.range ?? { offset: 0, bytes: Number.POSITIVE_INFINITY };
  const file = new DigestedFile(input.path, mayHashBeside);
  try {
    for (const chunk of readFile(file.descriptor, offset, offset + bytes)) {
      file.digest(chunk, offset + digest.bytes);
      digest.bytes += chunk.length;
      yield chunk;
    }
  } finally {
    digest.sha256 = file.close(input.range !== undefined);
    // A failure is told to whoever waits for it.
    digest.sha256.catch(() => undefined);
  }
  if (input.range === undefined || digest.bytes === bytes) return;
  const missing = `ends at byte ${offset + digest.bytes}, expected ${bytes} bytes from ${offset} on`;
  throw new InputError(`truncated: its file ${missing}; fetch it again`);
}

/** A file that is open, and the digest of what is read of it: another thread may read it once more for that. */
class DigestedFile {
  readonly descriptor: number;
  readonly #mayHashBeside: boolean;
  readonly #version: bigint | undefined;
  #digest: Digest | null = null;

  /** @throws InputError when it cannot be opened */
  constructor(path: string, mayHashBeside: boolean) {
    this.descriptor = openInput(path);
    this.#mayHashBeside = mayHashBeside;
    this.#version = versionOf(this.descriptor);
  }

  /** @param piece the first tells whether the file is long */
  digest(piece: Uint8Array, offset: number): void {
    this.#digest ??= openDigest(this.#mayHashBeside && piece.length === READ_BYTES);
    this.#digest.update(piece, { descriptor: this.descriptor, offset });
  }

  /**
   * @param mayGrow bytes behind those that were read do not matter
   * @returns the digest, hexadecimal
   * @throws InputError when it would not tell what was read, because the file has changed or cannot be read again
   */
  async close(mayGrow: boolean): Promise<string> {
    try {
      const sha256 = await (this.#digest ?? openDigest(false)).hex();
      if (mayGrow || versionOf(this.descriptor) === this.#version) return sha256;
    } finally {
      closeSync(this.descriptor);
    }
    throw new InputError('changed while it was read; convert it again');
  }
}

/** At rest: memory that was written before is several times faster than fresh pages. */
const idleBuffers: Uint8Array[] = [];

/** Bytes [from, end), as far as the file goes, piece by piece; each is good until the next is asked for. */
function* readFile(descriptor: number, from: number, end: number): Generator<Uint8Array> {
  const buffer = idleBuffers.pop() ?? new Uint8Array(READ_BYTES);
  try {
    for (let offset = from, got = READ_BYTES; got === READ_BYTES; offset += got) {
      got = readPiece(buffer, { descriptor, offset }, end);
      if (got > 0) yield buffer.subarray(0, got);
    }
  } catch (error) {
    throw cannotRead(error);
  } finally {
    idleBuffers.push(buffer);
  }
}

/** Of this thread. */
let readSinceTurn = 0;

async function* inTurns(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    yield chunk;
    readSinceTurn += chunk.length;
    if (readSinceTurn < TURN_BYTES) continue;
    readSinceTurn = 0;
    await setImmediate();
  }
}

function openInput(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw cannotRead(error);
  }
}

function cannotRead(error: unknown): InputError {
  return new InputError(`cannot be read: ${systemReason(error)}`, { cause: error });
}

/** @returns bytes there were, up to `end`: as many as fit, unless the file ends before */
function readPiece(memory: Uint8Array, { descriptor, offset }: FilePlace, end: number): number {
  const wanted = Math.max(0, Math.min(memory.length, end - offset));
  for (let done = 0; done < wanted; ) {
    const bytesRead = readSync(descriptor, memory, done, wanted - done, offset + done);
    if (bytesRead === 0) return done;
    done += bytesRead;
  }
  return wanted;
}

function* prepend(first: Uint8Array, rest: Iterable<Uint8Array>): Generator<Uint8Array> {
  yield first;
  yield* rest;
}

/** @param isGzip where it is no entry of a zip */
function contentOf(
  stored: Iterable<Uint8Array>,
  isGzip: boolean,
  packed: Packed | undefined,
): AsyncGenerator<Uint8Array> {
  if (packed === undefined) return isGzip ? inflate(stored) : inTurns(stored);
  if (packed.method === 'stored') return compared(inTurns(stored), packed);
  return compared(inflateBy(createInflateRaw({ chunkSize: READ_BYTES }), stored, 'deflate'), packed);
}

/** The content, as long as it is no more than it must be. @throws InputError when it is not what it must be */
async function* compared(
  content: AsyncIterable<Uint8Array>,
  { bytes, crc32: sum }: Packed,
): AsyncGenerator<Uint8Array> {
  let got = 0;
  let gotSum = 0;
  for await (const chunk of content) {
    got += chunk.length;
    if (got > bytes)
      throw new InputError(`damaged: unpacks to more than ${bytes} bytes, as its zip has it; download it again`);
    gotSum = crc32(chunk, gotSum);
    yield chunk;
  }
  if (got === bytes && gotSum === sum) return;
  const words = (length: number, crc: number) => `${length} bytes of CRC-32 ${crc.toString(16).padStart(8, '0')}`;
  throw new InputError(
    `damaged: got ${words(got, gotSum)}, expected ${words(bytes, sum)} as its zip has it; download it again`,
  );
}

/** @throws InputError when the gzip stream is damaged */
export function inflate(stored: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  return inflateBy(createGunzip({ chunkSize: READ_BYTES }), stored, 'gzip');
}

async function* inflateBy(
  inflater: Transform,
  stored: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  what: string,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(copies(stored));
  source.once('error', (error) => inflater.destroy(error));
  try {
    yield* source.pipe(inflater) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`damaged ${what} stream: ${messageOf(error)}; fetch or copy the file again`, { cause: error });
  }
}

/** A stream asks for the next chunk before it has used the last. */
async function* copies(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield new Uint8Array(chunk);
}
