import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AbortedError, DatasetError } from '../../../src/core/errors.ts';
import { lockFile, lockFolder } from '../../../src/files/lock.ts';
import { isRunning, ownStart } from '../../../src/files/running.ts';
import { temporaryFolder } from '../../support/answers.ts';

/** A process that does nothing, gone when the test has ended. */
async function idleProcess(): Promise<{ readonly pid: number; readonly end: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1e6)']);
  const closed = once(child, 'close');
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await closed;
  };
  onTestFinished(end);
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, end };
}

async function lockOf(pid: number, more: object = {}): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, '.lock'), JSON.stringify({ pid, host: hostname(), ...more }));
  return folder;
}

async function expectTakenOver(folder: string): Promise<void> {
  const release = await lockFolder(folder);
  expect(JSON.parse(await readFile(join(folder, '.lock'), 'utf8'))).toMatchObject({ started: await ownStart() });
  await release();
  expect(await readdir(folder)).toEqual([]);
}

describe('a folder lock', () => {
  test('names its holder, lets nobody else in, and leaves nothing', async () => {
    const folder = await temporaryFolder();
    const release = await lockFolder(folder);
    expect(JSON.parse(await readFile(join(folder, '.lock'), 'utf8'))).toMatchObject({
      pid: process.pid,
      host: hostname(),
    });
    await expect(lockFolder(folder)).rejects.toThrow(
      /\.lock: the data set is in use by this process; wait for it, or delete the file if that process is gone$/,
    );
    await release();
    expect(await readdir(folder)).toEqual([]);
    await (await lockFolder(folder))();
  });

  test('of a process that lives is respected, and taken over as soon as that is killed', async () => {
    const { pid, end } = await idleProcess();
    const folder = await lockOf(pid);
    await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${pid} on`);
    const waiting = lockFolder(folder, { waitMs: 60_000 });
    await end();
    await (await waiting)();
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a process whose number was given to another is taken over', async () => {
    const { pid } = await idleProcess();
    await expectTakenOver(await lockOf(pid, { started: '0b7b7c1e-5f5e-4c60-9c6f-000000000000 12' }));
  });

  test('of an earlier process with our own number is taken over', async () => {
    await expectTakenOver(await lockOf(process.pid, { started: 'another boot 1', id: 'x' }));
  });

  test('takes away what dead processes left of theirs, and nothing else', async () => {
    const [dead, alive] = [await idleProcess(), await idleProcess()];
    await dead.end();
    const folder = await temporaryFolder();
    const [hash, id] = ['03df8b7a8a20e0dc', 'a70b0aa6-462b-4dca-b53c-b5d9f18fd648'];
    const textOf = ({ pid }: { readonly pid: number }): string => JSON.stringify({ pid, host: hostname() });
    const litter = { [`.${hash}`]: dead, [`.${hash}.${hash}`]: dead, [`.${dead.pid}-${id}`]: dead };
    const kept = { '.0123456789abcdef': alive, [`.${hash}.${alive.pid}-${id}`]: alive, '.note': dead, s: dead };
    for (const [name, holder] of Object.entries({ ...litter, [`.${hash}.${dead.pid}-${id}`]: dead, ...kept })) {
      await writeFile(join(folder, `.lock${name}`), textOf(holder));
    }
    await (await lockFolder(folder))();
    expect((await readdir(folder)).sort()).toEqual(
      Object.keys(kept)
        .map((name) => `.lock${name}`)
        .sort(),
    );
  });

  test('of another machine stays', async () => {
    const folder = await lockOf(1, { host: 'else\nwhere' });
    const locked = lockFolder(folder, { waitMs: 30, what: 'the archive' });
    await expect(locked).rejects.toThrow('the archive is in use by process 1 on "else\\u000awhere"; wait for it');
    expect(await readdir(folder)).toEqual(['.lock']);
  });

  test('that is no lock, or names nobody, is left alone', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, '.lock');
    const host = JSON.stringify(hostname());
    const others = ['', 'mine', 'null', '7', '[]', '{}', '{"pid":7}', `{"pid":-1,"host":${host}}`];
    others.push(`{"pid":1.5,"host":${host}}`, `{"pid":7,"host":${host},"started":5}`, `{"pid":"7","host":${host}}`);
    for (const text of others) {
      await writeFile(path, text);
      const locking = lockFolder(folder);
      await expect(locking).rejects.toBeInstanceOf(DatasetError);
      await expect(locking).rejects.toThrow(/\.lock: got ".*", expected what process holds the data set; delete it if/);
      expect(await readFile(path, 'utf8')).toBe(text);
    }
    await unlink(path);
    await mkdir(path);
    await expect(lockFolder(folder)).rejects.toThrow(/\.lock: cannot read who holds it: EISDIR/);
  });

  test('that is a link to nothing is refused, and left alone', async () => {
    const folder = await temporaryFolder();
    await symlink('nowhere', join(folder, '.lock'));
    await expect(lockFolder(folder)).rejects.toThrow(/\.lock: got a link, expected a file of this program; delete it$/);
    expect(await readdir(folder)).toEqual(['.lock']);
  });

  test('deleted by hand and taken by another is not removed by the first holder', async () => {
    const folder = await temporaryFolder();
    const first = await lockFolder(folder);
    await unlink(join(folder, '.lock'));
    const second = await lockFolder(folder);
    await first();
    await expect(lockFolder(folder)).rejects.toThrow(DatasetError);
    await second();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('waiting for a lock', () => {
  test('gives it to one after the other', async () => {
    const path = join(await temporaryFolder(), 'turn.lock');
    let inside = 0;
    let most = 0;
    let turns = 0;
    const turn = async (): Promise<void> => {
      const release = await lockFile(path, { waitMs: 60_000 });
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      turns++;
      await release();
    };
    await Promise.all(Array.from({ length: 20 }, turn));
    expect({ most, turns }).toEqual({ most: 1, turns: 20 });
  });

  test('ends with an error in time, or at once when aborted', async () => {
    const path = join(await temporaryFolder(), 'a.lock');
    const release = await lockFile(path);
    await expect(lockFile(path, { waitMs: 20 })).rejects.toThrow(DatasetError);
    const abort = new AbortController();
    const waiting = lockFile(path, { waitMs: 600_000, signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(waiting).rejects.toThrow(AbortedError);
    await release();
    await expect(lockFile(path, { signal: abort.signal })).rejects.toThrow(AbortedError);
  });

  test('lets only one in of many that find the holder dead, again and again', async () => {
    const { pid, end } = await idleProcess();
    await end();
    for (let round = 0; round < 20; round++) {
      const folder = await lockOf(pid, { since: `round ${round}` });
      await writeFile(join(folder, `.lock.${pid}-${'0'.repeat(36)}`), 'a draft that was left');
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
      const got = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      expect(got.length).toBe(1);
      await got[0]?.value();
      expect(await readdir(folder)).toEqual([]);
    }
  });
});

describe('a process', () => {
  test('runs until it is killed, and is told from a later one by its start', async () => {
    const { pid, end } = await idleProcess();
    expect(await isRunning(pid, null)).toBe(true);
    expect(await isRunning(process.pid, await ownStart())).toBe(true);
    expect(await isRunning(pid, 'another')).toBe(process.platform !== 'linux');
    await end();
    expect(await isRunning(pid, null)).toBe(false);
  });

  test.runIf(process.platform === 'linux')('that ended but was not asked why does not run', async () => {
    // The shell becomes a program that never asks for its child, before that ends.
    const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 1000']);
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await expect.poll(() => isRunning(pid, null)).toBe(false);
    expect(() => process.kill(pid, 0)).not.toThrow();
  });
});
