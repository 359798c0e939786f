/** The simulated cloud on loopback, and users who authorised there. */

import { mkdir, readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { onTestFinished } from 'vitest';
import {
  authoriseByCode,
  type CloudOptions,
  type CloudReport,
  convert,
  openSession,
  type SimulatedCloud,
  startCloud,
} from 'withings-signals';
import { type SimulationOptions, simulate } from '../../src/simulator/simulate.ts';
import { type OnFinished, readDataset, temporaryFolder, writeFiles } from './answers.ts';
import { type CliResult, resultOf, runCli, startCli } from './cli.ts';

/** Nobody listens there: the code is taken from the redirect. */
const REDIRECT = 'http://127.0.0.1:8484/callback';

/** What `--from` and `--to` name: the simulated days begin on 2024-03-04. */
export const SPAN = ['--from', '2024-03-01', '--to', '2024-03-12'] as const;

export interface TestCloud extends SimulatedCloud {
  /** Of a command that is to speak to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where tokens and quota are kept. */
  readonly home: string;
  readonly folder: string;
  /** `POST /simulator/<name>`. */
  control(name: string, form?: Readonly<Record<string, string>>): Promise<unknown>;
  /** A command that speaks to it. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliResult>;
}

export interface TestCloudOptions extends CloudOptions {
  /** Encrypts the tokens. @default none */
  readonly tokenKey?: string;
}

/**
 * A cloud in a hurry: 50 times the usual quota, identical requests half a second apart, unless `options` say otherwise.
 * Cloud and folder are gone when the test has ended.
 */
export async function openTestCloud(
  { tokenKey = '', ...options }: TestCloudOptions = {},
  onFinished: OnFinished = onTestFinished,
): Promise<TestCloud> {
  const apartMs = options.duplicateGuardMs ?? 500;
  const { quota = { requests: 6000, windowMs: 60_000 } } = options;
  const cloud = await startCloud({ users: 2, days: 1, hours: 0.05, ...options, quota, duplicateGuardMs: apartMs });
  const folder = await temporaryFolder(onFinished);
  onFinished(() => cloud.close());
  const home = join(folder, 'home');
  await mkdir(home);
  const env = {
    WITHINGS_API_URL: cloud.url,
    WITHINGS_ACCOUNT_URL: cloud.url,
    WITHINGS_CLIENT_ID: cloud.clientId,
    WITHINGS_CLIENT_SECRET: cloud.clientSecret,
    WITHINGS_TOKEN_KEY: tokenKey,
    WITHINGS_HOME: home,
    WITHINGS_REQUESTS_PER_MINUTE: quota === null ? 'none' : String((quota.requests * 60_000) / quota.windowMs),
    // A little more than the cloud asks for: it counts at the arrival.
    WITHINGS_SECONDS_BETWEEN_IDENTICAL: String(apartMs / 1000 + 0.1),
  };
  return {
    ...cloud,
    env,
    home,
    folder,
    control: async (name, form = {}) => {
      const answer = await fetch(`${cloud.url}/simulator/${name}`, { method: 'POST', body: new URLSearchParams(form) });
      if (!answer.ok) throw new Error(`control ${name}: ${await answer.text()}`);
      return answer.json();
    },
    run: (args, more = {}) => runCli(args, { env: { ...env, ...more } }),
  };
}

/**
 * `auth login`, and a person's browser: opens the link, allows, and follows the way back.
 *
 * @param browse what the browser does with the link; by default it is user 0's
 */
export async function login(
  { env }: TestCloud,
  flags: readonly string[] = [],
  browse: (link: string) => Promise<unknown> = (link) => fetch(`${link}&simulate_user=0`),
): Promise<CliResult> {
  const redirect = { WITHINGS_REDIRECT_URI: `http://127.0.0.1:${await freePort()}/callback` };
  const child = startCli(['auth', 'login', ...flags], { env: { ...env, ...redirect } });
  const link = new Promise<string>((resolve) => {
    let said = '';
    child.stderr?.on('data', (text) => {
      said += String(text);
      const [found] = /http\S+(?=\s)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const result = resultOf(child);
  await browse(await link);
  return result;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Users 0 to `users` - 1 authorise, through the page and a code. */
export async function authoriseUsers(cloud: TestCloud, users: number): Promise<void> {
  const session = await openSession({
    clientId: cloud.clientId,
    clientSecret: cloud.clientSecret,
    apiUrl: cloud.url,
    accountUrl: cloud.url,
    home: cloud.home,
    tokenKey: cloud.env['WITHINGS_TOKEN_KEY'] || null,
    requestsPerMinute: Number.POSITIVE_INFINITY,
    secondsBetweenIdentical: Number(cloud.env['WITHINGS_SECONDS_BETWEEN_IDENTICAL']),
  });
  for (let user = 0; user < users; user++) {
    let link = '';
    await authoriseByCode(session, {
      redirectUri: REDIRECT,
      show: (url) => (link = url),
      ask: async () => {
        const page = await fetch(`${link}&simulate_user=${user}`, { redirect: 'manual' });
        return page.headers.get('location') ?? '';
      },
    });
  }
  await session.close();
}

/** What the same people's answers, saved when all had arrived, convert to: the truth about every sample. */
export async function truthOf(folder: string, people: SimulationOptions): Promise<string> {
  const answers = join(folder, 'answers');
  for (const { path, text } of simulate({ ...people, arrived: true })) await writeFiles(answers, { [path]: text });
  const truth = join(folder, 'truth');
  await convert({ inputs: [answers], out: truth });
  return truth;
}

/** Every column of every table of a data set but `source`, which tells where an answer was kept. */
export async function tablesOf(dataset: string): Promise<Readonly<Record<string, unknown>>> {
  const tables: Record<string, unknown> = {};
  for (const path of Object.keys(await readDataset(dataset))) {
    if (!path.endsWith('.arrow')) continue;
    const table = tableFromIPC(new Uint8Array(await readFile(join(dataset, path))), { useBigInt: true });
    tables[path] = Object.fromEntries(
      table.names.filter((name) => name !== 'source').map((name) => [name, table.getChild(name).toArray()]),
    );
  }
  return tables;
}

/** Requests of each endpoint that the cloud counted since `before`. */
export function requestsSince(before: CloudReport, after: CloudReport): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const [name, { requests }] of Object.entries(after.endpoints)) {
    const more = requests - (before.endpoints[name]?.requests ?? 0);
    if (more > 0) counted[name] = more;
  }
  return counted;
}
