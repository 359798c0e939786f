import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listPages } from 'withings-signals';
import { type CliResult, runCli } from '../support/cli.ts';
import { authoriseUsers, login, openTestCloud, SPAN, type TestCloud, tablesOf, truthOf } from '../support/cloud.ts';
import { PERMISSIONS_BIND } from '../support/permissions.ts';

const PEOPLE = { users: 2, days: 1, hours: 0.02, seed: 4 };

// Side by side: they wait more than they work.
describe.concurrent('what goes wrong with a sync is one line that says what to do, and loses nothing', () => {
  it('an unreachable host', async (test) => {
    const cloud = await openCohort(test);
    const nobody = { WITHINGS_API_URL: 'http://127.0.0.1:9' };
    expectLine(await sync(cloud, { env: nobody }), 1, /: no connection .*check the network and WITHINGS_API_URL/);
    await expectComplete(cloud);
  });

  it('a wrong secret', async (test) => {
    const cloud = await openCohort(test);
    await cloud.control('expire');
    const wrong = { WITHINGS_CLIENT_SECRET: 'wrong' };
    const said = await sync(cloud, { env: wrong, flags: ['--user', '1001'] });
    expectLine(said, 1, /^failed user 1001: .*refused to refresh.*check WITHINGS_CLIENT_ID and WITHINGS_CLIENT_SECRET/);
    await expectComplete(cloud);
  });

  it('a user who took the consent back: the others go on', async (test) => {
    const cloud = await openCohort(test);
    await cloud.control('revoke', { user: '1' });
    expectLine(
      await sync(cloud),
      3,
      /^failed user 1002: .*authorise user "1002" again \(withings-signals auth login\)/,
    );
    expect(Object.keys(await tablesOf(signalsOf(cloud))).filter((path) => path.includes('user=1001'))).toHaveLength(4);
    await authoriseUsers(cloud, 2);
    await expectComplete(cloud);
  });

  it.for([
    ['user.info', 2, /^refused for user 1001: (?:ecg|stetho): .*the user must grant user\.metrics: /, ['accel', 'ppg']],
    [
      'user.metrics',
      1,
      /^refused for user 1001: devices, ppg, accel: .*the user must grant user\.info: /,
      ['ecg', 'stetho'],
    ],
  ] as const)('a grant of %s alone: the other kinds go on', async ([scope, count, says, kinds], test) => {
    const cloud = await openCohort(test);
    await cloud.control('scope', { user: '0', scope });
    const { code, stderr } = await sync(cloud);
    const lines = linesOf(stderr);
    expect([code, lines.length]).toEqual([3, count]);
    for (const line of lines) expect(line).toMatch(says);
    const paths = Object.keys(await tablesOf(signalsOf(cloud))).filter((path) => path.includes('user=1001'));
    expect(paths.map((path) => path.split('/')[0])).toEqual(kinds);
    await authoriseUsers(cloud, 1);
    await expectComplete(cloud);
  });

  it('a redirect with another state, and what is no address: the login waits on', async (test) => {
    const cloud = await openTestCloud(PEOPLE, test.onTestFinished);
    const statuses: number[] = [];
    const { code, stdout, stderr } = await login(cloud, [], async (link) => {
      const back = new URL(new URL(link).searchParams.get('redirect_uri')!);
      const own = `${link}&simulate_user=0`;
      for (const address of [own.replace(/state=\w+/, 'state=0'), `${back.href}?code=0`, `${back.origin}//`]) {
        statuses.push((await fetch(address)).status);
      }
      await fetch(own);
    });
    expect(statuses).toEqual([400, 400, 400]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^user 1001: authorised/)]);
    expect(stderr).not.toMatch(/withings-signals:/);
    // Typed in by a person, it is not taken.
    const { code: refused, stderr: why } = await cloud.run([
      'auth',
      'login',
      '--code',
      'http://127.0.0.1:8484/callback?code=a&state=b',
    ]);
    expect([refused, why]).toEqual([
      1,
      expect.stringMatching(/\n\nwithings-signals: redirect: got another state .*\n$/),
    ]);
  });

  it('a disk that is full while pages come', async (test) => {
    const cloud = await openCohort(test);
    const said = await sync(cloud, { fileBlocks: 40 });
    expectLine(said, 1, /archive: cannot write ".*pages-00000\.wsa": EFBIG.*; make room and run again$/);
    await expectComplete(cloud);
  });

  it('a disk that is full while they are converted', async (test) => {
    const cloud = await openCohort(test);
    expect((await cloud.run(['fetch', '--archive', archiveOf(cloud), ...SPAN])).code).toBe(0);
    expectLine(
      await sync(cloud, { fileBlocks: 100 }),
      1,
      /^withings-signals: .*cannot be written|^withings-signals: .*EFBIG/,
    );
    await expectComplete(cloud);
  });

  it.runIf(PERMISSIONS_BIND)('an archive without the permission to write', async (test) => {
    const cloud = await openCohort(test);
    await mkdir(archiveOf(cloud));
    await chmod(archiveOf(cloud), 0o500);
    expectLine(await sync(cloud), 1, /archive: cannot write ".*archive.*": EACCES/);
    await chmod(archiveOf(cloud), 0o700);
    await expectComplete(cloud);
  });

  it('an archive of a newer version', async (test) => {
    const cloud = await openCohort(test);
    expect((await sync(cloud)).code).toBe(0);
    const marker = join(archiveOf(cloud), 'archive.json');
    const ours = await readFile(marker, 'utf8');
    await writeFile(marker, ours.replace('"version":1', '"version":2'));
    const says = /archive\.json": format version 2, expected 1; use the version of this program that made it$/;
    expectLine(await sync(cloud), 1, says);
    await writeFile(marker, ours);
    await expectComplete(cloud);
  });

  it('a page that the disk has damaged: fetched into another archive, both are converted', async (test) => {
    const cloud = await openCohort(test);
    expect((await cloud.run(['fetch', '--archive', archiveOf(cloud), ...SPAN])).code).toBe(0);
    const { pages } = await listPages(archiveOf(cloud));
    const page = pages.find(({ kind, bytes }) => kind === 'ppg' && bytes > 1000)!;
    const bytes = await readFile(page.file);
    bytes[page.offset + 500]! ^= 1;
    await writeFile(page.file, bytes);

    const says = /^rejected archive:ppg\/1001\/.*: damaged .*; fetch/;
    expectLine(await sync(cloud), 3, says);
    expectLine(await cloud.run(['convert', archiveOf(cloud), '--out', signalsOf(cloud)]), 3, says);
    const other = join(cloud.folder, 'again');
    expect((await cloud.run(['sync', '--archive', other, '--out', signalsOf(cloud), ...SPAN])).code).toBe(0);
    await expectTruth(cloud);
  });

  it('pages that never end: what is on them is kept', async (test) => {
    const endless = await openTestCloud({ ...PEOPLE, faults: 'repeated-offset' }, test.onTestFinished);
    await authoriseUsers(endless, 1);
    const { code, stderr } = await sync(endless, { flags: ['--kinds', 'ecg,stetho'] });
    const says =
      /^refused for user 1001: (?:ecg|stetho): .*says that more begins at \d+, expected a larger one; keep the answer and report it/;
    expect([code, linesOf(stderr).length]).toEqual([3, 2]);
    for (const line of linesOf(stderr)) expect(line).toMatch(says);
    expect(endless.report().requests).toBeLessThan(30);
    const cloud = await openCohort(test);
    await expectComplete(cloud, archiveOf(endless));
  });

  it('another token key', async (test) => {
    const cloud = await openCohort(test, 'the right key');
    expectLine(await sync(cloud, { env: { WITHINGS_TOKEN_KEY: 'a wrong key' } }), 1, /WITHINGS_TOKEN_KEY/);
    expectLine(await sync(cloud, { env: { WITHINGS_TOKEN_KEY: '' } }), 1, /WITHINGS_TOKEN_KEY/);
    await expectComplete(cloud);
  });

  it('nobody who authorised', async (test) => {
    const cloud = await openTestCloud(PEOPLE, test.onTestFinished);
    expectLine(await sync(cloud), 1, /^withings-signals: users: nobody has authorised .*; run auth login first$/);
  });

  it.for([
    [['--from', 'yesterday'], /^error: option '--from <time>' .*Expected a date such as 2026-11-01/],
    [['--from', '2026-02-30'], /^error: option '--from <time>' argument '2026-02-30' .*Expected a date such as/],
    [['--to', '2026-04-31T00:00Z'], /^error: option '--to <time>' argument '2026-04-31T00:00Z' .*Expected a date/],
    [['--from', '2024-03-12', '--to', '2024-03-01'], /expected .* from before to/],
    [['--kinds', 'ecg,steps'], /^error: option '--kinds <list>' .*ecg, stetho, ppg, accel/],
    [['--api-url', 'http://example.org'], /expected https:\/\/<host>/],
  ] as const)('%j', async ([flags, says], test) => {
    const cloud = await openCohort(test);
    expectLine(await sync(cloud, { flags }), 1, says);
  });
});

