/** An HTTP server on loopback that answers as a test says, and remembers what it was asked. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Asked = {
  readonly path: string;
  readonly form: ReadonlyMap<string, string>;
  readonly headers: IncomingMessage['headers'];
  /** Of this request, from 0. */
  readonly index: number;
};

/** Answers one request; what is returned is sent as JSON with status 200, `undefined`: the script answered itself. */
export type Script = (asked: Asked, response: ServerResponse) => unknown;

export type ApiServer = {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
};

export async function startApiServer(script: Script): Promise<ApiServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const form = new Map(new URLSearchParams(Buffer.concat(parts).toString()));
      const one: Asked = { path: request.url ?? '', form, headers: request.headers, index: asked.length };
      asked.push(one);
      const json = script(one, response);
      if (json !== undefined) response.end(JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
