/** One request for the API, read from HTTP. */

import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export type ApiRequest = {
  readonly path: string;
  /** Of the form in the body, and of the address. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Names of those that stand in the address. */
  readonly inUrl: readonly string[];
  readonly bearer: string | undefined;
};

/** Longest form that is read, bytes. */
const FORM_LIMIT = 65_536;

/** What must not be seen in a log, an address or a report, and what changes from one attempt to the next. */
const SECRETS = ['access_token', 'client_secret', 'code', 'nonce', 'refresh_token', 'signature', 'signal_token'];

/** `undefined`: longer than anybody needs. */
export async function readForm(incoming: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= FORM_LIMIT) chunks.push(chunk); // the rest is read and dropped, so that the answer can be sent
  }
  return bytes > FORM_LIMIT ? undefined : new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

export function apiRequest(incoming: IncomingMessage, url: URL, form: URLSearchParams): ApiRequest {
  const authorization = incoming.headers.authorization ?? '';
  return {
    path: url.pathname.replace(/\/$/, ''),
    parameters: new Map([...url.searchParams, ...form]),
    inUrl: [...url.searchParams.keys()],
    bearer: /^Bearer +(\S+)$/i.exec(authorization)?.[1],
  };
}

/** Names of secrets that stand in the address. */
export function secretsInUrl({ inUrl }: ApiRequest): readonly string[] {
  return SECRETS.filter((name) => name !== 'nonce' && name !== 'signature' && inUrl.includes(name));
}

/** Equal for requests that ask the same with the same credentials. */
export function identityOf({ path, parameters, bearer }: ApiRequest): string {
  const sorted = [...parameters].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([path, sorted, bearer]))
    .digest('base64');
}

/** What is asked, without tokens, secrets and times of asking. */
export function questionOf({ path, parameters }: ApiRequest, user: number | undefined): string {
  const told = [...parameters].filter(([name]) => !SECRETS.includes(name) && name !== 'timestamp');
  return JSON.stringify([path, user ?? null, told.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
