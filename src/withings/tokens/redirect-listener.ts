/** Catches the browser on its way back from the authorise page: one request to a loopback port, whatever else comes there. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AbortedError, ArgumentError, InputError, messageOf, quoted } from '../../core/errors.ts';

const LOCAL = 'http://localhost';

/** A browser sends its request at once, and few bytes of it; Node.js answers 408 or 431 to anything else. */
const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 2_000,
};
const MAX_CONNECTIONS = 64;

const FOREIGN = 'This is not the way back from the link that was printed last. Open that one: it is still waited for.';

const NO_ADDRESS = { protocol: '', hostname: '', port: '', pathname: '' };

export interface RedirectListener {
  /**
   * The authorisation code: valid for 30 s from when it was made. Rejects when consent was refused; any other request than the
   * way back from this very consent is answered and forgotten.
   */
  readonly code: Promise<string>;
  close(): Promise<void>;
}

/**
 * Listens where `redirectUri` points to.
 *
 * @param redirectUri on this machine, as registered with the application, such as `http://127.0.0.1:8484/callback`
 * @param state what the authorise URL carried: a redirect without it was started by someone else
 * @throws ArgumentError when `redirectUri` is not on this machine or its port is taken
 */
export async function listenForRedirect(
  redirectUri: string,
  state: string,
  signal?: AbortSignal,
): Promise<RedirectListener> {
  const { protocol, hostname, port, pathname } = URL.canParse(redirectUri) ? new URL(redirectUri) : NO_ADDRESS;
  if (protocol !== 'http:' || !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)) {
    throw new ArgumentError(
      `redirect_uri: got ${quoted(redirectUri, 200)}, expected an address of this machine such as http://127.0.0.1:8484/callback; or authorise with --code`,
    );
  }
  const { promise, resolve, reject } = withResolvers();
  promise.catch(() => undefined); // whoever waits for it is told; nobody may
  const server = createServer(LIMITS, (request, response) => {
    // Whoever knows the port may ask anything: only the way back that carries `state` counts.
    const asked = request.url ?? '';
    if (!URL.canParse(asked, LOCAL)) return answer(request, response, 400, 'That is no address.');
    const url = new URL(asked, LOCAL);
    if (url.pathname !== pathname) return answer(request, response, 404, 'Nothing is here.');
    // A preview or a scanner of links must not use up the code.
    if (request.method !== 'GET') return answer(request, response, 405, 'Open this address in a browser.');
    const found = wayBack(url.searchParams, state);
    if (found === 'foreign') return answer(request, response, 400, FOREIGN);
    if (found instanceof InputError) {
      answer(request, response, 400, 'Not authorised: see the terminal.');
      return reject(found);
    }
    answer(request, response, 200, 'Authorised. You can close this window.');
    resolve(found.code);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((listening, failed) => {
    server.once('error', (error) =>
      failed(
        new ArgumentError(
          `redirect_uri: cannot listen at ${quoted(redirectUri, 200)}: ${messageOf(error)}; free the port, or authorise with --code`,
          { cause: error },
        ),
      ),
    );
    server.on('error', reject); // one that comes later, when it is too late to say so above
    server.listen(port === '' ? 80 : Number(port), hostname.replace(/[[\]]/g, ''), listening);
  });
  const abort = (): void => reject(new AbortedError('interrupted before the authorisation came back'));
  signal?.addEventListener('abort', abort, { once: true });
  return {
    code: promise,
    close: async () => {
      signal?.removeEventListener('abort', abort);
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/**
 * The code of a redirect's query.
 *
 * @throws InputError when consent was refused, or `state` is not the one sent
 */
export function codeOf(query: URLSearchParams, state: string): string {
  const found = wayBack(query, state);
  if (found === 'foreign') {
    throw new InputError(
      'redirect: got another state than the one sent, or no code, so this consent was not asked for here; run auth login again and use the link it prints',
    );
  }
  if (found instanceof InputError) throw found;
  return found.code;
}

/** The code; or why there will be none, of consent that was refused; or `foreign`: of another consent than the one with `state`. */
function wayBack(query: URLSearchParams, state: string): { readonly code: string } | InputError | 'foreign' {
  if (!equal(query.get('state') ?? '', state)) return 'foreign';
  const refusal = query.get('error');
  if (refusal !== null) {
    return new InputError(`redirect: consent was refused (${quoted(refusal)}); run auth login again to ask once more`);
  }
  const code = query.get('code');
  return code === null || code === '' ? 'foreign' : { code };
}

function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // The address holds the code: it must not travel on to anybody.
    'referrer-policy': 'no-referrer',
    connection: 'close',
    ...(status === 405 && { allow: 'GET' }),
  });
  response.end(
    request.method === 'HEAD' ? undefined : `<!doctype html><title>withings-signals</title><p>${text}</p>\n`,
  );
}

/** Promise.withResolvers, which Node.js 20 lacks. */
function withResolvers(): {
  readonly promise: Promise<string>;
  readonly resolve: (code: string) => void;
  readonly reject: (error: unknown) => void;
} {
  let resolve: (code: string) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
