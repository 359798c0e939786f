import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listenForRedirect } from '../../../../src/withings/tokens/redirect-listener.ts';

const STATE = 'a-state-nobody-guesses';

describe('the way back from the authorise page', () => {
  it('gives the code of the redirect with the right state', async () => {
    const uri = await freeAddress();
    const listener = await listenForRedirect(uri, STATE);
    const page = await fetch(`${uri}?code=abc&state=${STATE}`);
    expect([page.status, await listener.code]).toEqual([200, 'abc']);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    await listener.close();
  });

  it('leaves other paths alone and waits on', async () => {
    const uri = await freeAddress();
    const listener = await listenForRedirect(uri, STATE);
    expect((await fetch(new URL('/favicon.ico', uri))).status).toBe(404);
    await fetch(`${uri}?code=abc&state=${STATE}`);
    expect(await listener.code).toBe('abc');
    await listener.close();
  });

  it('ends when consent was refused, and says so', async () => {
    const uri = await freeAddress();
    const listener = await listenForRedirect(uri, STATE);
    expect((await fetch(`${uri}?error=access_denied&state=${STATE}`)).status).toBe(400);
    await expect(listener.code).rejects.toThrow(/refused \("access_denied"\)/);
    await listener.close();
  });

  it('answers whatever else comes to the port, and waits on', async () => {
    const uri = await freeAddress();
    const { port, pathname } = new URL(uri);
    const listener = await listenForRedirect(uri, STATE);
    const right = `${pathname}?code=stolen&state=${STATE}`;
    for (const [request, status] of [
      [`GET ${pathname}?code=abc&state=other HTTP/1.1`, 400],
      [`GET ${pathname}?code=abc HTTP/1.1`, 400],
      [`GET ${pathname}?error=access_denied&state=other HTTP/1.1`, 400],
      [`GET ${pathname}?state=${STATE} HTTP/1.1`, 400],
      [`GET ${pathname}?code=&state=${STATE} HTTP/1.1`, 400],
      ['GET // HTTP/1.1', 400],
      ['GET http://[ HTTP/1.1', 400],
      ['GET /favicon.ico HTTP/1.1', 404],
      ['GET /%00%ff?%zz HTTP/1.1', 404],
      ['OPTIONS * HTTP/1.1', 404],
      [`HEAD ${right} HTTP/1.1`, 405],
      [`POST ${right} HTTP/1.1\r\nContent-Length: 1000000000`, 405],
      [`GET ${pathname}?code=${'a'.repeat(20_000)}&state=${STATE} HTTP/1.1`, 431],
      ['no request at all', 400],
    ] as const) {
      expect([request.slice(0, 60), await statusOf(Number(port), request)]).toEqual([request.slice(0, 60), status]);
    }
    expect((await fetch(`${uri}?code=abc&state=${STATE}`)).status).toBe(200);
    expect(await listener.code).toBe('abc');
    await listener.close();
  });

  it('is found by its browser beside connections that say nothing', async () => {
    const uri = await freeAddress();
    const listener = await listenForRedirect(uri, STATE);
    const silent = Array.from({ length: 30 }, () => connect(Number(new URL(uri).port), '127.0.0.1'));
    await Promise.all(
      silent.map((socket) =>
        once(
          socket.on('error', () => undefined),
          'connect',
        ),
      ),
    );
    for (const socket of silent) socket.write('GET /callback?sta');
    await fetch(`${uri}?code=abc&state=${STATE}`);
    expect(await listener.code).toBe('abc');
    await listener.close();
    for (const socket of silent) socket.destroy();
  });

  it('says that the port is taken', async () => {
    const uri = await freeAddress();
    const first = await listenForRedirect(uri, STATE);
    await expect(listenForRedirect(uri, STATE)).rejects.toThrow(/cannot listen at .*EADDRINUSE.*--code/);
    await first.close();
  });

  it.each(['https://127.0.0.1/callback', 'http://example.org/callback', 'callback'])(
    'does not listen for %s',
    async (uri) => {
      await expect(listenForRedirect(uri, STATE)).rejects.toThrow(/redirect_uri: got .*an address of this machine/);
    },
  );

  it('ends when the caller gives up', async () => {
    const stop = new AbortController();
    const listener = await listenForRedirect(await freeAddress(), STATE, stop.signal);
    stop.abort();
    await expect(listener.code).rejects.toThrow(/interrupted/);
    await listener.close();
  });
});

/** Of the answer to a request as it is written here. */
async function statusOf(port: number, request: string): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
  const ended = new Promise((resolve) => socket.on('close', resolve).on('error', resolve));
  socket.write(`${request}\r\nHost: localhost\r\n\r\n`);
  await ended;
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1]);
}

async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}/callback`;
}
