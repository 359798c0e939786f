/** The bytes of an input file, in order: decompressed for the decoder, as stored for the digest. */

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError, messageOf, systemReason } from '../core/errors.ts';

/** Reads of 1 MiB: at 64 KiB the stream's own overhead halves the speed. */
const READ_BYTES = 1 << 20;

export type InputDigest = { bytes: number; sha256: string };

/**
 * The file's content chunk by chunk; gzip is recognised by its first two bytes. `digest` is of the file as stored and
 * filled when the last chunk has been taken.
 *
 * @throws InputError when the file cannot be read or its gzip stream is damaged.
 */
export async function* readInput(path: string, digest: InputDigest): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  const stored = readStored(path, hash, digest);
  const first = await stored.next();
  if (!first.done) {
    const whole = prepend(first.value, stored);
    yield* first.value[0] === 0x1f && first.value[1] === 0x8b ? inflate(whole) : whole;
  }
  digest.sha256 = hash.digest('hex');
}

/** Digest of a file whose content was given up on. */
export async function digestInput(path: string, digest: InputDigest): Promise<void> {
  const hash = createHash('sha256');
  digest.bytes = 0;
  for await (const _ of readStored(path, hash, digest));
  digest.sha256 = hash.digest('hex');
}

async function* readStored(path: string, hash: Hash, digest: InputDigest): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      digest.bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw new InputError(`cannot be read: ${systemReason(error)}`, { cause: error });
  }
}

async function* prepend(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* inflate(stored: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = Readable.from(stored);
  const gunzip = createGunzip({ chunkSize: READ_BYTES });
  source.once('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`damaged gzip stream: ${messageOf(error)}; fetch or copy the file again`, { cause: error });
  }
}
