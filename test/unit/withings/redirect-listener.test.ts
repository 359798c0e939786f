import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listenForRedirect } from '../../../src/withings/redirect-listener.ts';

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

  it.each([
    ['code=abc&state=other', /another state.*auth login/],
    ['code=abc', /another state/],
    [`error=access_denied&state=${STATE}`, /refused \("access_denied"\)/],
    [`state=${STATE}`, /no code/],
  ])('refuses %s', async (query, said) => {
    const uri = await freeAddress();
    const listener = await listenForRedirect(uri, STATE);
    expect((await fetch(`${uri}?${query}`)).status).toBe(400);
    await expect(listener.code).rejects.toThrow(said);
    await listener.close();
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

async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}/callback`;
}
