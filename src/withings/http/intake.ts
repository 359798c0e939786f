/** An answer while it comes in: kept as received, hashed and checked as decoded, both within a limit. */

import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';
import { errorCode } from '../../core/errors.ts';
import { type Envelope, EnvelopeReader } from './envelope.ts';
import { Fault } from './fault.ts';
import { SecretFinder, withoutSecrets } from './secrets.ts';

/** RFC 1952: a gzip stream ends with its decoded length, modulo 2^32. */
const GZIP_TAIL_BYTES = 4;

/** Decoded pages up to this are in memory at once, one at a time; those of the API are below 10 MB. */
const AT_ONCE_BYTES = 16 * 2 ** 20;

/** Longer ones are decoded in pieces. */
const PIECE_BYTES = 2 ** 18;

/** zlib's own. */
const MIN_CHUNK = 64;

export type Received = {
  /** As received, unless `replaced`. */
  readonly payload: Uint8Array;
  readonly encoding: 'gzip' | 'identity';
  /** Of the decoded payload, hexadecimal. */
  readonly sha256: string;
  readonly envelope: Envelope;
  /** Places where it repeated a secret of the request, which stands there no more. */
  readonly replaced: number;
};

export class Intake {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  readonly #hash = createHash('sha256');
  readonly #reader = new EnvelopeReader();
  #received = 0;
  #decoded = 0;

  readonly #secrets: readonly string[];
  readonly #finder: SecretFinder;

  /**
   * @param maxBytes of the answer, as received and decoded
   * @param secrets that it must not repeat
   */
  constructor(maxBytes: number, secrets: readonly string[] = []) {
    this.#maxBytes = maxBytes;
    this.#secrets = secrets;
    this.#finder = new SecretFinder(secrets);
  }

  /** @throws Fault above the limit */
  keep(chunk: Uint8Array): void {
    this.#received += chunk.length;
    this.#limit(this.#received, 'received');
    this.#parts.push(chunk);
  }

  /** @throws Fault above the limit; InputError when the answer is not JSON */
  check(chunk: Uint8Array): void {
    this.#decoded += chunk.length;
    this.#limit(this.#decoded, 'decoded');
    this.#hash.update(chunk);
    this.#reader.push(chunk);
    this.#finder.push(chunk);
  }

  /**
   * Checks what was kept, which is gzip.
   *
   * @throws Fault above the limit; InputError when the answer is not JSON; an error of zlib when it is not gzip, or cut
   */
  async inflate(): Promise<void> {
    const payload = this.#payload();
    const bytes = payload.length < GZIP_TAIL_BYTES ? 0 : payload.readUInt32LE(payload.length - GZIP_TAIL_BYTES);
    if (bytes <= Math.min(AT_ONCE_BYTES, this.#maxBytes) && this.#inflateAtOnce(payload, bytes)) return;
    await pipeline([payload], createGunzip({ chunkSize: PIECE_BYTES }), async (pieces: AsyncIterable<Uint8Array>) => {
      for await (const piece of pieces) this.check(piece);
    });
  }

  /**
   * The answer as it came, or with its secrets replaced, and then decoded.
   *
   * @throws InputError when the answer is cut, or not an envelope
   */
  finish(encoding: Received['encoding']): Received {
    const envelope = this.#reader.finish();
    const payload = this.#payload();
    if (!this.#finder.found) return { payload, encoding, sha256: this.#hash.digest('hex'), envelope, replaced: 0 };
    const decoded = encoding === 'gzip' ? gunzipSync(payload, { maxOutputLength: this.#maxBytes }) : payload;
    const { content, replaced } = withoutSecrets(decoded, this.#secrets);
    const reader = new EnvelopeReader();
    reader.push(content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { payload: content, encoding: 'identity', sha256, envelope: reader.finish(), replaced };
  }

  /** Into one buffer: pieces in a stream cost 1.2 times the CPU time of the whole answer. `false`: there is more than `bytes`. */
  #inflateAtOnce(payload: Buffer, bytes: number): boolean {
    let decoded: Buffer;
    try {
      decoded = gunzipSync(payload, { chunkSize: Math.max(bytes + 1, MIN_CHUNK), maxOutputLength: Math.max(bytes, 1) });
    } catch (error) {
      if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') return false; // of several members the last one's length was told
      throw error;
    }
    this.check(decoded);
    return true;
  }

  #payload(): Buffer {
    if (this.#parts.length !== 1) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] as Buffer;
  }

  #limit(bytes: number, what: string): void {
    if (bytes <= this.#maxBytes) return;
    throw new Fault(`the answer is too large: ${what} more than ${this.#maxBytes} bytes`, {
      reason: 'protocol',
      retry: 'never',
    });
  }
}
