import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTokenKeeper } from '../../src/withings/tokens/token-keeper.ts';
import { openTokenStore, type TokenStore } from '../../src/withings/tokens/token-store.ts';
import { temporaryFolder } from '../support/answers.ts';
import { type Process, startProcess } from '../support/processes.ts';
import { SEED } from '../support/seeded.ts';
import { TokenServer } from '../support/token-server.ts';

const USER = '363';

type World = { readonly folder: string; readonly server: TokenServer; readonly store: TokenStore };

/** A user with tokens, the access token of whom has ended. */
async function expiredWorld(): Promise<World> {
  const folder = await temporaryFolder();
  const server = await new TokenServer().start();
  const store = await openTokenStore({ folder });
  const pair = server.issue(USER);
  const past = { ...pair, expiresAt: pair.obtainedAt - 60, obtainedAt: pair.obtainedAt - 10_860 };
  await openTokenKeeper({ store, refresh: fail }).adopt(past);
  server.expire(USER);
  return { folder, server, store };
}

async function fail(): Promise<never> {
  throw new Error('not to be called');
}

function startClient({ folder, server }: World, env?: Readonly<Record<string, string>>): Process {
  const args = ['token-process.mjs', folder, server.url, USER] as const;
  return startProcess(args, env === undefined ? {} : { preload: 'deadly-step.mjs', env });
}

async function startTogether(world: World, count: number): Promise<readonly Process[]> {
  const clients = Array.from({ length: count }, () => startClient(world));
  await Promise.all(clients.map(({ lines }) => lines(1)));
  for (const { child } of clients) child.stdin?.write('go\n');
  return clients;
}

async function expectWorking(clients: readonly Process[]): Promise<void> {
  const outcomes = await Promise.all(clients.map(({ ended }) => ended));
  const told = outcomes.map(({ stdout, stderr }) => `${stdout.split('\n')[1] ?? ''}${stderr}`);
  expect(told.map((text) => JSON.parse(text).works)).toEqual(clients.map(() => true));
  expect(new Set(told).size).toBe(1);
}

describe('eight processes that find one token expired', () => {
  it('make one refresh, and all go on', async () => {
    const world = await expiredWorld();
    await expectWorking(await startTogether(world, 8));
    expect(world.server.counts).toEqual({ refreshes: 1, refused: 0, uses: 8, refusedUses: 0 });
  });

  it('go on when the answer is lost on its way', async () => {
    const world = await expiredWorld();
    world.server.lose = 2;
    await expectWorking(await startTogether(world, 8));
    expect(world.server.counts).toEqual({ refreshes: 3, refused: 0, uses: 8, refusedUses: 0 });
  });

  it('go on when the one that refreshes is killed before the answer comes', async () => {
    const world = await expiredWorld();
    world.server.hang = 1;
    const clients = await startTogether(world, 8);
    await expect.poll(() => world.server.counts.refreshes).toBe(1);
    const { pid } = JSON.parse(await readFile(join(world.folder, `${USER}.lock`), 'utf8')) as { readonly pid: number };
    const killed = clients.find(({ child }) => child.pid === pid)!;
    killed.child.kill('SIGKILL');
    await expectWorking(clients.filter((client) => client !== killed));
    expect(world.server.counts).toEqual({ refreshes: 2, refused: 0, uses: 7, refusedUses: 0 });
  });
});

describe('a process killed after any step', () => {
  it('leaves a working refresh token, whatever the step', async () => {
    const world = await expiredWorld();
    let step = 1;
    for (; (await runToDeath(world, step)) === 'killed'; step++) {
      await expectWayOn(world);
      await expectRecovery(world);
    }
    // Two durable writes alone are twice open, write, sync, rename, open and sync of the folder.
    expect(step).toBeGreaterThan(12);
    expect(world.server.counts.refused).toBe(0);
    expect((await readdir(world.folder)).filter((name) => !name.endsWith('.tmp'))).toEqual([`${USER}.json`]);
  });

  it('leaves one again and again', async () => {
    const world = await expiredWorld();
    for (const step of fc.sample(fc.integer({ min: 1, max: 20 }), { numRuns: 12, seed: SEED })) {
      await runToDeath(world, step);
      await expectWayOn(world);
    }
    await expectRecovery(world);
    expect(world.server.counts.refused).toBe(0);
  });
});

/** One client, whose access token has ended whatever the clock says. */
async function runToDeath(world: World, step: number): Promise<'killed' | 'finished'> {
  world.server.expire(USER);
  const client = startClient(world, { DIE_AFTER_STEP: `${step}` });
  client.child.stdin?.write('go\n');
  const { code, stdout, stderr } = await client.ended;
  expect(stderr).toBe('');
  if (code === 0) expect(JSON.parse(stdout.split('\n')[1] ?? '')).toMatchObject({ works: true });
  return code === 0 ? 'finished' : 'killed';
}

/** What lies on the disk has a refresh token that the server would take. */
async function expectWayOn({ server, store }: World): Promise<void> {
  const { current } = (await store.read(USER))!;
  expect(server.knows(current.refreshToken)).toBe(true);
}

/** The next process gets a token that works. */
async function expectRecovery({ server, store }: World): Promise<void> {
  const keeper = openTokenKeeper({ store, refresh: async (refreshToken) => server.refresh(refreshToken)! });
  let token = await keeper.accessToken(USER);
  if (!server.use(token)) token = await keeper.accessToken(USER, { rejected: token });
  expect(server.use(token)).toBe(true);
}
