import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CloudOptions } from 'withings-signals';
import { readDataset } from '../support/answers.ts';
import { runCli } from '../support/cli.ts';
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
const USERS = Number(process.env['CLOUD_USERS'] ?? 3);
const DAYS = Number(process.env['CLOUD_DAYS'] ?? 1);
const HOURS = Number(process.env['CLOUD_HOURS'] ?? 0.05);
const LONG = { timeout: 3_600_000 };

describe('a cohort kept current', () => {
  it('gets every sample once through the worst faults, and breaks no rule of the API', LONG, async () => {
    const people = { users: USERS, days: DAYS, hours: HOURS, seed: 11 };
    const cloud = await openTestCloud({ ...people, faults: 'worst', stallMs: 200 });
    await authoriseUsers(cloud, USERS);
    await syncUntilDelivered(cloud);
    await expectTruth(cloud, people);
    expect(cloud.report().violations).toEqual([]);
    await cloud.close();
  });

  it('asks for lists only when there is nothing new, and writes nothing', LONG, async () => {
    const cloud = await openTestCloud({ seed: 5 });
    await authoriseUsers(cloud, 2);
    await syncUntilDelivered(cloud);
    await cloud.control('release');
    await syncUntilDelivered(cloud);

    const before = { report: cloud.report(), files: await filesOf(cloud) };
    const { code, stdout } = await runSync(cloud);
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
    await cloud.close();
  });

  it('takes up days that come later, and samples that came late', LONG, async () => {
    const people = { users: 2, days: 3, hours: 0.05, seed: 8 };
    const cloud = await openTestCloud({ ...people, heldBackDays: 2, lateShare: 0.3 });
    await authoriseUsers(cloud, 2);
    await syncUntilDelivered(cloud);
    await cloud.control('reveal', { days: '1' });
    await syncUntilDelivered(cloud);
    await cloud.control('reveal', { days: '1' });
    await cloud.control('reveal', { late: '1' });
    await syncUntilDelivered(cloud);
    await expectTruth(cloud, people);
    expect(cloud.report().violations).toEqual([]);
    await cloud.close();
  });

  it('fetches a recording again when its entry in the list has changed', LONG, async () => {
    const cloud = await openTestCloud({ users: 1, seed: 5 });
    await authoriseUsers(cloud, 1);
    await syncUntilDelivered(cloud);
    const before = cloud.report();
    await cloud.control('change', { user: '0', signalid: '10010001' });
    await runSync(cloud, ['--kinds', 'ecg']);
    expect(requestsSince(before, cloud.report())['heart get']).toBeLessThanOrEqual(2);
    expect(requestsSince(before, cloud.report())['heart get']).toBeGreaterThanOrEqual(1);
    await cloud.close();
  });
});

/** Signals that are pending come when they have been asked for often enough. */
async function syncUntilDelivered(cloud: TestCloud): Promise<void> {
  for (let runs = 0; runs < 5; runs++) {
    const { code, stdout, stderr } = await runSync(cloud, ['--json']);
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/^(?:rejected|failed|refused)/m)]);
    const { fetch } = JSON.parse(stdout) as { fetch: { kinds: Record<string, { pending: number }> } };
    if (Object.values(fetch.kinds).every(({ pending }) => pending === 0)) return;
  }
}

/** Two days and more: what is late in the test below is older than the synchronisation before. */
const OVERLAP = ['--overlap', '72'];

/** What was fetched is what these people recorded, to the last sample. */
async function expectTruth({ folder }: TestCloud, people: CloudOptions): Promise<void> {
  const truth = await tablesOf(await truthOf(folder, people));
  const fetched = await tablesOf(join(folder, 'signals'));
  expect(Object.keys(fetched)).toEqual(Object.keys(truth));
  for (const [path, table] of Object.entries(truth)) expect(fetched[path], path).toEqual(table);
}

function runSync(cloud: TestCloud, flags: readonly string[] = []): ReturnType<typeof runCli> {
  const { env, folder } = cloud;
  const places = ['--archive', join(folder, 'archive'), '--out', join(folder, 'signals')];
  return runCli(['sync', ...places, ...SPAN, ...OVERLAP, ...flags], { env });
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
