/** One POST over HTTP: a form out, an answer in, checked while it arrives and kept as it came. */

import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Agent, type Dispatcher, request } from 'undici';
import { quoted } from '../core/errors.ts';
import type { Envelope } from './envelope.ts';
import { Fault, faultOf, httpFault } from './fault.ts';
import { Intake } from './intake.ts';

export interface TransportOptions {
  readonly apiUrl: string;
  /** Until a connection stands, ms. */
  readonly connectMs: number;
  /** Until the head of an answer, ms. */
  readonly headersMs: number;
  /** Between two pieces of an answer, ms. */
  readonly bodyMs: number;
  /** Of an answer, as received and decoded. */
  readonly maxBodyBytes: number;
}

export type Received = {
  /** As received. */
  readonly payload: Uint8Array;
  readonly encoding: 'gzip' | 'identity';
  /** Of the decoded payload, hexadecimal. */
  readonly sha256: string;
  readonly envelope: Envelope;
};

/** Inflated at a time. */
const GUNZIP_CHUNK = 256 * 1024;

export class Transport {
  readonly #options: TransportOptions;
  readonly #agent: Agent;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#agent = new Agent({
      connect: { timeout: options.connectMs },
      headersTimeout: options.headersMs,
      bodyTimeout: options.bodyMs,
    });
  }

  /** @throws Fault when there is no answer, or none that is an envelope, whatever its status */
  async post(
    path: string,
    form: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<Received> {
    try {
      const response = await request(new URL(path, this.#options.apiUrl), {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded', 'accept-encoding': 'gzip' },
        body: form,
        dispatcher: this.#agent,
        ...(signal === undefined ? {} : { signal }),
      });
      const fault = httpFault(response.statusCode, response.headers) ?? encodingFault(encodingOf(response));
      if (fault === null) return await this.#receive(response);
      await response.body.dump();
      throw fault;
    } catch (error) {
      throw faultOf(error);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #receive(response: Dispatcher.ResponseData): Promise<Received> {
    const { body } = response;
    const encoding = encodingOf(response) === 'identity' ? 'identity' : 'gzip';
    const intake = new Intake(this.#options.maxBodyBytes);
    if (encoding === 'identity') {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        intake.keep(chunk);
        intake.check(chunk);
      }
    } else {
      // Listened to, not one more stage: stages that only pass on doubled the CPU time of an answer.
      body.on('data', (chunk: Uint8Array) => {
        try {
          intake.keep(chunk);
        } catch (error) {
          body.destroy(error as Error);
        }
      });
      await pipeline(body, createGunzip({ chunkSize: GUNZIP_CHUNK }), async (decoded: AsyncIterable<Uint8Array>) => {
        for await (const chunk of decoded) intake.check(chunk);
      });
    }
    return { encoding, ...intake.finish() };
  }
}

/** Name of the encoding, in lower case; `gzip` has two. */
function encodingOf({ headers }: Dispatcher.ResponseData): string {
  const name = String(headers['content-encoding'] ?? '')
    .trim()
    .toLowerCase();
  return name === '' ? 'identity' : name === 'x-gzip' ? 'gzip' : name;
}

/** Only gzip is asked for. */
function encodingFault(encoding: string): Fault | null {
  if (encoding === 'identity' || encoding === 'gzip') return null;
  const got = `got the answer encoded as ${quoted(encoding, 40)}, expected gzip or none`;
  return new Fault(got, { reason: 'protocol', retry: 'never' });
}
