import { describe, expect, test } from 'vitest';
import { getDevices } from '../../../src/withings/endpoints/devices.ts';
import {
  getSubscription,
  listSubscriptions,
  NOTIFICATIONS,
  revokeSubscription,
  subscribe,
  updateSubscription,
} from '../../../src/withings/endpoints/notify.ts';
import { activateRawdata, deactivateRawdata } from '../../../src/withings/endpoints/rawdata.ts';
import { startBench } from '../../support/api-client.ts';

const CALLBACK = { callbackUrl: 'https://example.org/cb?key=1', appli: NOTIFICATIONS.ecg };

test('devices tell what their ids stand for, also of a model that nobody knows', async () => {
  const devices = [
    {
      type: 'Scale',
      model: 'Body Cardio',
      model_id: 6,
      battery: 'medium',
      deviceid: '892359876fd8805ac45bab078c4828692f0276b1',
      hash_deviceid: '892359876fd8805ac45bab078c4828692f0276b1',
      timezone: 'Europe/Paris',
      last_session_date: 1_594_159_644,
    },
    { model: null, model_id: '9999', hash_deviceid: 'h', timezone: '', firmware: { new: true } },
  ];
  const { client, user } = await startBench(() => ({ status: 0, body: { devices } }));
  const id = '892359876fd8805ac45bab078c4828692f0276b1';
  expect((await getDevices(client, user)).devices).toEqual([
    {
      deviceId: id,
      hashDeviceId: id,
      type: 'Scale',
      model: 'Body Cardio',
      modelId: 6,
      timezone: 'Europe/Paris',
      battery: 'medium',
      lastSessionAt: 1_594_159_644,
    },
    {
      deviceId: null,
      hashDeviceId: 'h',
      type: null,
      model: null,
      modelId: 9999,
      timezone: null,
      battery: null,
      lastSessionAt: null,
    },
  ]);
});

describe('a request', () => {
  const subscription = { appli: '54', callbackurl: 'https://example.org/cb', comment: '' };
  const requests: Readonly<
    Record<
      string,
      readonly [path: string, form: object, run: (bench: Awaited<ReturnType<typeof startBench>>) => Promise<unknown>]
    >
  > = {
    'to switch raw data on': [
      '/v2/rawdata',
      { action: 'activate', hash_deviceid: 'h', rawdata_type: '1', enddate: '1700000000' },
      ({ client, user }) => activateRawdata(client, user, { hashDeviceId: 'h', kind: 'accel', until: 1_700_000_000 }),
    ],
    'to switch raw data off': [
      '/v2/rawdata',
      { action: 'deactivate', hash_deviceid: 'h' },
      ({ client, user }) => deactivateRawdata(client, user, { hashDeviceId: 'h', kind: null }),
    ],
    'to subscribe': [
      '/notify',
      { action: 'subscribe', callbackurl: CALLBACK.callbackUrl, appli: '54', comment: 'study' },
      ({ client, user }) => subscribe(client, user, { ...CALLBACK, comment: 'study' }),
    ],
    'to move a subscription': [
      '/notify',
      { action: 'update', callbackurl: CALLBACK.callbackUrl, appli: '54', new_callbackurl: 'https://example.org/2' },
      ({ client, user }) => updateSubscription(client, user, CALLBACK, { callbackUrl: 'https://example.org/2' }),
    ],
    'to change what is subscribed to': [
      '/notify',
      { action: 'update', callbackurl: CALLBACK.callbackUrl, appli: '54', new_appli: '61' },
      ({ client, user }) => updateSubscription(client, user, CALLBACK, { appli: NOTIFICATIONS.stetho }),
    ],
    'to comment a subscription': [
      '/notify',
      { action: 'update', callbackurl: CALLBACK.callbackUrl, appli: '54', comment: 'new' },
      ({ client, user }) => updateSubscription(client, user, CALLBACK, { comment: 'new' }),
    ],
    'to end subscriptions': [
      '/notify',
      { action: 'revoke', callbackurl: CALLBACK.callbackUrl },
      ({ client, user }) => revokeSubscription(client, user, { ...CALLBACK, appli: null }),
    ],
  };

  test.for(Object.keys(requests))('%s carries what the API text asks for', async (name) => {
    const [path, form, run] = requests[name]!;
    const bench = await startBench(() => ({ status: 0, body: [] }));
    await run(bench);
    expect(bench.server.asked.map((asked) => [asked.path, Object.fromEntries(asked.form)])).toEqual([[path, form]]);
    expect(bench.server.asked[0]?.headers.authorization).toBe('Bearer token-0');
  });

  test('for subscriptions gives them', async () => {
    const { client, user } = await startBench(({ form }) => ({
      status: 0,
      body: form.get('action') === 'list' ? { profiles: [subscription] } : subscription,
    }));
    const expected = { appli: 54, callbackUrl: 'https://example.org/cb', comment: null };
    expect(await listSubscriptions(client, user)).toEqual([expected]);
    expect(await getSubscription(client, user, CALLBACK)).toEqual(expected);
  });
});
