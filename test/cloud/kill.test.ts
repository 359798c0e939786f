import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CloudReport, verifyArchive } from 'withings-signals';
import { createRandom } from '../../src/simulator/random.ts';
import { readDataset } from '../support/answers.ts';
import { resultOf, startCli } from '../support/cli.ts';
import { authoriseUsers, openTestCloud, SPAN, type TestCloud } from '../support/cloud.ts';

const KILLS = Number(process.env['CLOUD_KILLS'] ?? 6);
const SEED = Number(process.env['CLOUD_SEED'] ?? 1);

const SAMPLES = ['heart get', 'stetho get', 'rawdata get'];
const LISTS = ['heart list', 'stetho list', 'user getdevice'];

/** Pages under way at a time: `requestsAtOnce`. */
const IN_FLIGHT = 8;

describe('a sync that is killed', () => {
  it('ends with the bytes of an undisturbed one, and asks again at most for what was on its way', {
    timeout: 3_600_000,
  }, async () => {
    // No signal is pending: how often one was asked for would show in the list, and so in the archive.
    const people = { users: 2, days: 1, hours: 0.05, seed: 11 };
    const cloud = await openTestCloud({ ...people, faults: 'worst', stallMs: 200, pendingAsks: 0 });
    await authoriseUsers(cloud, people.users);
    await cloud.control('release');
    const { ms, report: undisturbed } = await runUndisturbed(cloud);
    const expected = await readDataset(join(cloud.folder, 'undisturbed/signals'));
    expect(repeatsOf(undisturbed, SAMPLES)).toBe(0);

    const random = createRandom(SEED);
    for (let kills = 0; kills < KILLS; ) {
      await cloud.control('clear-report');
      const before = kills;
      while (kills < KILLS && (await isKilledAfter((0.1 + 0.9 * random.uniform()) * ms, startSync(cloud, 'killed'))))
        kills++;
      expect((await verifyArchive(join(cloud.folder, 'killed/archive'))).problems).toEqual([]);
      await expectGood(startSync(cloud, 'killed'));

      expectSame(await readDataset(join(cloud.folder, 'killed/signals')), expected);
      expect((await verifyArchive(join(cloud.folder, 'killed/archive'))).problems).toEqual([]);
      const report = cloud.report();
      expect(report.violations).toEqual([]);
      expect(repeatsOf(report, SAMPLES)).toBeLessThanOrEqual((kills - before) * IN_FLIGHT);
      // A run that is begun again asks what there is, once.
      expect(repeatsOf(report, LISTS)).toBeLessThanOrEqual((kills - before + 1) * goodAnswers(undisturbed, LISTS));
      await rm(join(cloud.folder, 'killed'), { recursive: true });
    }
  });
});

async function runUndisturbed(cloud: TestCloud): Promise<{ readonly ms: number; readonly report: CloudReport }> {
  const started = performance.now();
  await expectGood(startSync(cloud, 'undisturbed'));
  return { ms: performance.now() - started, report: cloud.report() };
}

function startSync({ env, folder }: TestCloud, name: string): ChildProcess {
  const places = ['--archive', join(folder, name, 'archive'), '--out', join(folder, name, 'signals')];
  return startCli(['sync', ...places, ...SPAN, '--quiet'], { env });
}

/** `false`: it had ended before, and well. */
async function isKilledAfter(ms: number, child: ChildProcess): Promise<boolean> {
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  const { code, stderr } = await resultOf(child);
  clearTimeout(timer);
  if (code !== null) expect([code, stderr]).toEqual([0, '']);
  return code === null;
}

async function expectGood(child: ChildProcess): Promise<void> {
  const { code, stderr } = await resultOf(child);
  expect([code, stderr]).toEqual([0, '']);
}

type Files = Readonly<Record<string, string>>;

/** Names of files that differ, not their bytes. */
function expectSame(got: Files, expected: Files): void {
  expect(got['manifest.json']).toBe(expected['manifest.json']);
  expect(Object.keys(got)).toEqual(Object.keys(expected));
  expect(Object.keys(got).filter((name) => got[name] !== expected[name])).toEqual([]);
}

function repeatsOf({ endpoints }: CloudReport, names: readonly string[]): number {
  return sum(names.map((name) => endpoints[name]?.repeats ?? 0));
}

function goodAnswers({ endpoints }: CloudReport, names: readonly string[]): number {
  return sum(names.map((name) => endpoints[name]?.statuses['0'] ?? 0));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
