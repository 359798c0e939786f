import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { authoriseUsers, openTestCloud, type TestCloud } from '../support/cloud.ts';

describe('commands about users and their devices', () => {
  it('tell who authorised, renew, and take it back at the cloud and here', async () => {
    const cloud = await openTestCloud({ users: 2 });
    await authoriseUsers(cloud, 2);
    const before = JSON.parse((await cloud.run(['auth', 'status', '--json'])).stdout) as Status;
    expect(before.users.map(({ userId, encrypted }) => [userId, encrypted])).toEqual([
      ['1001', false],
      ['1002', false],
    ]);
    const refreshed = await cloud.run(['auth', 'refresh', '--user', '1001']);
    expect([refreshed.code, refreshed.stdout]).toEqual([
      0,
      expect.stringMatching(/^user 1001: refreshed for user\.info/),
    ]);
    const revoked = await cloud.run(['auth', 'revoke', '--user', '1001']);
    expect([revoked.code, revoked.stdout]).toEqual([0, 'user 1001: revoked\n']);
    const after = JSON.parse((await cloud.run(['auth', 'status', '--json'])).stdout) as Status;
    expect(after.users.map(({ userId }) => userId)).toEqual(['1002']);
    expect(cloud.report().endpoints['oauth2 revoke']?.statuses).toEqual({ 0: 1 });
    expect(cloud.report().violations).toEqual([]);
  });

  it('use the demo account for longer than one token, under the id that the cloud has for it', async () => {
    const cloud = await openTestCloud({ quota: null });
    const { code, stdout } = await cloud.run(['auth', 'demo']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^user 1001: authorised \(demo\) for user\.info,/)]);
    await cloud.control('expire');
    expect(await cloud.run(['devices'])).toMatchObject({ code: 0, stderr: '' });
    expect((await cloud.run(['auth', 'refresh'])).stdout).toMatch(/^user 1001: refreshed/);
    expect(await cloud.run(['auth', 'revoke', '--user', '1001'])).toMatchObject({ code: 0, stderr: '' });
    expect(cloud.report().endpoints['oauth2 revoke']?.statuses).toEqual({ 0: 1 });
    expect(await usersIn(cloud)).toEqual([]);
    expect(cloud.report().violations).toEqual([]);
  });

  it('find the id of a demo account that an older version kept without one', async () => {
    const cloud = await openTestCloud({ quota: null });
    await cloud.run(['auth', 'demo']);
    const [file] = await readdir(join(cloud.home, 'tokens'));
    const kept = join(cloud.home, 'tokens', file!);
    await writeFile(
      join(cloud.home, 'tokens', 'demo.json'),
      (await readFile(kept, 'utf8')).replaceAll('"1001"', '"demo"'),
    );
    await rm(kept);
    const { code, stderr } = await cloud.run(['auth', 'revoke', '--user', 'demo']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/the demo user has an id now.*go on with user "1001"\n$/),
    ]);
    expect(await usersIn(cloud)).toEqual(['1001']);
    expect(await cloud.run(['auth', 'revoke', '--user', '1001'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('list devices, and switch raw data on and off', async () => {
    const cloud = await openTestCloud({ users: 1 });
    await authoriseUsers(cloud, 1);
    const { users } = JSON.parse((await cloud.run(['devices', '--json'])).stdout) as Devices;
    const watch = users[0]?.devices.find(({ model }) => model === 'ScanWatch')?.hashDeviceId ?? '';
    expect(watch).toMatch(/^[0-9a-f]{40}$/);
    const place = ['--user', '1001', '--device', watch];
    const on = await cloud.run(['rawdata', 'activate', ...place, '--kind', 'ppg', '--until', '2026-12-01']);
    expect([on.code, on.stdout]).toEqual([0, `user 1001, ${watch}: ppg on from the next synchronisation on\n`]);
    const off = await cloud.run(['rawdata', 'deactivate', ...place]);
    expect([off.code, off.stdout]).toEqual([
      0,
      `user 1001, ${watch}: ppg and accel off from the next synchronisation on\n`,
    ]);
    const other = await cloud.run(['rawdata', 'activate', '--user', '1001', '--device', 'nobody', '--kind', 'ppg']);
    expect([other.code, other.stderr.trim().split('\n')]).toEqual([1, [expect.stringMatching(/rawdata activate/)]]);
  });

  it.for([
    ['devices', /^failed user 1002: user getdevice /, 'user getdevice'],
    ['notify list', /^failed user 1002: notify list /, 'notify list'],
  ] as const)('%s: one whom the cloud refuses is named, the others are answered', async ([command, says, endpoint]) => {
    const cloud = await openTestCloud({ users: 3, quota: null });
    await authoriseUsers(cloud, 3);
    const refuse = (user: number): Promise<unknown> =>
      cloud.control('answer', { user: String(user), endpoint, status: '2556', error: 'Unknown' });
    await refuse(1);
    const args = command.split(' ');
    const some = await cloud.run(args);
    expect([some.code, some.stderr.trim().split('\n')]).toEqual([3, [expect.stringMatching(says)]]);
    expect(new Set(some.stdout.match(/^user \d+/gm))).toEqual(new Set(['user 1001', 'user 1003']));
    const json = await cloud.run([...args, '--json']);
    const { users } = JSON.parse(json.stdout) as Devices;
    expect([json.code, json.stderr, users.map(({ userId }) => userId)]).toEqual([3, some.stderr, ['1001', '1003']]);
    expect(await cloud.run([...args, '--user', '1001,1003'])).toMatchObject({ code: 0, stderr: '' });

    await refuse(0);
    await refuse(2);
    const none = await cloud.run(args);
    expect([none.code, none.stdout, none.stderr.trim().split('\n').length]).toEqual([1, '', 3]);
  });

  it('one who took the consent back, or was never there, costs the others nothing', async () => {
    const cloud = await openTestCloud({ users: 3, quota: null });
    await authoriseUsers(cloud, 3);
    await cloud.control('revoke', { user: '1' });
    for (const [args, says] of [
      ['devices', /^failed user 1002: .*authorise user "1002" again/],
      ['notify list', /^failed user 1002: .*authorise user "1002" again/],
      ['auth refresh', /^failed user 1002: .*authorise user "1002" again/],
      ['devices --user 999,1001,1003', /^failed user 999: there are no tokens yet; authorise user "999" again/],
      ['auth revoke --user 999,1001,1003', /^failed user 999: /],
    ] as const) {
      const { code, stdout, stderr } = await cloud.run(args.split(' '));
      expect([args, code, stderr.trim().split('\n')]).toEqual([args, 3, [expect.stringMatching(says)]]);
      expect(new Set(stdout.match(/^user \d+/gm))).toEqual(new Set(['user 1001', 'user 1003']));
    }
    expect(await usersIn(cloud)).toEqual(['1002']);
  });

  it('another token key is told once', async () => {
    const cloud = await openTestCloud({ users: 2, quota: null, tokenKey: 'the right key' });
    await authoriseUsers(cloud, 2);
    for (const args of [['devices'], ['notify', 'list'], ['auth', 'refresh']]) {
      const wrong = await cloud.run(args, { WITHINGS_TOKEN_KEY: 'a wrong key' });
      expect([wrong.code, wrong.stdout, wrong.stderr.trim().split('\n')]).toEqual([
        1,
        '',
        [expect.stringMatching(/^withings-signals: .*WITHINGS_TOKEN_KEY/)],
      ]);
    }
  });

  it('subscribe a callback that answers, tell of it without its secret, and end it', async () => {
    const cloud = await openTestCloud({ users: 1, quota: null });
    await authoriseUsers(cloud, 1);
    const asked: string[] = [];
    const callback = createServer((request, response) => {
      asked.push(request.method ?? '');
      response.end();
    });
    await new Promise<void>((listening) => callback.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void callback.close());
    const url = `http://127.0.0.1:${(callback.address() as AddressInfo).port}/hook/pssst`;

    const subscribed = await cloud.run(['notify', 'subscribe', '--callback', url]);
    expect(subscribed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^user 1001: ecg to .*, stetho to /) });
    expect(asked).toContain('HEAD');
    const list = await cloud.run(['notify', 'list']);
    expect(list.stdout).toMatch(/ecg to http:\/\/127\.0\.0\.1:\d+\/…/);
    expect(list.stdout).not.toContain('pssst');
    expect(await cloud.run(['notify', 'revoke', '--callback', url])).toMatchObject({ code: 0 });
    expect((await cloud.run(['notify', 'list'])).stdout).toBe('user 1001: no subscription\n');

    callback.close();
    const refused = await cloud.run(['notify', 'subscribe', '--callback', 'http://127.0.0.1:9/hook']);
    expect([refused.code, refused.stderr.trim().split('\n')]).toEqual([1, [expect.stringMatching(/notify subscribe/)]]);
  });
});

async function usersIn(cloud: TestCloud): Promise<readonly string[]> {
  const { users } = JSON.parse((await cloud.run(['auth', 'status', '--json'])).stdout) as Status;
  return users.map(({ userId }) => userId);
}

type Status = { readonly users: readonly { readonly userId: string; readonly encrypted: boolean }[] };

type Devices = {
  readonly users: readonly {
    readonly userId: string;
    readonly devices: readonly { readonly model: string | null; readonly hashDeviceId: string | null }[];
  }[];
};
