/** The main jobs on synthetic data, as a user would run them; nothing leaves this machine: `npm run demo`. */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

type Environment = Readonly<Record<string, string>>;

const SAVED = 'demo/signals';
const CLOUD = 'demo/cloud';

title('Saved answers to a data set');
await run(['convert', 'samples/answers', 'samples/signal.csv', '--out', SAVED, '--format', 'arrow,wav']);
await run(['inspect', SAVED, '--head', '2']);

title('A simulated Withings cloud, and a user who authorises this application there');
const people = ['--users', '1', '--days', '1', '--hours', '0.1'];
const cloud = start(['simulate', 'cloud', '--port', '0', ...people, '--json'], ['ignore', 'pipe', 'inherit']);
try {
  const about = JSON.parse(await firstLine(cloud.stdout)) as { url: string; environment: Environment };
  const { url, environment } = about;
  // A home of its own: the tokens of real users stay untouched.
  const env = {
    ...environment,
    WITHINGS_HOME: `${CLOUD}/home`,
    WITHINGS_REDIRECT_URI: `http://127.0.0.1:${await freePort()}/callback`,
  };
  process.stdout.write(`cloud: ${url}\n`);
  await authorise(env);

  title('One day of every kind into an archive, and on to a data set');
  const places = ['--archive', `${CLOUD}/archive`, '--out', `${CLOUD}/signals`];
  await run(['sync', ...places, '--from', '2024-03-04', '--to', '2024-03-05'], env);
  await run(['archive', 'verify', `${CLOUD}/archive`]);
  await run(['inspect', `${CLOUD}/signals`]);
} finally {
  cloud.kill('SIGTERM');
}

/** `auth login`, and what a person does in a browser: open the link, allow, follow the way back. */
async function authorise(env: Environment): Promise<void> {
  const login = start(['auth', 'login'], ['ignore', 'inherit', 'pipe'], env);
  const ended = exitCodeOf(login);
  const link = await firstLine(login.stderr, (line) => /https?:\S+/.exec(line)?.[0]);
  process.stdout.write(`browser: ${link}\n`);
  await (await fetch(`${link}&simulate_user=0`)).text();
  expectSuccess('auth login', await ended);
}

async function run(args: readonly string[], env: Environment = {}): Promise<void> {
  process.stdout.write(`$ withings-signals ${args.join(' ')}\n`);
  expectSuccess(args.join(' '), await exitCodeOf(start(args, 'inherit', env)));
}

function start(args: readonly string[], stdio: StdioOptions, env: Environment = {}): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], { stdio, env: { ...process.env, ...env } });
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  await once(child, 'exit');
  return child.exitCode;
}

function expectSuccess(what: string, code: number | null): void {
  if (code !== 0) throw new Error(`${what}: ended with exit code ${code}`);
}

/** The first line, or what `wanted` finds in the first line that has it. */
async function firstLine(
  stream: Readable | null,
  wanted: (line: string) => string | undefined = (line) => line,
): Promise<string> {
  if (stream !== null) {
    for await (const line of createInterface({ input: stream })) {
      const found = wanted(line);
      if (found !== undefined) return found;
    }
  }
  throw new Error('got no more output, expected an address');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function title(text: string): void {
  process.stdout.write(`\n== ${text}\n`);
}
