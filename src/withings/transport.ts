/** One POST over HTTP: a form out, an answer in, checked while it arrives and kept as it came. */

import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Agent, type Dispatcher, request } from 'undici';
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
      const fault = httpFault(response.statusCode, response.headers);
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

  async #receive({ headers, body }: Dispatcher.ResponseData): Promise<Received> {
    const encoding = encodingOf(headers['content-encoding']);
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

function encodingOf(header: string | string[] | undefined): 'gzip' | 'identity' {
  const name = String(header ?? 'identity')
    .trim()
    .toLowerCase();
  if (name === 'identity' || name === '') return 'identity';
  if (name === 'gzip' || name === 'x-gzip') return 'gzip';
  throw new Fault(`the answer is encoded in another way than asked for: got ${JSON.stringify(name.slice(0, 40))}`, {
    reason: 'protocol',
    retry: 'never',
  });
}
