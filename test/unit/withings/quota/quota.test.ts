import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AbortedError, ArgumentError, StateError } from '../../../../src/core/errors.ts';
import { openQuota, type Quota, type QuotaOptions } from '../../../../src/withings/quota/quota.ts';
import { temporaryFolder } from '../../../support/answers.ts';

const SOON = { windowMs: 300, apartMs: 0, marginMs: 0 };

async function quotaWith(options: Partial<QuotaOptions> = {}): Promise<Quota> {
  const quota = await openQuota({ folder: await temporaryFolder(), clientId: 'c/1', ...options });
  onTestFinished(() => quota.close());
  return quota;
}

/** `true` once it went; it is not waited for. */
function gone(entered: Promise<void>): () => boolean {
  let went = false;
  void entered.then(
    () => (went = true),
    () => undefined,
  );
  return () => went;
}

const settled = (ms = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a quota', () => {
  test('lets go what the budget has, and counts it', async () => {
    const quota = await quotaWith({ requests: 5 });
    expect(quota.remaining()).toBe(5);
    const waiting = Array.from({ length: 7 }, (_, i) => gone(quota.enter({ user: 'a', key: `${i}` })));
    await expect.poll(() => waiting.slice(0, 5).every((went) => went())).toBe(true);
    await settled();
    expect(waiting.slice(5).map((went) => went())).toEqual([false, false]);
    expect(quota.remaining()).toBe(0);
  });

  test('holds for the next process too, and gives back what left the window', async () => {
    const folder = await temporaryFolder();
    let time = 1000;
    const options = { folder, requests: 2, marginMs: 100, now: () => time };
    const first = await quotaWith(options);
    await first.enter({ user: 'a', key: '1' });
    await first.enter({ user: 'a', key: '2' });
    await first.close();
    time += 60_000;
    const second = await quotaWith(options);
    expect(second.remaining()).toBe(0);
    time += 99;
    expect(second.remaining()).toBe(0);
    time += 1;
    expect(second.remaining()).toBe(2);
    await second.enter({ user: 'a', key: '3' });
    expect(second.remaining()).toBe(1);
    const others = await quotaWith({ ...options, clientId: 'c/2' });
    expect(others.remaining()).toBe(2);
  });

  test('keeps identical requests apart, over all processes, and lets others pass', async () => {
    const folder = await temporaryFolder();
    let time = 0;
    const options = { folder, apartMs: 10_000, marginMs: 0, now: () => time };
    const one = await quotaWith(options);
    const other = await quotaWith(options);
    await one.enter({ user: 'a', key: 'same' });
    const again = gone(other.enter({ user: 'a', key: 'same' }));
    const behind = other.enter({ user: 'a', key: 'different' });
    await behind;
    expect(again()).toBe(false);
    time = 9999;
    await other.enter({ user: 'b', key: 'wakes the rest' });
    expect(again()).toBe(false);
    time = 10_000;
    await other.enter({ user: 'b', key: 'wakes it again' });
    await expect.poll(again).toBe(true);
  });

  test('keeps a request that took long apart from its end', async () => {
    const folder = await temporaryFolder();
    let time = 0;
    const options = { folder, apartMs: 9000, marginMs: 1000, now: () => time };
    const one = await quotaWith(options);
    const other = await quotaWith(options);
    await one.enter({ user: 'a', key: 'quick' });
    await one.enter({ user: 'a', key: 'slow' });
    time = 1000;
    await one.ended('quick');
    time = 30_000;
    await one.ended('slow');
    await one.ended('slow');
    await other.enter({ user: 'a', key: 'quick' });
    const again = gone(other.enter({ user: 'a', key: 'slow' }));
    time = 39_999;
    await other.enter({ user: 'b', key: 'wakes the rest' });
    expect(again()).toBe(false);
    time = 40_000;
    await other.enter({ user: 'b', key: 'wakes it again' });
    await expect.poll(again).toBe(true);
  });

  test('heeds what the server said, in all processes, for all requests or for one', async () => {
    const folder = await temporaryFolder();
    let time = 0;
    const options = { folder, apartMs: 0, now: () => time };
    const one = await quotaWith(options);
    const other = await quotaWith(options);
    await one.defer(188_000, { key: 'k' });
    await one.defer(5000, { key: 'k' });
    const held = gone(other.enter({ user: 'a', key: 'k' }));
    await other.enter({ user: 'a', key: 'l' });
    await one.defer(60_000, 'all');
    const stopped = gone(other.enter({ user: 'a', key: 'm' }));
    await settled();
    expect([held(), stopped()]).toEqual([false, false]);
    time = 60_000;
    const behind = other.enter({ user: 'a', key: 'n' });
    await behind;
    await expect.poll(stopped).toBe(true);
    expect(held()).toBe(false);
    time = 188_000;
    await other.enter({ user: 'a', key: 'o' });
    await expect.poll(held).toBe(true);
  });

  test('gives users their turns, and each of them in order', async () => {
    const quota = await quotaWith({ ...SOON, requests: 40 });
    await quota.defer(100, 'all');
    const order: string[] = [];
    const entered: Promise<void>[] = [];
    for (const [user, count] of [
      ['a', 20],
      ['b', 3],
      ['c', 5],
    ] as const) {
      for (let i = 0; i < count; i++) {
        const name = `${user}${i}`;
        entered.push(quota.enter({ user, key: name }).then(() => void order.push(name)));
      }
    }
    await Promise.all(entered);
    expect(order.slice(0, 13).join(' ')).toBe('a0 b0 c0 a1 b1 c1 a2 b2 c2 a3 c3 a4 c4');
    expect(order.slice(13)).toEqual(Array.from({ length: 15 }, (_, i) => `a${i + 5}`));
  });

  test('lets a newcomer have his turn before the many of another', async () => {
    const quota = await quotaWith({ ...SOON, requests: 2 });
    const order: string[] = [];
    const enter = (user: string, key: string): Promise<void> =>
      quota.enter({ user, key }).then(() => void order.push(key));
    const many = Array.from({ length: 6 }, (_, i) => enter('a', `a${i}`));
    await many[1];
    await Promise.all([...many, enter('b', 'b0')]);
    expect(order.indexOf('b0')).toBeLessThan(4);
  });

  test('lets those who are interrupted leave, and counts nothing for them', async () => {
    const quota = await quotaWith({ requests: 1 });
    await quota.enter({ user: 'a', key: '0' });
    const abort = new AbortController();
    const waiting = quota.enter({ user: 'a', key: '1', signal: abort.signal });
    await settled(20);
    abort.abort();
    await expect(waiting).rejects.toThrow(AbortedError);
    await expect(quota.enter({ user: 'a', key: '2', signal: abort.signal })).rejects.toThrow(AbortedError);
    const last = quota.enter({ user: 'a', key: '3' });
    await quota.close();
    await expect(last).rejects.toThrow(AbortedError);
    await expect(quota.enter({ user: 'a', key: '4' })).rejects.toThrow(AbortedError);
  });

  test('does not wait for ever when the clock is set back', async () => {
    const folder = await temporaryFolder();
    let time = 1e9;
    const quota = await quotaWith({ folder, requests: 1, windowMs: 1000, marginMs: 0, now: () => time });
    await quota.enter({ user: 'a', key: '0' });
    time = 1000;
    const next = gone(quota.enter({ user: 'a', key: '1' }));
    const slots = async (): Promise<unknown> =>
      (JSON.parse(await readFile(join(folder, 'quota-c%2F1.json'), 'utf8')) as { slots: unknown }).slots;
    await expect.poll(slots).toEqual([1000]);
    time = 1999;
    await quota.defer(0, 'all');
    expect(next()).toBe(false);
    time = 2000;
    await expect.poll(next).toBe(true);
  });

  test('takes a file that cannot be read for a full window', async () => {
    const folder = await temporaryFolder();
    let time = 5000;
    const options = { folder, requests: 3, windowMs: 1000, marginMs: 0, now: () => time };
    await quotaWith(options);
    const [name = ''] = await readdir(folder);
    for (const text of ['', '{"version":1,"slots":[4', '{"version":2}']) {
      await writeFile(join(folder, name), text);
      const quota = await quotaWith(options);
      expect(quota.remaining()).toBe(0);
      time += 1000;
      expect(quota.remaining()).toBe(3);
    }
  });

  test('keeps a file that does not grow and shows no key', async () => {
    const folder = await temporaryFolder();
    let time = 0;
    const quota = await quotaWith({ folder, now: () => time });
    const sizes: number[] = [];
    for (let i = 0; i < 300; i++) {
      await quota.enter({ user: 'a', key: `secret-${i}-${'x'.repeat(500)}` });
      time += 1000;
      if (i % 100 === 99) sizes.push((await readFile(join(folder, 'quota-c%2F1.json'), 'utf8')).length);
    }
    expect(Math.max(...sizes)).toBeLessThan(2000);
    expect(await readdir(folder)).toEqual(['quota-c%2F1.json']);
    expect(await readFile(join(folder, 'quota-c%2F1.json'), 'utf8')).not.toContain('secret');
  });

  test('without a budget touches no file, and still heeds waits', async () => {
    const folder = await temporaryFolder();
    let time = 0;
    const quota = await quotaWith({
      folder: join(folder, 'none'),
      requests: Number.POSITIVE_INFINITY,
      now: () => time,
    });
    for (let i = 0; i < 2000; i++) {
      await quota.enter({ user: `${i % 7}`, key: `${i}` });
      time += 100;
    }
    expect(quota.remaining()).toBe(Number.POSITIVE_INFINITY);
    const again = gone(quota.enter({ user: 'a', key: '1999' }));
    await quota.defer(5000, 'all');
    const stopped = gone(quota.enter({ user: 'a', key: 'other' }));
    await settled();
    expect([again(), stopped()]).toEqual([false, false]);
    time += 20_000;
    await quota.enter({ user: 'a', key: 'more' });
    await expect.poll(() => again() && stopped()).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  });

  test('refuses numbers that make no sense and folders that cannot be', async () => {
    for (const wrong of [
      { requests: 0 },
      { requests: 1.5 },
      { requests: Number.NaN },
      { windowMs: 0 },
      { apartMs: -1 },
    ]) {
      await expect(quotaWith(wrong)).rejects.toThrow(ArgumentError);
    }
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await expect(quotaWith({ folder: join(folder, 'file') })).rejects.toThrow(StateError);
  });
});
