import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/answers.ts';
import { type Process, startProcess } from '../support/processes.ts';

type Arrival = { readonly name: string; readonly key: string; readonly at: number };

/** A server that notes when which request came. */
async function countingServer(): Promise<{ readonly url: string; readonly arrivals: readonly Arrival[] }> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    const at = performance.now();
    const note = (text: string): void => {
      arrivals.push({ ...(JSON.parse(text) as { name: string; key: string }), at });
      response.end();
    };
    request.setEncoding('utf8').on('data', note);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrivals };
}

describe('processes under one budget', () => {
  it('never exceed it together, not when killed and started again, and none waits for ever', async () => {
    const { url, arrivals } = await countingServer();
    const limits = { requests: 20, windowMs: 1000, apartMs: 500 };
    // A machine under load holds single requests up for long.
    const options = JSON.stringify({ folder: await temporaryFolder(), clientId: 'client', ...limits, marginMs: 1000 });
    const start = (name: string, count: number): Process =>
      startProcess(['quota-process.mjs', options, url, name, `${count}`]);

    const many = start('many', 40);
    const few = ['a', 'b'].map((name) => start(name, 6));
    const killed = start('killed', 30);
    await expect.poll(() => arrivals.some(({ name }) => name === 'killed')).toBe(true);
    killed.child.kill('SIGKILL');
    const again = start('again', 6);
    for (const { ended } of [many, ...few, again]) expect(await ended).toEqual({ code: 0, stdout: '', stderr: '' });

    const countOf = (name: string): number => arrivals.filter((arrival) => arrival.name === name).length;
    expect(['many', 'a', 'b', 'again'].map(countOf)).toEqual([40, 6, 6, 6]);
    expect(mostWithin(arrivals, limits.windowMs)).toBeLessThanOrEqual(limits.requests);
    expect(closest(arrivals.filter(({ key }) => key === 'common'))).toBeGreaterThanOrEqual(limits.apartMs);
    const last = arrivals.map(({ name }) => name).lastIndexOf('many');
    for (const name of ['a', 'b']) expect(arrivals.findIndex((one) => one.name === name)).toBeLessThan(last);
  });
});

describe('processes at one lock', () => {
  it('are never inside together, though they die in there', async () => {
    const folder = await temporaryFolder();
    const paths = [join(folder, 'a.lock'), join(folder, 'witness')] as const;
    const waves = Array.from({ length: 6 }, async () => {
      for (let wave = 0; wave < 3; wave++) {
        const { stdout, stderr } = await startProcess(['lock-process.mjs', ...paths, '8']).ended;
        expect({ stderr, stdout }).toEqual({ stderr: '', stdout: 'in\n'.repeat(5) });
      }
    });
    await Promise.all(waves);
    // The lock of the last to die, and nothing of any other.
    expect(await readdir(folder)).toEqual(['a.lock']);
  });
});

/** The most arrivals in any window. */
function mostWithin(arrivals: readonly Arrival[], windowMs: number): number {
  const counts = arrivals.map(
    (first) => arrivals.filter(({ at }) => at >= first.at && at < first.at + windowMs).length,
  );
  return Math.max(...counts);
}

function closest(arrivals: readonly Arrival[]): number {
  expect(arrivals.length).toBeGreaterThan(2);
  return Math.min(...arrivals.slice(1).map(({ at }, i) => at - arrivals[i]!.at));
}
