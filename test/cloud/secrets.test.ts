import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { listPages, readPage } from 'withings-signals';
import { signatureOf } from '../../src/simulator/cloud/signing.ts';
import type { CliResult } from '../support/cli.ts';
import { login, openTestCloud, SPAN, type TestCloud } from '../support/cloud.ts';

const CLIENT_SECRET = randomBytes(20).toString('hex');
const WRONG_SECRET = randomBytes(20).toString('hex');
const WRONG_KEY = randomBytes(20).toString('hex');

describe.concurrent('secrets of a full run, with everything going wrong', () => {
  it.for([
    ['in clear', ''],
    ['sealed', randomBytes(20).toString('hex')],
  ] as const)('are in the token store, %s, and nowhere else', async ([kept, tokenKey], test) => {
    const began = Math.floor(Date.now() / 1000);
    const cloud = await openTestCloud(
      { seed: 3, hours: 0.02, faults: 'worst', stallMs: 200, clientSecret: CLIENT_SECRET, tokenKey },
      test.onTestFinished,
    );
    const said = await doEverything(cloud);
    const issued = cloud.issued();
    const secrets = [...issued, CLIENT_SECRET, WRONG_SECRET, WRONG_KEY, ...signaturesOf(cloud, issued, began)];
    if (tokenKey !== '') secrets.push(tokenKey);

    const { store, others } = await filesOf(cloud.folder);
    const places = { ...others, ...(await pagesOf(cloud.folder)), ...said };
    expect(foundIn(places, secrets)).toEqual([]);
    // The same search finds what is there.
    expect(foundIn(store, secrets).length > 0).toBe(kept === 'in clear');
  });
});

/** Every command, and every error that comes of who asks. */
async function doEverything(cloud: TestCloud): Promise<Readonly<Record<string, string>>> {
  const said: Record<string, string> = {};
  async function expectCode(code: number, what: string, result: Promise<CliResult>): Promise<void> {
    const { code: got, stdout, stderr } = await result;
    said[what] = stdout + stderr;
    expect([what, got, got === code ? '' : stderr]).toEqual([what, code, '']);
  }
  const run = (code: number, args: string, env: Readonly<Record<string, string>> = {}): Promise<void> =>
    expectCode(code, `${args} ${Object.keys(env).join()}`, cloud.run([...args.split(' '), '--debug'], env));
  const sync = [
    'sync',
    '--archive',
    join(cloud.folder, 'archive'),
    '--out',
    join(cloud.folder, 'signals'),
    ...SPAN,
  ].join(' ');

  await expectCode(0, 'login', login(cloud, ['--debug']));
  const another = (link: string): Promise<unknown> => fetch(`${link}&simulate_user=1`);
  await expectCode(0, 'login of another', login(cloud, ['--debug', '--json'], another));
  const forged = async (link: string): Promise<unknown> => {
    await fetch(`${link.replace(/state=\w+/, 'state=0')}&simulate_user=1`);
    return another(link);
  };
  await expectCode(0, 'login after one with a forged state', login(cloud, ['--debug'], forged));
  const denied = (link: string): Promise<unknown> => fetch(`${link}&decision=deny`);
  await expectCode(1, 'login without consent', login(cloud, ['--debug'], denied));
  await run(0, 'auth status --json');
  await run(0, 'devices --json');
  await run(0, sync);
  await run(0, 'auth refresh');
  await cloud.control('expire');
  await run(0, `${sync} --json`);
  await run(0, 'notify list');
  await run(1, 'notify subscribe --callback http://127.0.0.1:9/hook');
  await run(1, 'auth login --code 0123456789');
  await run(1, 'auth refresh', { WITHINGS_CLIENT_SECRET: WRONG_SECRET });
  await run(1, 'auth demo', { WITHINGS_CLIENT_SECRET: WRONG_SECRET });
  if (cloud.env['WITHINGS_TOKEN_KEY'] !== '') await run(1, sync, { WITHINGS_TOKEN_KEY: WRONG_KEY });
  await cloud.control('revoke', { user: '1' });
  await run(3, sync);
  await run(0, 'auth demo');
  await run(0, 'auth revoke --user 1001');
  return said;
}

/** What could be signed, of every nonce and of every second. */
function signaturesOf({ clientId }: TestCloud, issued: readonly string[], began: number): readonly string[] {
  const actions = ['getdemoaccess', 'revoke', 'recoverauthorizationcode', 'listusers', 'get', 'requesttoken'];
  const seconds = Array.from({ length: Math.ceil(Date.now() / 1000) - began + 60 }, (_, i) => String(began + i));
  return [
    ...issued.flatMap((nonce) =>
      actions.map((action) => signatureOf({ action, client_id: clientId, nonce }, CLIENT_SECRET)),
    ),
    ...seconds.map((timestamp) => signatureOf({ action: 'getnonce', client_id: clientId, timestamp }, CLIENT_SECRET)),
  ];
}

type Texts = Record<string, string>;

/** By path, as Latin-1. */
async function filesOf(folder: string): Promise<{ readonly store: Texts; readonly others: Texts }> {
  const found: { store: Texts; others: Texts } = { store: {}, others: {} };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    const place = name.startsWith('home/tokens/') ? found.store : found.others;
    place[name] = `${name} ${await readFile(path, 'latin1')}`;
  }
  return found;
}

/** What the archive keeps, unpacked. */
async function pagesOf(folder: string): Promise<Texts> {
  const { pages } = await listPages(join(folder, 'archive'));
  const texts: Texts = {};
  for (const page of pages) {
    const bytes = await readPage(page);
    texts[page.name] = Buffer.from(page.encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString('latin1');
  }
  expect(pages.length).toBeGreaterThan(20);
  return texts;
}

/** `<place>: secret <number>`: a message that shows a secret would be one more place. */
function foundIn(places: Texts, secrets: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const [place, text] of Object.entries(places)) {
    secrets.forEach((secret, number) => {
      if (formsOf(secret).some((form) => text.includes(form))) found.push(`${place}: secret ${number}`);
    });
  }
  return found;
}

/** As it is, in hexadecimal, and in base64 wherever in a text it begins. (Encoded for a URL these look as they are.) */
function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.from(' '.repeat(before) + secret).toString('base64');
    return text.slice(before === 0 ? 0 : before + 1, Math.floor(((before + secret.length) * 8) / 6));
  });
  return [secret, Buffer.from(secret).toString('hex'), ...base64];
}