type Finishing = { readonly onTestFinished: (end: () => void | Promise<void>) => void };

/** Everybody authorised, and all signals are there. */
async function openCohort({ onTestFinished }: Finishing, tokenKey = ''): Promise<TestCloud> {
  const cloud = await openTestCloud({ ...PEOPLE, tokenKey }, onTestFinished);
  await authoriseUsers(cloud, PEOPLE.users);
  await cloud.control('release');
  return cloud;
}

function archiveOf({ folder }: TestCloud): string {
  return join(folder, 'archive');
}

function signalsOf({ folder }: TestCloud): string {
  return join(folder, 'signals');
}

type Disturbed = {
  readonly env?: Readonly<Record<string, string>>;
  readonly fileBlocks?: number;
  readonly flags?: readonly string[];
};

function sync(cloud: TestCloud, { env = {}, fileBlocks, flags = [] }: Disturbed = {}): Promise<CliResult> {
  const args = ['sync', '--archive', archiveOf(cloud), '--out', signalsOf(cloud), ...SPAN, ...flags];
  return runCli(args, { env: { ...cloud.env, ...env }, ...(fileBlocks !== undefined && { fileBlocks }) });
}

/** Of standard error; notes on the way are none. */
function linesOf(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => line !== '' && !line.startsWith('note '));
}

function expectLine({ code, stderr }: CliResult, expected: number, says: RegExp): void {
  expect([code, linesOf(stderr)]).toEqual([expected, [expect.stringMatching(says)]]);
}

/** What follows in order brings all that there is. */
async function expectComplete(cloud: TestCloud, archive = archiveOf(cloud)): Promise<void> {
  const { code, stderr } = await cloud.run(['sync', '--archive', archive, '--out', signalsOf(cloud), ...SPAN]);
  expect([code, stderr]).toEqual([0, '']);
  await expectTruth(cloud);
}

async function expectTruth(cloud: TestCloud): Promise<void> {
  expect(await tablesOf(signalsOf(cloud))).toEqual(await tablesOf(await truthOf(cloud.folder, PEOPLE)));
}
