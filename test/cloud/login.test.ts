import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { login, openTestCloud, type TestCloud } from '../support/cloud.ts';

describe.concurrent('auth login waits for the way back from its own link, whatever else comes to its port', () => {
  it.for([
    ['a request that is no URL', () => ['GET // HTTP/1.1', 'GET http://[ HTTP/1.1', 'GET /\\..\\%zz HTTP/1.1']],
    [
      'bytes that are no request',
      () => ['\0\x01\x02\xff\xfe', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', 'SSH-2.0-x', ''],
    ],
    ['a header that is none', (path) => [`GET ${path} HTTP/1.1\r\nno header`, `GET ${path} HTTP/9.9`, `GET ${path}`]],
    ['a head that is too long', (path) => [`GET ${path}&x=${'a'.repeat(40_000)} HTTP/1.1`]],
    [
      'a foreign state',
      (_, place) => [`GET ${place}?code=stolen&state=other HTTP/1.1`, `GET ${place}?code=x HTTP/1.1`],
    ],
    ['a refusal with a foreign state', (_, place) => [`GET ${place}?error=access_denied&state=other HTTP/1.1`]],
    ['two states', (path) => [`GET ${path.replace('state=', 'state=other&state=')} HTTP/1.1`]],
    [
      'HEAD and POST',
      (path) => [`HEAD ${path} HTTP/1.1`, `POST ${path} HTTP/1.1\r\nContent-Length: 5`, `PUT ${path} HTTP/1.1`],
    ],
    [
      'other methods',
      (path) => ['OPTIONS * HTTP/1.1', 'CONNECT x:1 HTTP/1.1', `PRI * HTTP/2.0`, `BREW ${path} HTTP/1.1`],
    ],
    ['an upgrade', (path) => [`POST ${path} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket`]],
    [
      'an expectation',
      (path) => [
        `POST ${path} HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue`,
        `POST ${path} HTTP/1.1\r\nExpect: tea`,
      ],
    ],
    ['two requests in one', () => ['GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET // HTTP/1.1']],
  ] as readonly (readonly [string, (path: string, place: string) => readonly string[]])[])(
    '%s',
    async ([, requestsOf], test) => {
      const cloud = await openTestCloud({ users: 1, quota: null }, test.onTestFinished);
      const { code, stdout, stderr } = await login(cloud, [], async (link) => {
        const { url, port, path, place } = await wayBack(link);
        for (const request of requestsOf(path, place)) await speak(port, request);
        return fetch(url);
      });
      expect([code, stdout, linesOf(stderr)]).toEqual([0, expect.stringMatching(/^user 1001: authorised for /), []]);
      await expectWorks(cloud);
    },
  );

  it('a connection that is reset in the middle of a request', async (test) => {
    const cloud = await openTestCloud({ users: 1, quota: null }, test.onTestFinished);
    const { code } = await login(cloud, [], async (link) => {
      const { url, port, path } = await wayBack(link);
      for (const piece of [
        '',
        'GET',
        `GET ${path} HTTP/1.1\r\n`,
        `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx`,
      ]) {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        await new Promise((connected) => socket.on('connect', connected));
        await new Promise((written) => socket.write(piece, written));
        socket.resetAndDestroy();
      }
      return fetch(url);
    });
    expect(code).toBe(0);
    await expectWorks(cloud);
  });

  it('the way back twice: one code is used, once', async (test) => {
    const cloud = await openTestCloud({ users: 1, quota: null }, test.onTestFinished);
    const { code, stdout } = await login(cloud, [], async (link) => {
      const { url } = await wayBack(link);
      // The second may come when nobody listens any more.
      return Promise.allSettled([fetch(url), fetch(url), fetch(url)]);
    });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^user 1001: authorised for /)]);
    expect(cloud.report().endpoints['oauth2 requesttoken']?.requests).toBe(1);
    await expectWorks(cloud);
  });

  it('a refusal of its own consent ends it, and says so', async (test) => {
    const cloud = await openTestCloud({ users: 1, quota: null }, test.onTestFinished);
    const { code, stderr } = await login(cloud, [], (link) => fetch(`${link}&decision=deny`));
    expect([code, linesOf(stderr)]).toEqual([1, [expect.stringMatching(/consent was refused \("access_denied"\)/)]]);
  });
});

type WayBack = {
  readonly url: string;
  readonly port: number;
  /** With the code and the right state. */
  readonly path: string;
  /** Without. */
  readonly place: string;
};

/** Where the cloud sends the browser of user 0. */
async function wayBack(link: string): Promise<WayBack> {
  const page = await fetch(`${link}&simulate_user=0`, { redirect: 'manual' });
  const url = page.headers.get('location') ?? '';
  const { port, pathname, search } = new URL(url);
  return { url, port: Number(port), path: pathname + search, place: pathname };
}

/** Sends it as it is, and waits until the other side has hung up, or has answered. */
async function speak(port: number, request: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const over = new Promise((resolve) => {
    socket.on('close', resolve).on('error', resolve).on('data', resolve);
  });
  socket.end(Buffer.from(request === '' ? '' : `${request}\r\nHost: localhost\r\n\r\n`, 'latin1'));
  await over;
  socket.destroy();
}

/** Of standard error, but for the link and what is told of the store. */
function linesOf(stderr: string): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('Open this link') && !line.startsWith('  http'));
}

async function expectWorks(cloud: TestCloud): Promise<void> {
  expect(await cloud.run(['devices', '--quiet'])).toMatchObject({ code: 0, stderr: '' });
}
