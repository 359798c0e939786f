import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listPages, readPage } from 'withings-signals';
import { authoriseUsers, openTestCloud, SPAN, type TestCloud } from '../support/cloud.ts';

const BODIES = {
  'heart get': { signal: [1, 2, 3, 4], sampling_frequency: 300 },
  'heart list': { series: [{ timestamp: 1_709_550_000, ecg: { signalid: '10010001' } }], more: false },
  'user getdevice': { devices: [{ model_id: 93, hash_deviceid: 'watch', last_session_date: 1_709_596_800 }] },
  'rawdata get': { rawdata: [], more: false },
} as const;

describe.concurrent('a token that the server repeats', () => {
  it.for([true, false])(
    'inside a page is replaced, the page says so, and it is nowhere; gzip: %s',
    async (gzip, test) => {
      const cloud = await openTestCloud(
        { users: 1, days: 1, hours: 0.02, seed: 4, quota: null, gzip },
        test.onTestFinished,
      );
      await authoriseUsers(cloud, 1);
      const secrets = await tokensOf(cloud);
      for (const [endpoint, body] of Object.entries(BODIES))
        await answerAll(cloud, endpoint, { ...body, ...echoOf(secrets) });

      const out = ['--out', join(cloud.folder, 'signals')];
      const said = await runAll(cloud, 0, [
        ['fetch', ...archiveOf(cloud), '--debug'],
        ['sync', ...archiveOf(cloud), ...out, '--json', '--debug'],
        ['devices', '--debug'],
      ]);
      expect(said).toMatch(/note heart get for user "1001": the answer repeated a secret of the request/);
      const { pages } = await listPages(join(cloud.folder, 'archive'));
      const texts = new Map<string, string>();
      for (const page of pages) {
        const bytes = await readPage(page);
        const text = Buffer.from(page.encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString();
        texts.set(page.name, text);
        const isEchoed = Object.hasOwn(BODIES, page.request.endpoint);
        expect([page.name, page.replaced > 0]).toEqual([page.name, isEchoed]);
        if (isEchoed) expect(JSON.parse(text)).toMatchObject({ body: { plain: { access: '***', refresh: '***' } } });
      }
      expect(new Set(pages.filter(({ replaced }) => replaced > 0).map(({ kind }) => kind))).toEqual(
        new Set(['ecg', 'heart-list', 'devices', 'ppg', 'accel']),
      );
      await expectNowhere(cloud, secrets, { ...Object.fromEntries(texts), said });
      const verified = await cloud.run(['archive', 'verify', join(cloud.folder, 'archive'), '--json']);
      const { replaced, problems } = JSON.parse(verified.stdout) as { replaced: number; problems: readonly unknown[] };
      expect([verified.code, problems]).toEqual([0, []]);
      expect(replaced).toBe(pages.filter((page) => page.replaced > 0).length);
    },
  );

  it.for([
    ['an error', (echo: string) => ({ status: '503', error: `Invalid Params: ${echo}` })],
    ['no right', (echo: string) => ({ status: '277', error: `Unauthorized: Bearer ${echo}` })],
    ['a page of a proxy', (echo: string) => ({ text: `<html>GET /?access_token=${echo}</html>` })],
    ['half an answer', (echo: string) => ({ text: `{"status":0,"body":{"${echo}":"${echo}` })],
    ['a body that is a text', (echo: string) => ({ body: JSON.stringify(echo) })],
    ['a key, an id and a time of an entry', (echo: string) => ({ body: JSON.stringify(oddList(echo)) })],
  ] as const)('inside %s is in no line, and in no note', async ([, answerOf], test) => {
    const cloud = await openTestCloud({ users: 1, days: 1, hours: 0.02, seed: 4, quota: null }, test.onTestFinished);
    await authoriseUsers(cloud, 1);
    const secrets = await tokensOf(cloud);
    const answer = answerOf(Object.values(secrets).join(' '));
    await cloud.control('answer', { user: '0', endpoint: 'heart list', ...answer });
    const said = await runAll(cloud, 3, [['fetch', ...archiveOf(cloud), '--kinds', 'ecg', '--debug']]);
    await expectNowhere(cloud, secrets, { said });
  });
});

type Secrets = { readonly access: string; readonly refresh: string };

/** As they lie in the store, in clear. */
async function tokensOf(cloud: TestCloud): Promise<Secrets> {
  const [file = ''] = await readdir(join(cloud.home, 'tokens'));
  const kept = await readFile(join(cloud.home, 'tokens', file), 'utf8');
  const [access, refresh] = ['accessToken', 'refreshToken'].map(
    (name) => new RegExp(`"${name}":\\s*"([^"]+)"`).exec(kept)?.[1],
  );
  expect(cloud.issued()).toEqual(expect.arrayContaining([access, refresh]));
  return { access: access ?? '', refresh: refresh ?? '' };
}

function echoOf(secrets: Secrets): object {
  const each = (form: (text: string) => string): object =>
    Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, form(secret)]));
  return {
    plain: each((text) => text),
    url: each((text) => `https://x.org/?t=${encodeURIComponent(text)}`),
    json: each((text) => JSON.stringify({ text })),
  };
}

function oddList(echo: string): object {
  const entry = {
    timestamp: echo,
    deviceid: { [echo]: echo },
    hash_deviceid: [echo],
    ecg: { signalid: echo },
    signalid: echo,
    last_session_date: echo,
  };
  return { series: [entry], devices: [entry], [echo]: echo };
}

async function answerAll(cloud: TestCloud, endpoint: string, body: object): Promise<void> {
  await cloud.control('answer', { user: '0', endpoint, body: JSON.stringify(body) });
}

function archiveOf(cloud: TestCloud): readonly string[] {
  return ['--archive', join(cloud.folder, 'archive'), ...SPAN];
}

/** @returns all that was said */
async function runAll(cloud: TestCloud, code: number, commands: readonly (readonly string[])[]): Promise<string> {
  let said = '';
  for (const args of commands) {
    const result = await cloud.run(args);
    expect([args[0], result.code, result.code === code ? '' : result.stderr]).toEqual([args[0], code, '']);
    said += result.stdout + result.stderr;
  }
  return said;
}

/** Outside the token store. */
async function expectNowhere(
  cloud: TestCloud,
  secrets: Secrets,
  more: Readonly<Record<string, string>>,
): Promise<void> {
  const places: Record<string, string> = { ...more };
  for (const entry of await readdir(cloud.folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(cloud.folder, path);
    if (entry.isFile() && !name.startsWith('home/tokens/')) places[name] = `${name} ${await readFile(path, 'latin1')}`;
  }
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [`${place}: ${name}`] : [])),
  );
  expect(found).toEqual([]);
  expect(Object.keys(places).some((name) => name.endsWith('.wsa'))).toBe(true);
}
