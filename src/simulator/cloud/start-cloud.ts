/** An HTTP server in the place of Withings' API and account hosts, with people who do not exist. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ArgumentError, messageOf, quoted } from '../../core/errors.ts';
import { badParameters, bytesOf } from './answer.ts';
import { answerApi, type Limits } from './api.ts';
import { apiRequest, readForm } from './api-request.ts';
import { authorizePage } from './authorize-page.ts';
import { CONTROLS, describeCloud } from './controls.ts';
import type { Cloud } from './endpoint.ts';
import { faultProfile, isBreakdown } from './fault-profiles.ts';
import { Faults } from './faults.ts';
import { FrameStore } from './frame-store.ts';
import { Grants } from './grants.ts';
import { type CloudReport, Ledger } from './ledger.ts';
import { Notifications } from './notifications.ts';
import { type CloudOptions, type ResolvedCloud, resolveCloudOptions } from './options.ts';
import { Script } from './script.ts';
import { breakdownPage, JSON_TYPE, send } from './send.ts';
import { Nonces } from './signing.ts';
import { DuplicateGuard, SlidingWindow } from './traffic.ts';
import { World } from './world.ts';

export type SimulatedCloud = {
  /** Of the API and of the account host, without a slash at the end. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What was asked so far, and which rules were broken. */
  report(): CloudReport;
  /** Every code, token and nonce it gave out, for tests that look where they have got to; no request gets them. */
  issued(): readonly string[];
  /** Ends connections and calls under way. */
  close(): Promise<void>;
};

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** Longer than clients leave connections idle, so that only faults break them. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Serves the recordings and samples that `simulate` writes for the same users, days, hours and seed, as the API's text says:
 * OAuth, signatures, quota, paging, pending signals, notifications, and faults on demand.
 *
 * @throws ArgumentError for an option out of its range, or when the port is not free.
 */
export async function startCloud(options: CloudOptions = {}): Promise<SimulatedCloud> {
  const resolved = resolveCloudOptions(options);
  const cloud = createCloud(resolved);
  const limits: Limits = {
    quota: new SlidingWindow(resolved.quota),
    guard: new DuplicateGuard(resolved.duplicateGuardMs),
    faults: new Faults(faultProfile(resolved.faults), resolved.seed),
  };
  const report = (): CloudReport => cloud.ledger.report(limits.quota.peak);

  const server = createServer((request, response) => {
    const exchange = { request, response };
    serve(exchange, cloud, limits, report).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(exchange, 500, { error: messageOf(error) });
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new ArgumentError(
          `simulated cloud: cannot listen on ${resolved.host}:${resolved.port}: ${messageOf(error)}; give another port`,
          { cause: error },
        ),
      );
    });
    server.listen(resolved.port, resolved.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    clientId: resolved.clientId,
    clientSecret: resolved.clientSecret,
    report,
    issued: () => [...cloud.grants.issued(), ...cloud.nonces.issued()],
    close: () => {
      cloud.notifications.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function createCloud(options: ResolvedCloud): Cloud {
  let skewMs = 0;
  const now = (): number => options.now() + skewMs;
  const world = new World(options);
  const ledger = new Ledger(now);
  return {
    options,
    now,
    advance: (ms) => {
      skewMs += ms;
    },
    world,
    frames: new FrameStore(world),
    grants: new Grants({ ...options, now }),
    nonces: new Nonces(now),
    notifications: new Notifications({ onDelivered: (delivered) => ledger.notified(delivered) }),
    ledger,
    script: new Script(),
    signalTokens: new Map(),
  };
}

async function serve(exchange: Exchange, cloud: Cloud, limits: Limits, report: () => CloudReport): Promise<void> {
  const url = new URL(exchange.request.url ?? '/', 'http://cloud');
  if (url.pathname.startsWith('/simulator')) return serveControl(exchange, url, cloud, report);
  const form = await readForm(exchange.request);
  if (form === undefined) return sendJson(exchange, 200, badParameters('the form is too long'));
  if (url.pathname === '/oauth2_user/authorize2') return serveAuthorize(exchange, url, form, cloud);
  return serveApi(exchange, url, form, cloud, limits);
}

async function serveApi(
  exchange: Exchange,
  url: URL,
  form: URLSearchParams,
  cloud: Cloud,
  limits: Limits,
): Promise<void> {
  const { endpoint, answer, fate, question } = await answerApi(apiRequest(exchange.request, url, form), cloud, limits);
  if (fate.failure !== undefined) cloud.ledger.failed(endpoint, fate.failure);
  if (isBreakdown(fate.failure)) return send(exchange, breakdownPage(fate.failure), fate, cloud.options);
  if (answer === undefined) return;
  const pieces = bytesOf(answer);
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  cloud.ledger.answered(endpoint, answer.status, bytes, question);
  await send(exchange, { http: 200, type: JSON_TYPE, pieces }, fate, cloud.options);
}

function serveAuthorize(exchange: Exchange, url: URL, form: URLSearchParams, cloud: Cloud): void {
  cloud.ledger.arrived('authorize');
  const page = authorizePage(exchange.request.method === 'POST' ? form : url.searchParams, cloud);
  if ('location' in page) {
    exchange.response.writeHead(302, { location: page.location, 'cache-control': 'no-store' }).end();
  } else {
    exchange.response.writeHead(page.http, { 'content-type': 'text/html; charset=UTF-8' }).end(page.html);
  }
}

async function serveControl(exchange: Exchange, url: URL, cloud: Cloud, report: () => CloudReport): Promise<void> {
  const { request } = exchange;
  const name = url.pathname.slice('/simulator'.length).replace(/^\//, '');
  if (request.method === 'GET' && name === '') return sendJson(exchange, 200, describeCloud(cloud));
  if (request.method === 'GET' && name === 'report') return sendJson(exchange, 200, report());
  const control = request.method === 'POST' && Object.hasOwn(CONTROLS, name) ? CONTROLS[name] : undefined;
  if (control === undefined) {
    const known = Object.keys(CONTROLS).join(', ');
    return sendJson(exchange, 404, { error: `no control ${quoted(name)}, expected POST to one of ${known}` });
  }
  const form = await readForm(request);
  if (form === undefined) return sendJson(exchange, 400, { error: 'the form is too long' });
  try {
    sendJson(exchange, 200, await control(form, cloud));
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    sendJson(exchange, 400, { error: messageOf(error) });
  }
}

function sendJson({ response }: Exchange, http: number, content: object): void {
  response.writeHead(http, { 'content-type': JSON_TYPE }).end(`${JSON.stringify(content, null, 1)}\n`);
}
