/** Answers on the wire, whole or spoiled as the fault wants it. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Breakdown, Loss } from './fault-profiles.ts';
import type { Fate } from './faults.ts';

export type Payload = {
  readonly http: number;
  readonly type: string;
  readonly pieces: readonly Buffer[];
};

export interface SendOptions {
  readonly gzip: boolean;
  readonly stallMs: number;
}

export const JSON_TYPE = 'application/json';
const HTML_TYPE = 'text/html; charset=UTF-8';

/** The fastest: it is the server that waits for it. */
const GZIP_LEVEL = 1;

/** What a proxy says in the API's place. */
export function breakdownPage(failure: Breakdown): Payload {
  const http = failure === 'http-500' ? 500 : failure === 'http-502' ? 502 : 200;
  const text = http === 200 ? 'The service is under maintenance.' : `Error ${http}: the service did not answer.`;
  return { http, type: HTML_TYPE, pieces: [Buffer.from(`<!DOCTYPE html><html><body><h1>${text}</h1></body></html>`)] };
}

/** `payload` undefined: the connection breaks before anything is sent. */
export async function send(
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  payload: Payload,
  { failure, shape }: Fate,
  options: SendOptions,
): Promise<void> {
  const { socket } = response;
  if (failure === 'reset-before' || failure === 'reset-after') {
    socket?.resetAndDestroy();
    return;
  }
  if (failure === 'stall') {
    stall(response, options.stallMs);
    return;
  }
  const zipped = options.gzip && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const pieces = zipped
    ? [await promisify(gzip)(Buffer.concat(payload.pieces), { level: GZIP_LEVEL })]
    : payload.pieces;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  response.writeHead(payload.http, {
    'content-type': shape === 'wrong-content-type' ? HTML_TYPE : payload.type,
    'content-length': failure === 'truncated-body' ? Math.floor(length / 2) : length,
    ...(zipped && { 'content-encoding': 'gzip' }),
  });
  if (isPartial(failure)) {
    sendHalf(response, Buffer.concat(pieces).subarray(0, Math.floor(length / 2)), failure, options.stallMs);
    return;
  }
  response.cork();
  for (const piece of pieces) response.write(piece);
  response.end();
}

type Partial = Exclude<Loss, 'reset-after'>;

function isPartial(failure: Fate['failure']): failure is Partial {
  return (
    failure === 'reset-middle' ||
    failure === 'stall-middle' ||
    failure === 'truncated-length' ||
    failure === 'truncated-body'
  );
}

function sendHalf(response: ServerResponse, half: Buffer, failure: Partial, stallMs: number): void {
  if (failure === 'truncated-body') {
    response.end(half); // to HTTP it is whole
    return;
  }
  response.write(half, () => {
    if (failure === 'stall-middle') stall(response, stallMs);
    else if (failure === 'reset-middle') response.socket?.resetAndDestroy();
    else response.socket?.end();
  });
}

/** Says nothing for a while, then hangs up. */
function stall({ socket }: ServerResponse, ms: number): void {
  const timer = setTimeout(() => socket?.destroy(), ms);
  socket?.once('close', () => clearTimeout(timer));
}
