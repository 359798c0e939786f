/** Threads that load their code: that cannot, or that are to end meanwhile. */

import { existsSync } from 'node:fs';
import { cp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ecgAnswer, temporaryFolder, writeFiles } from '../support/answers.ts';
import { resultOf, startCli } from '../support/cli.ts';
import { spawnNode } from '../support/processes.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of the package whose worker file was changed. */
async function installWith(change: (worker: string) => Promise<void>): Promise<string> {
  const folder = await temporaryFolder();
  for (const part of ['dist/src', 'dist/workers', 'package.json']) {
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await change(join(folder, 'dist/workers/signal.worker.js'));
  return folder;
}

const BROKEN: Readonly<Record<string, (worker: string) => Promise<void>>> = {
  'is not there': (worker) => rm(worker),
  'is no JavaScript': (worker) => writeFile(worker, 'this is { not'),
  'throws when it is loaded': (worker) => writeFile(worker, "throw new Error('of another platform');"),
  // After an await: what a synchronous module throws that is no error, Node.js itself prints when Piscina tries `require` first.
  'throws what is no error': (worker) => writeFile(worker, 'await null; throw 7;'),
  'does nothing': (worker) => writeFile(worker, ''),
};

/** Uses the pool as a caller would, and tells what came of three tasks. */
const CALLER = `
  import { decodeResponse, openPool, resolvePlan, isWithingsSignalsError } from 'withings-signals';
  const pool = openPool({ workers: 2 });
  const [ecg] = decodeResponse(process.argv[2]);
  const tasks = [1, 2, 3].map(() => pool.process(ecg, resolvePlan()));
  const settled = await Promise.allSettled(tasks);
  const late = await pool.process(ecg, resolvePlan()).catch((error) => error);
  await pool.close();
  const errors = [...settled.map(({ reason }) => reason), late];
  console.log(JSON.stringify(errors.map((error) => [error.code, isWithingsSignalsError(error), error.message])));
`;

describe.each(Object.entries(BROKEN))('a worker file that %s', (_, change) => {
  it('is one WorkerError for every task, and one line of a conversion that changes nothing', async () => {
    const folder = await installWith(change);
    await writeFiles(folder, {
      'caller.mjs': CALLER,
      'in/a.json': ecgAnswer(),
      'in/b.json': ecgAnswer({ signalid: 49 }),
    });
    const called = await spawnNode([join(folder, 'caller.mjs'), JSON.stringify(ecgAnswer())]);
    expect([called.code, called.stderr]).toEqual([0, '']);
    const told = JSON.parse(called.stdout) as [string, boolean, string][];
    expect(told).toHaveLength(4);
    for (const error of told) expect(error).toEqual(['WORKER', true, told[0]?.[2]]);
    expect(told[0]?.[2]).toMatch(/^worker threads cannot start: .+; install the package whole [^\n]+$/);

    const [main, out] = [join(folder, 'dist/src/cli/main.js'), join(folder, 'out')];
    const convert = [main, 'convert', join(folder, 'in'), '--out', out, '--workers'];
    const { code, stderr } = await spawnNode([...convert, '2']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^withings-signals: worker threads cannot start: [^\n]+\n$/),
    ]);
    expect(await readdir(folder)).not.toContain('out');
    expect((await spawnNode([...convert, '0'])).code).toBe(0);
  });
});

describe('a digest thread that cannot load', () => {
  it('costs nothing: the digests are made at once', async () => {
    const folder = await installWith(async (worker) => rm(join(worker, '../digest.worker.js')));
    const long = ecgAnswer({ signal: Array.from({ length: 4_000_000 }, (_, i) => 100_000 + (i % 1000)) });
    await writeFiles(folder, { 'in/a.json': long, 'in/b.json': { ...long, signalid: 49 } });
    const main = join(folder, 'dist/src/cli/main.js');
    const { code, stdout, stderr } = await spawnNode([
      main,
      'convert',
      join(folder, 'in'),
      '--out',
      join(folder, 'out'),
      '--workers',
      '1',
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('2 recordings');
  });
});

describe('Ctrl-C while threads load', () => {
  it('ends a conversion in order, and leaves nothing', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'in/a.json': ecgAnswer() });
    for (let round = 0; round < 5; round++) {
      const out = join(folder, `out-${round}`);
      const child = startCli(['convert', join(folder, 'in'), '--out', out, '--workers', '2']);
      const result = resultOf(child);
      while (!existsSync(out) && child.exitCode === null) await sleep(1);
      child.kill('SIGINT');
      const { code, stderr } = await result;
      expect([code, stderr]).toEqual(
        code === 0 ? [0, ''] : [130, expect.stringMatching(/^withings-signals: interrupted[^\n]*\n$/)],
      );
      expect(existsSync(out)).toBe(code === 0);
    }
  });
});

describe('pools that are closed while their threads load', () => {
  it('end none of 40 processes and rounds', async () => {
    const { code, stdout, stderr } = await spawnNode([join(ROOT, 'dist/test/threads/index.js'), '--rounds', '40']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/: 40 rounds beside 1 busy processes, 0 deaths/);
  });
});
