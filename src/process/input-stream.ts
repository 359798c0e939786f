/** The bytes of an input, in order: decompressed for the decoder, as stored for the digest. */

import { createHash } from 'node:crypto';
import { closeSync, openSync, read, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { InputError, messageOf, systemReason } from '../core/errors.ts';
import type { DocumentContext } from '../decode/recording-facts.ts';
import { type Digest, type FilePlace, openDigest } from '../files/digest.ts';

export type InputFile = {
  /** What the input is called in reports and rows; never a path of this machine. */
  readonly name: string;
  readonly path: string;
  /** The bytes of the file that are this input. Absent: all. */
  readonly range?: { readonly offset: number; readonly bytes: number };
  /** What is known of its documents from elsewhere. */
  readonly context?: DocumentContext;
  /** SHA-256 the decompressed content must have, hexadecimal: with any other the input is rejected as a whole. */
  readonly sha256?: string;
};

export type InputDigest = { bytes: number; sha256: string };

/** Half a mebibyte is read while the one before is decoded: both stay in the second-level cache. */
const READ_BYTES = 1 << 19;

/**
 * The input's content chunk by chunk; gzip is recognised by its first two bytes. A chunk is valid until the next is
 * asked for. `digest` is filled when the last chunk has been taken: of the content where a digest of it is expected,
 * otherwise of the input as stored.
 *
 * @throws InputError when the input cannot be read, its gzip stream is damaged or its content has another digest than
 * it must have: then nothing of it is to be used
 */
export async function* readInput(input: InputFile, digest: InputDigest): AsyncGenerator<Uint8Array> {
  const stored = readStored(input, digest);
  const first = await stored.next();
  const zipped = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
  const whole = first.done ? stored : prepend(first.value, stored);
  const contentHash = zipped && input.sha256 !== undefined ? createHash('sha256') : null;
  for await (const chunk of zipped ? inflate(whole) : whole) {
    contentHash?.update(chunk);
    yield chunk;
  }
  if (contentHash !== null) digest.sha256 = contentHash.digest('hex');
  checkContent(input, digest.sha256);
}

/** @throws InputError when the input cannot be read */
export async function digestInput(input: InputFile): Promise<InputDigest> {
  const digest = { bytes: 0, sha256: '' };
  for await (const _ of readStored(input, digest));
  return digest;
}

/** Bytes [from, to) of the file as stored, as far as it goes; a chunk is valid until the next is asked for. */
export function readBytes({ path }: InputFile, from: number, to: number): AsyncGenerator<Uint8Array> {
  return readFile(path, from, to);
}

function checkContent({ sha256 }: InputFile, got: string): void {
  if (sha256 === undefined || got === sha256) return;
  throw new InputError(`damaged: got content of SHA-256 ${got}, expected ${sha256}; fetch it again`);
}

async function* readStored(input: InputFile, digest: InputDigest): AsyncGenerator<Uint8Array> {
  const { offset, bytes } = input.range ?? { offset: 0, bytes: Number.POSITIVE_INFINITY };
  const pieces = new PiecesDigest();
  try {
    for await (const chunk of readFile(input.path, offset, offset + bytes, pieces)) {
      digest.bytes += chunk.length;
      yield chunk;
    }
  } finally {
    digest.sha256 = await pieces.hex();
  }
  if (input.range === undefined || digest.bytes === bytes) return;
  const missing = `ends at byte ${offset + digest.bytes}, expected ${bytes} bytes from ${offset} on`;
  throw new InputError(`truncated: its file ${missing}; fetch it again`);
}

/** The digest of what is read of a file; the first piece tells whether that is long. */
class PiecesDigest {
  #digest: Digest | null = null;

  update(piece: Uint8Array, place: FilePlace): void {
    this.#digest ??= openDigest(piece.length === READ_BYTES);
    this.#digest.update(piece, place);
  }

  async settled(): Promise<void> {
    await this.#digest?.settled();
  }

  hex(): Promise<string> {
    return (this.#digest ?? openDigest(false)).hex();
  }
}

const readAhead = promisify(read);

/** Pairs of buffers at rest: memory that was written before is several times faster than fresh pages. */
const idlePairs: (readonly [Uint8Array, Uint8Array])[] = [];

/** What fits one read is read at once; of the rest one piece is read while the one before is used. */
async function* readFile(path: string, from: number, end: number, digest?: PiecesDigest): AsyncGenerator<Uint8Array> {
  const pair = idlePairs.pop() ?? ([new Uint8Array(READ_BYTES), new Uint8Array(READ_BYTES)] as const);
  let [at, other] = pair;
  let position = from;
  const wanted = (): number => Math.min(READ_BYTES, end - position);
  let descriptor: number | undefined;
  let ahead: Promise<{ readonly bytesRead: number }> | undefined;
  try {
    descriptor = openSync(path, 'r');
    for (let got = readSync(descriptor, at, 0, wanted(), position); got > 0; ) {
      const piece = at.subarray(0, got);
      digest?.update(piece, { descriptor, offset: position });
      position += got;
      const last = got < READ_BYTES && (position === end || readSync(descriptor, other, 0, 1, position) === 0);
      if (!last) ahead = readAhead(descriptor, other, 0, wanted(), position);
      yield piece;
      if (last) break;
      got = (await ahead)?.bytesRead ?? 0;
      [at, other] = [other, at];
    }
  } catch (error) {
    throw new InputError(`cannot be read: ${systemReason(error)}`, { cause: error });
  } finally {
    // A piece may still be on its way when the caller has given up: neither its memory nor the file is free before.
    await Promise.allSettled([ahead, digest?.settled()]);
    if (descriptor !== undefined) closeSync(descriptor);
    idlePairs.push(pair);
  }
}

async function* prepend(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* inflate(stored: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(copies(stored));
  const gunzip = createGunzip({ chunkSize: READ_BYTES });
  source.once('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`damaged gzip stream: ${messageOf(error)}; fetch or copy the file again`, { cause: error });
  }
}

/** A stream asks for the next chunk before it has used the last. */
async function* copies(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield chunk.slice();
}
