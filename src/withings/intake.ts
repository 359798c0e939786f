/** An answer while it comes in: kept as received, hashed and checked as decoded, both within a limit. */

import { createHash } from 'node:crypto';
import { type Envelope, EnvelopeReader } from './envelope.ts';
import { Fault } from './fault.ts';

export class Intake {
  readonly #maxBytes: number;
  readonly #parts: Uint8Array[] = [];
  readonly #hash = createHash('sha256');
  readonly #reader = new EnvelopeReader();
  #received = 0;
  #decoded = 0;

  /** @param maxBytes of the answer, as received and decoded */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
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
  }

  /** @throws InputError when the answer is cut, or not an envelope */
  finish(): { readonly payload: Uint8Array; readonly sha256: string; readonly envelope: Envelope } {
    const envelope = this.#reader.finish();
    return { payload: Buffer.concat(this.#parts), sha256: this.#hash.digest('hex'), envelope };
  }

  #limit(bytes: number, what: string): void {
    if (bytes <= this.#maxBytes) return;
    throw new Fault(`the answer is too large: ${what} more than ${this.#maxBytes} bytes`, {
      reason: 'protocol',
      retry: 'never',
    });
  }
}
