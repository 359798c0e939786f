/** A bare client of a simulated cloud, written from the API's text: no retries, nothing tolerated. */

import { createHmac } from 'node:crypto';
import type { CloudOptions } from '../../../../src/simulator/cloud/options.ts';
import { type SimulatedCloud, startCloud } from '../../../../src/simulator/cloud/start-cloud.ts';

export type Envelope = { status: number; body: Record<string, unknown>; error?: string };

export const REDIRECT = 'http://127.0.0.1:9/callback';
export const START = 1709510400;

export type Client = ReturnType<typeof clientOf>;

/** A cloud that is quick to ask: no quota, no guard, minutes of raw data. */
export async function openCloud(options: CloudOptions = {}): Promise<SimulatedCloud & Client> {
  const cloud = await startCloud({
    users: 2,
    hours: 0.1,
    stethoSeconds: 2,
    quota: null,
    duplicateGuardMs: 0,
    stallMs: 50,
    ...options,
  });
  return { ...cloud, ...clientOf(cloud) };
}

function clientOf({ url, clientId, clientSecret }: SimulatedCloud) {
  const post = (path: string, form: Record<string, string | number>, token?: string): Promise<Response> =>
    fetch(url + path, {
      method: 'POST',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      body: new URLSearchParams(Object.entries(form).map(([name, value]): [string, string] => [name, String(value)])),
    });
  const call = async (path: string, form: Record<string, string | number>, token?: string): Promise<Envelope> => {
    const response = await post(path, form, token);
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
    return (await response.json()) as Envelope;
  };
  const control = async (name: string, form: Record<string, string | number> = {}): Promise<Record<string, unknown>> =>
    (await (await post(`/simulator/${name}`, form)).json()) as Record<string, unknown>;
  const sign = (...values: string[]): string =>
    createHmac('sha256', clientSecret).update(values.join(',')).digest('hex');

  return {
    post,
    call,
    control,
    sign,
    token: async (user: number, scope?: string): Promise<string> =>
      String((await control('token', { user, ...(scope !== undefined && { scope }) }))['access_token']),
    authorizeUrl: (changes: Record<string, string | null> = {}): string => {
      const asked = new URL('/oauth2_user/authorize2', url);
      const parameters = {
        response_type: 'code',
        client_id: clientId,
        state: 'state-1',
        scope: 'user.info,user.metrics',
        redirect_uri: REDIRECT,
        ...changes,
      };
      for (const [name, value] of Object.entries(parameters)) {
        if (value !== null) asked.searchParams.set(name, value);
      }
      return asked.href;
    },
    requestToken: (form: Record<string, string>): Promise<Envelope> =>
      call('/v2/oauth2', { action: 'requesttoken', client_id: clientId, client_secret: clientSecret, ...form }),
    nonce: async (): Promise<string> => {
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = sign('getnonce', clientId, timestamp);
      const answer = await call('/v2/signature', { action: 'getnonce', client_id: clientId, timestamp, signature });
      return String(answer.body['nonce']);
    },
  };
}

/** Where a page sends the browser. */
export async function redirectOf(url: string): Promise<URL> {
  const response = await fetch(url, { redirect: 'manual' });
  const location = response.headers.get('location');
  if (response.status !== 302 || location === null) throw new Error(`HTTP ${response.status} without a redirect`);
  return new URL(location);
}
