/** A cloud to fetch from, and curl as one who stores the same answers. */

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CloudOptions } from '../../src/simulator/cloud/options.ts';

export type CloudProcess = {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** `POST /simulator/<name>`. */
  control(name: string, form?: Readonly<Record<string, string>>): Promise<unknown>;
  close(): void;
};

export async function startCloudProcess(options: CloudOptions): Promise<CloudProcess> {
  const child = start('cloud-process.js', [JSON.stringify(options)]);
  const told = (await messageOf(child)) as Pick<CloudProcess, 'url' | 'clientId' | 'clientSecret'>;
  return {
    ...told,
    control: async (name, form = {}) => {
      const answer = await fetch(`${told.url}/simulator/${name}`, { method: 'POST', body: new URLSearchParams(form) });
      return answer.json();
    },
    close: () => child.disconnect(),
  };
}

export type FetchProcess = {
  /** Milliseconds to make this archive of the first user's first day of PPG. */
  readonly fetch: (archive: string) => Promise<number>;
  readonly close: () => void;
};

export async function startFetchProcess(cloud: CloudProcess, home: string): Promise<FetchProcess> {
  const child = start('fetch-process.js', [JSON.stringify(cloud), home]);
  await messageOf(child);
  return {
    fetch: async (archive) => {
      child.send(archive);
      return (await messageOf(child)) as number;
    },
    close: () => child.disconnect(),
  };
}

function start(script: string, args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(script, import.meta.url)), args);
}

/** The next one. @throws when the process ends without one */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`bench: ${child.spawnargs[1]} ended with exit code ${String(code)}`);
  });
  ended.catch(() => undefined); // it ends at last, after all messages
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  return message;
}

/** One curl asks all of it, one after the other over one connection, and writes each answer into a file as it came. */
export async function runCurl(
  url: string,
  accessToken: string,
  forms: readonly Readonly<Record<string, string>>[],
  out: string,
): Promise<void> {
  const transfers = forms.map((form, number) =>
    [
      `url = "${url}"`,
      `data = "${new URLSearchParams(form).toString()}"`,
      `header = "authorization: Bearer ${accessToken}"`,
      'header = "accept-encoding: gzip"',
      `output = "${join(out, `${number}.json.gz`)}"`,
    ].join('\n'),
  );
  mkdirSync(out, { recursive: true });
  const config = join(out, 'curl.conf');
  writeFileSync(config, `${transfers.join('\nnext\n')}\n`);
  const child = spawn('curl', ['--silent', '--config', config], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`bench: curl ended with exit code ${code}`);
}
