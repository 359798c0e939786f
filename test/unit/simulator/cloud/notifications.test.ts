import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SimulatedCloud } from '../../../../src/simulator/cloud/start-cloud.ts';
import { type Client, openCloud, START } from './client.ts';

describe('notifications of the simulated cloud', () => {
  let cloud: SimulatedCloud & Client;
  let token: string;
  let server: Server;
  let callback: string;
  let headStatus: number;
  let postStatus: number;
  const received: { method: string | undefined; type: string | undefined; form: Record<string, string> }[] = [];

  beforeEach(async () => {
    received.length = 0;
    headStatus = 200;
    postStatus = 200;
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => {
        const form = Object.fromEntries(new URLSearchParams(text));
        received.push({ method: request.method, type: request.headers['content-type'], form });
        response.writeHead(request.method === 'HEAD' ? headStatus : postStatus).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    callback = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?secret=1`;
    cloud = await openCloud({ days: 2, heldBackDays: 1, hours: 0.01 });
    token = await cloud.token(0);
  });
  afterEach(async () => {
    await cloud.close();
    await new Promise((resolve) => server.close(resolve));
  });

  const notify = async (action: string, form: Record<string, string | number> = {}) =>
    cloud.call('/notify', { action, ...form }, token);
  const posts = () => received.filter(({ method }) => method === 'POST').map(({ form }) => form);

  it('asks the callback with HEAD before it subscribes it', async () => {
    headStatus = 404;
    expect((await notify('subscribe', { callbackurl: callback, appli: 54 })).status).toBe(293);
    expect((await notify('subscribe', { callbackurl: 'http://127.0.0.1:1/', appli: 54 })).status).toBe(293);
    expect((await notify('subscribe', { callbackurl: 'file:///etc/passwd', appli: 54 })).status).toBe(293);
    expect((await notify('list')).body).toEqual({ profiles: [] });
    headStatus = 204;
    expect((await notify('subscribe', { callbackurl: callback, appli: 54 })).status).toBe(0);
    expect(received.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });

  it('lists, gets, updates and revokes', async () => {
    await notify('subscribe', { callbackurl: callback, appli: 54, comment: 'first' });
    await notify('subscribe', { callbackurl: callback, appli: 61 });
    const profile = { appli: 54, callbackurl: callback, comment: 'first' };
    expect((await notify('list')).body).toEqual({ profiles: [profile, { ...profile, appli: 61, comment: '' }] });
    expect((await notify('get', { callbackurl: callback, appli: 54 })).body).toEqual(profile);
    expect((await notify('get', { callbackurl: callback })).status).toBe(286); // appli 1

    const other = `${callback}&other=1`;
    const both = { callbackurl: callback, appli: 54, new_appli: 55, comment: 'x' };
    expect((await notify('update', both)).status).toBe(503);
    expect((await notify('update', { callbackurl: callback, appli: 54, new_callbackurl: other })).status).toBe(0);
    expect((await notify('list', { appli: 54 })).body).toEqual({ profiles: [{ ...profile, callbackurl: other }] });

    expect((await notify('revoke', { callbackurl: other, appli: 54 })).status).toBe(0);
    expect((await notify('revoke', { callbackurl: other, appli: 54 })).status).toBe(286);
    expect((await notify('list')).body).toEqual({ profiles: [{ ...profile, appli: 61, comment: '' }] });
  });

  it('posts a form for each recording that comes', async () => {
    await notify('subscribe', { callbackurl: callback, appli: 54 });
    await notify('subscribe', { callbackurl: callback, appli: 61 });
    await cloud.control('reveal');
    await expect.poll(() => posts().length).toBe(6);
    expect(received.at(-1)?.type).toBe('application/x-www-form-urlencoded');
    const { body } = await cloud.call('/v2/heart', { action: 'list', startdate: START + 86_400 }, token);
    const listed = (body['series'] as { ecg: object; timestamp: number; deviceid: string }[]).map((entry) => ({
      userid: '1001',
      appli: '54',
      startdate: String(entry.timestamp),
      enddate: String(entry.timestamp + 30),
      deviceid: entry.deviceid,
    }));
    const ecgs = posts().filter(({ appli }) => appli === '54');
    expect(ecgs).toHaveLength(4);
    expect(ecgs).toEqual(expect.arrayContaining(listed));
    expect(posts().filter(({ appli }) => appli === '61')).toHaveLength(2);
    await expect.poll(() => cloud.report().notifications).toEqual({ delivered: 6, failed: 0 });
  });

  it('tells nobody after the user revoked, and calls a failing address a second later again', async () => {
    await notify('subscribe', { callbackurl: callback, appli: 55 });
    await notify('subscribe', { callbackurl: callback, appli: 4 });
    postStatus = 500;
    await cloud.control('reveal');
    await expect.poll(() => cloud.report().notifications.failed).toBe(1);
    postStatus = 200;
    await expect.poll(() => cloud.report().notifications.delivered).toBe(1);
    expect(posts().map(({ appli }) => appli)).toEqual(['4', '4']);

    await cloud.control('revoke', { user: 0 });
    await cloud.control('release');
    token = await cloud.token(0);
    expect((await notify('list')).body).toEqual({ profiles: [] });
  });
});
