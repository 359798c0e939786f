/** Readers of standard output and standard error that leave, were never there, or cannot take more. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ecgAnswer, readDataset, temporaryFolder, writeFiles } from '../support/answers.ts';
import { authoriseUsers, openTestCloud, SPAN } from '../support/cloud.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** What becomes of the two streams; `"$@"` is the command. */
const READERS: Readonly<Record<string, string>> = {
  'a reader of standard output that leaves': '"$@" | true',
  'a reader of standard error that leaves': '"$@" 2>&1 >/dev/null | true',
  'a reader of both that takes one line': '"$@" 2>&1 | head -n 1 >/dev/null',
  'standard output closed': '"$@" >&-',
  'standard error closed': '"$@" 2>&-',
  'both closed': '"$@" >&- 2>&-',
  'standard output on a full disk': '"$@" >/dev/full',
  'standard error on a full disk': '"$@" 2>/dev/full',
  'both on a full disk': '"$@" >/dev/full 2>&1',
};

type Result = { readonly code: number | null; readonly said: string };

/** Under bash, which tells the exit code of the command before a pipe. */
function run(args: readonly string[], reader: string, env: Readonly<Record<string, string>> = {}): Promise<Result> {
  const script = `${reader}; exit "\${PIPESTATUS[0]}"`;
  const child = spawn('bash', ['-c', script, 'bash', process.execPath, MAIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}

const expected = (code: number): Result => ({
  code,
  said: expect.not.stringMatching(/^\s+at |node:internal|[Uu]nhandled|Error:/m) as string,
});

/** More than a pipe holds is said of it. */
const NO_ANSWERS = Array.from({ length: 1500 }, (_, i) => `no answer, line ${i}`).join('\n');

describe.runIf(process.platform === 'linux').each(Object.entries(READERS))('%s', (_, reader) => {
  it('changes neither exit codes nor data, and prints no stack', async () => {
    const folder = await temporaryFolder();
    const answers = `${JSON.stringify(ecgAnswer({ signalid: 49 }))}\n${NO_ANSWERS}\n`;
    await writeFiles(folder, { 'in/good.json': ecgAnswer(), 'in/partly.ndjson': answers });
    const convert = (out: string) => ['convert', join(folder, 'in'), '--out', join(folder, out), '--workers', '0'];
    await run(convert('heard'), '"$@" >/dev/null 2>&1');
    const results = await Promise.all([
      run(convert('text'), reader),
      run([...convert('json'), '--json'], reader),
      run(['inspect', join(folder, 'heard'), '--json', '--head', '20'], reader),
      run(['convert', '--help'], reader),
      run(['nonsense'], reader),
      run(['inspect', 'nowhere'], reader),
    ]);
    expect(results).toEqual([3, 3, 0, 0, 1, 1].map(expected));
    const heard = await readDataset(join(folder, 'heard'));
    for (const out of ['text', 'json']) expect(await readDataset(join(folder, out)), out).toEqual(heard);
  });
});

it.runIf(process.platform === 'linux').each(['"$@" 2>&1 | head -n 1 >/dev/null', '"$@" >/dev/full 2>&1'])(
  'what the cloud gives is fetched, whoever reads of it: %s',
  async (reader) => {
    const cloud = await openTestCloud({ users: 1 });
    await authoriseUsers(cloud, 1);
    const archive = join(cloud.folder, 'archive');
    expect(await run(['devices', '--json'], reader, cloud.env)).toEqual(expected(0));
    expect(await run(['fetch', '--archive', archive, ...SPAN], reader, cloud.env)).toEqual(expected(0));
    expect(await run(['archive', 'verify', archive], reader)).toEqual(expected(0));
    const { stdout } = await cloud.run(['archive', 'verify', archive, '--json']);
    const { problems, pages } = JSON.parse(stdout) as { problems: unknown; pages: number };
    expect(problems).toEqual([]);
    expect(pages).toBeGreaterThan(5);
  },
);
