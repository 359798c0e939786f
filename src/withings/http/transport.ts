/** One POST over HTTP: a form out, an answer in, checked while it arrives and kept as it came. */

import { Agent, type Dispatcher, request } from 'undici';
import { quoted } from '../../core/errors.ts';
import { Fault, faultOf, httpFault } from './fault.ts';
import { Intake, type Received } from './intake.ts';

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

  /**
   * @param secrets that the answer must not repeat: they are replaced in it
   * @throws Fault when there is no answer, or none that is an envelope, whatever its status
   */
  async post(
    path: string,
    form: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
    secrets: readonly string[] = [],
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
      if (fault === null) return await this.#receive(response, secrets);
      await response.body.dump();
      throw fault;
    } catch (error) {
      throw faultOf(error);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #receive(response: Dispatcher.ResponseData, secrets: readonly string[]): Promise<Received> {
    const encoding = encodingOf(response) === 'identity' ? 'identity' : 'gzip';
    const intake = new Intake(this.#options.maxBodyBytes, secrets);
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      intake.keep(chunk);
      if (encoding === 'identity') intake.check(chunk);
    }
    if (encoding === 'gzip') await intake.inflate();
    return intake.finish(encoding);
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
