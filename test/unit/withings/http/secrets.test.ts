import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { getDevices } from '../../../../src/withings/endpoints/devices.ts';
import { getHeartByToken } from '../../../../src/withings/endpoints/heart.ts';
import { refreshTokens, tokensByCode } from '../../../../src/withings/tokens/oauth.ts';
import { CLIENT_SECRET, startBench } from '../../../support/api-client.ts';
import type { Script } from '../../../support/api-server.ts';

/** With characters that are written in other ways in a form and in JSON. */
const SECRETS = {
  access: 'access+"token" /ü=1',
  refresh: 'refresh+"token"/ü=2',
  code: 'code&"3"',
  nonce: 'nonce/"4"',
  signal: 'signal/"token"=5',
};

/** A server that says all it was told, in whatever way it fails. */
function talkative(fail: (told: string) => unknown): Script {
  return ({ path, form, headers }, response) => {
    if (path === '/v2/signature') return { status: 0, body: { nonce: SECRETS.nonce } };
    const told = `${[...form].join(' ')} ${headers.authorization ?? ''} ${new URLSearchParams([...form]).toString()}`;
    const text = fail(told);
    if (typeof text !== 'string') return text;
    response.end(text);
    return undefined;
  };
}

const FAILURES: Readonly<Record<string, (told: string) => unknown>> = {
  'a refusal': (told) => ({ status: 503, body: { told }, error: `Invalid: ${told}` }),
  'a refused token': (told) => ({ status: 401, body: {}, error: told }),
  'too many requests': (told) => ({ status: 601, body: { wait_seconds: 9, told }, error: told }),
  'a time-out': (told) => ({ status: 522, body: {}, error: told }),
  'a page of a proxy': (told) => `<html>${told}</html>`,
  'a cut answer': (told) => JSON.stringify({ status: 0, body: { [told]: told } }).slice(0, -1),
  'an answer cut in a member with that name': (told) =>
    JSON.stringify({ status: 0, [told.split(' ').at(-2) ?? '']: [1] }).slice(0, -2),
  'another shape': (told) => ({
    status: 0,
    body: { [told]: told, devices: [{ deviceid: [told], timezone: { told } }, told], access_token: told },
  }),
  'a token in the place of a fact': (told) => ({
    status: 0,
    body: { devices: [{ deviceid: 'd', model_id: told, last_session_date: told }] },
  }),
  'a status that is none': (told) => ({ status: told }),
};

test.for(Object.keys(FAILURES))('%s shows no secret, in errors as in notices', async (name) => {
  const shown: string[] = [];
  const { client } = await startBench(talkative(FAILURES[name]!), {
    retry: { attempts: 2, patienceMs: 10_000 },
    notice: (text) => shown.push(text),
  });
  const user = { userId: '363', tokens: { accessToken: async () => SECRETS.access } };
  const calls = [
    getDevices(client, user),
    getHeartByToken(client, SECRETS.signal),
    refreshTokens(client, SECRETS.refresh),
    refreshTokens(client, SECRETS.refresh, { by: 'signature' }),
    tokensByCode(client, { code: SECRETS.code, redirectUri: 'https://example.org/' }),
  ];
  for (const outcome of await Promise.allSettled(calls)) {
    const told = outcome.status === 'rejected' ? outcome.reason : outcome.value;
    // A signal that is not there is no failure; its answer is kept as it came, and is not for showing.
    if (outcome.status === 'rejected')
      shown.push(inspect(told, { depth: null, showHidden: true, maxStringLength: null }));
    else if ('odd' in told) shown.push(...told.odd);
    else expect(told).toMatchObject({ pending: true });
  }
  const text = shown.join('\n');
  for (const secret of [CLIENT_SECRET, ...Object.values(SECRETS)]) {
    const forms = [secret, encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)];
    for (const form of [...forms, JSON.stringify(secret).slice(1, -1)]) expect(text).not.toContain(form);
  }
});
