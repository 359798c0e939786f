import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SimulationOptions } from '../../src/simulator/simulate.ts';
import { readDataset } from '../support/answers.ts';
import type { CliResult } from '../support/cli.ts';
import {
  authoriseUsers,
  openTestCloud,
  requestsSince,
  SPAN,
  type TestCloud,
  tablesOf,
  truthOf,
} from '../support/cloud.ts';

/** The same at any size: see CONTRIBUTING.md. */
const USERS = Number(process.env['CLOUD_USERS'] ?? 2);
const DAYS = Number(process.env['CLOUD_DAYS'] ?? 1);
const HOURS = Number(process.env['CLOUD_HOURS'] ?? 0.05);
const LONG = { timeout: 3_600_000 };

// Side by side: they wait more than they work.
describe.concurrent('a cohort kept current', () => {
  it('gets every sample once through the worst faults, and breaks no rule of the API', LONG, async (test) => {
    const people = { users: USERS, days: DAYS, hours: HOURS, seed: 11 };
    const cloud = await openTestCloud({ ...people, faults: 'worst', stallMs: 200 }, test.onTestFinished);
    await authoriseUsers(cloud, USERS);
    await syncUntilDelivered(cloud);
    await expectTruth(cloud, people);
    expect(cloud.report().violations).toEqual([]);
  });

  it('asks for lists only when there is nothing new, and writes nothing', LONG, async (test) => {
    const cloud = await openTestCloud({ seed: 5 }, test.onTestFinished);
    await authoriseUsers(cloud, 2);
    await cloud.control('release');
    await syncUntilDelivered(cloud);

    const before = { report: cloud.report(), files: await filesOf(cloud) };
    const { code, stdout } = await sync(cloud);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/nothing new of 2 users[^]*nothing new, no file written/),
    ]);
    expect(await filesOf(cloud)).toEqual(before.files);
    expect(requestsSince(before.report, cloud.report())).toEqual({
      'heart list': 2,
      'stetho list': 2,
      'user getdevice': 2,
    });
  });

  it('takes up days that come later, and samples that came late', LONG, async (test) => {
    const people = { users: 2, days: 3, hours: 0.05, seed: 8 };
    const cloud = await openTestCloud({ ...people, heldBackDays: 2, lateShare: 0.3 }, test.onTestFinished);
    await authoriseUsers(cloud, 2);
    await sync(cloud);
    await cloud.control('reveal', { days: '1' });
    await sync(cloud);
    await cloud.control('reveal', { days: '1' });
    await cloud.control('reveal', { late: '1' });
    await syncUntilDelivered(cloud);
    await expectTruth(cloud, people);
    expect(cloud.report().violations).toEqual([]);
  });

  it('fetches a recording again when its entry in the list has changed, and that one only', LONG, async (test) => {
    const cloud = await openTestCloud({ users: 1, seed: 5 }, test.onTestFinished);
    await authoriseUsers(cloud, 1);
    await cloud.control('release');
    await sync(cloud, ['--kinds', 'ecg']);
    const before = cloud.report();
    await cloud.control('change', { user: '0', signalid: '10010001' });
    await sync(cloud, ['--kinds', 'ecg']);
    expect(requestsSince(before, cloud.report())).toMatchObject({ 'heart get': 1 });
  });

  it('has done a part when nobody could be asked and what was fetched before was converted', LONG, async (test) => {
    const cloud = await openTestCloud({ users: 1, seed: 5, faults: 'none' }, test.onTestFinished);
    await authoriseUsers(cloud, 1);
    expect((await cloud.run(['fetch', '--archive', join(cloud.folder, 'archive'), ...SPAN])).code).toBe(0);
    const stranger = ['--user', '999'];
    const first = await sync(cloud, stranger);
    expect([first.code, first.stderr]).toEqual([3, expect.stringMatching(/^failed user 999: /m)]);
    expect(first.stdout).toMatch(/ecg +\d+ recordings/);
    expect((await sync(cloud, stranger)).code, 'nothing was left to convert').toBe(1);
  });
});

/** Signals that are pending come when they have been asked for often enough. */
async function syncUntilDelivered(cloud: TestCloud): Promise<void> {
  for (let runs = 0; runs < 5; runs++) {
    const { code, stdout, stderr } = await sync(cloud, ['--json']);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/^(?:rejected|failed|refused)/m)]);
    const { fetch } = JSON.parse(stdout) as { fetch: { kinds: Record<string, { pending: number }> } };
    if (Object.values(fetch.kinds).every(({ pending }) => pending === 0)) return;
    await cloud.control('release');
  }
  throw new Error('signals are pending still');
}

/** Two days and more: what is late above is older than the synchronisation before. */
const OVERLAP = ['--overlap', '72'];

/** What was fetched is what these people recorded, to the last sample. */
async function expectTruth({ folder }: TestCloud, people: SimulationOptions): Promise<void> {
  const truth = await tablesOf(await truthOf(folder, people));
  const fetched = await tablesOf(join(folder, 'signals'));
  expect(Object.keys(fetched)).toEqual(Object.keys(truth));
  for (const [path, table] of Object.entries(truth)) expect(fetched[path], path).toEqual(table);
}

function sync(cloud: TestCloud, flags: readonly string[] = []): Promise<CliResult> {
  const places = ['--archive', join(cloud.folder, 'archive'), '--out', join(cloud.folder, 'signals')];
  return cloud.run(['sync', ...places, ...SPAN, ...OVERLAP, ...flags]);
}

async function filesOf({ folder }: TestCloud): Promise<unknown> {
  const names = Object.keys(await readDataset(join(folder, 'signals'))).map((name) => `signals/${name}`);
  const files = ['archive/archive.json', 'archive/pages-00000.wsa', 'signals/manifest.json', ...names];
  return Promise.all(
    files.map(async (file) => {
      const { mtimeMs, size, ino } = await stat(join(folder, file));
      return { file, mtimeMs, size, ino };
    }),
  );
}
