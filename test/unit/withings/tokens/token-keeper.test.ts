import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { AbortedError, TokenError } from '../../../../src/core/errors.ts';
import { openTokenKeeper, type TokenKeeper } from '../../../../src/withings/tokens/token-keeper.ts';
import type { TokenPair } from '../../../../src/withings/tokens/token-pair.ts';
import { openTokenStore, type TokenStore } from '../../../../src/withings/tokens/token-store.ts';
import { temporaryFolder } from '../../../support/answers.ts';
import { TokenServer } from '../../../support/token-server.ts';

const USER = '363';
const HOUR_MS = 3_600_000;

let folder: string;
let store: TokenStore;
let server: TokenServer;
/** Of the client, ms ahead of true. */
let ahead: number;

beforeEach(async () => {
  folder = await temporaryFolder();
  store = await openTokenStore({ folder });
  server = new TokenServer();
  ahead = 0;
});

/** As another process, or a later one, has it. */
function keeperWith(refresh: (refreshToken: string) => Promise<TokenPair> = ask): TokenKeeper {
  return openTokenKeeper({ store, refresh, now: () => Date.now() + ahead });
}

async function ask(refreshToken: string): Promise<TokenPair> {
  const pair = server.refresh(refreshToken);
  if (pair === null) throw Object.assign(new Error('503: invalid refresh_token'), { reason: 'invalid parameters' });
  return { ...pair, obtainedAt: pair.obtainedAt + ahead / 1000, expiresAt: pair.expiresAt + ahead / 1000 };
}

/** Does the work, and the answer never comes. */
async function askAndLose(refreshToken: string): Promise<TokenPair> {
  await ask(refreshToken);
  throw new Error('ECONNRESET');
}

async function expectWorking(keeper: TokenKeeper, rejected?: string): Promise<string> {
  const token = await keeper.accessToken(USER, rejected === undefined ? {} : { rejected });
  expect(server.use(token)).toBe(true);
  return token;
}

describe('a token keeper', () => {
  test('gives the token it has while that is good', async () => {
    const pair = server.issue(USER);
    const keeper = keeperWith();
    await keeper.adopt(pair);
    expect(await keeper.accessToken(USER)).toBe(pair.accessToken);
    expect(await keeperWith().accessToken(USER)).toBe(pair.accessToken);
    expect(server.counts.refreshes).toBe(0);
  });

  test.each([
    ['11 minutes', 660, 0],
    ['9 minutes', 540, 1],
    ['a minute ago', -60, 1],
  ])('looks at the end of the token: in %s', async (_, left, refreshes) => {
    const pair = server.issue(USER);
    await keeperWith().adopt(pair);
    server.ahead = ahead = (10_800 - left) * 1000;
    await expectWorking(keeperWith());
    expect(server.counts.refreshes).toBe(refreshes);
  });

  test('does not refresh without end when tokens are short-lived', async () => {
    await keeperWith().adopt(server.issue(USER, null, 60));
    const keeper = keeperWith();
    ahead = server.ahead = 20_000;
    await keeper.accessToken(USER);
    expect(server.counts.refreshes).toBe(0);
    ahead = server.ahead = 40_000;
    await keeper.accessToken(USER);
    expect(server.counts.refreshes).toBe(1);
  });

  test('gives another token when the server refused one, with a single refresh however many ask', async () => {
    const pair = server.issue(USER);
    const one = keeperWith();
    const other = keeperWith();
    await one.adopt(pair);
    server.expire(USER);
    const rejected = pair.accessToken;
    const asks = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : other).accessToken(USER, { rejected }));
    const tokens = new Set(await Promise.all(asks));
    expect(tokens.size).toBe(1);
    expect(server.use([...tokens][0]!)).toBe(true);
    expect(server.counts).toMatchObject({ refreshes: 1, refused: 0 });
    // A late one, whose request had gone out with the old token.
    expect(tokens).toContain(await other.accessToken(USER, { rejected }));
    expect(server.counts.refreshes).toBe(1);
  });

  test.each([-300, 300])('works with a clock off by %d s', async (seconds) => {
    ahead = seconds * 1000;
    await keeperWith().adopt(server.issue(USER));
    const keeper = keeperWith();
    for (const hours of [0, 2.7, 2.95, 3.2, 6, 9.1, 100]) {
      server.ahead = hours * HOUR_MS;
      ahead = server.ahead + seconds * 1000;
      await expectWorking(keeper);
      await expectWorking(keeperWith());
    }
    expect(server.counts).toMatchObject({ refused: 0, refusedUses: 0 });
  });

  test('finds a working token when the clock jumps back by years after a refresh', async () => {
    const pair = server.issue(USER);
    await keeperWith().adopt({ ...pair, expiresAt: pair.expiresAt + 1e8, obtainedAt: pair.obtainedAt + 1e8 });
    server.ahead = 4 * HOUR_MS;
    const keeper = keeperWith();
    const stale = await keeper.accessToken(USER);
    expect(server.use(stale)).toBe(false);
    await expectWorking(keeper, stale);
  });

  test('refreshes on request, though the token is good', async () => {
    const pair = server.issue(USER);
    const keeper = keeperWith();
    await keeper.adopt(pair);
    const next = await keeper.refresh(USER);
    expect(next.accessToken).not.toBe(pair.accessToken);
    expect(await expectWorking(keeper)).toBe(next.accessToken);
    expect(server.counts.refreshes).toBe(1);
  });

  test('forgets a user, and says who must authorise', async () => {
    const keeper = keeperWith();
    await keeper.adopt(server.issue(USER));
    await keeper.forget(USER);
    const asked = keeper.accessToken(USER);
    await expect(asked).rejects.toThrow(TokenError);
    await expect(asked).rejects.toThrow(
      'there are no tokens yet; authorise user "363" again (withings-signals auth login)',
    );
  });
});

describe('a lost answer', () => {
  test('costs nothing: the same refresh token works again', async () => {
    await keeperWith().adopt(server.issue(USER));
    server.expire(USER);
    const before = await store.read(USER);
    const keeper = keeperWith(askAndLose);
    const rejected = before!.current.accessToken;
    for (let i = 0; i < 3; i++) {
      await expect(keeper.accessToken(USER, { rejected })).rejects.toThrow('ECONNRESET');
      expect(await store.read(USER)).toMatchObject({ ...before, refreshingSince: expect.any(Number) });
    }
    await expectWorking(keeperWith());
    expect(server.counts).toMatchObject({ refreshes: 4, refused: 0 });
  });

  test('is made up for by the next process, before the old refresh token dies, though the access token is good', async () => {
    const pair = server.issue(USER);
    await keeperWith().adopt(pair);
    await expect(keeperWith(askAndLose).refresh(USER)).rejects.toThrow('ECONNRESET');
    server.ahead = ahead = HOUR_MS;
    expect(await expectWorking(keeperWith())).not.toBe(pair.accessToken);
    // The refresh token of the beginning is dead by now.
    server.ahead = ahead = 9 * HOUR_MS;
    await expectWorking(keeperWith());
    expect(server.counts.refused).toBe(0);
  });

  test('leads to the previous refresh token when the current one is not known to the server', async () => {
    const pair = server.issue(USER);
    await keeperWith().adopt(pair);
    // What stands in the file never came to be on the server's side, or was rolled back there.
    await store.write(USER, {
      current: { ...pair, accessToken: 'access-x', refreshToken: 'refresh-x' },
      previousRefreshToken: pair.refreshToken,
      refreshingSince: null,
    });
    await expectWorking(keeperWith(), 'access-x');
    expect(await store.read(USER)).toMatchObject({ previousRefreshToken: pair.refreshToken, refreshingSince: null });
    expect(server.counts).toMatchObject({ refreshes: 1, refused: 1 });
  });
});

describe('a refusal', () => {
  test('of both refresh tokens ends in one line, and changes nothing', async () => {
    const pair = server.issue(USER);
    const keeper = keeperWith();
    await keeper.adopt(pair);
    await keeper.refresh(USER);
    const before = await readFile(join(folder, '363.json'), 'utf8');
    server.revoke(USER);
    const error = (await keeper.refresh(USER).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toBeInstanceOf(TokenError);
    expect(error.message).toBe(
      'the server refused to refresh: 503: invalid refresh_token; authorise user "363" again (withings-signals auth login)',
    );
    expect(server.counts.refused).toBe(2);
    expect(await readFile(join(folder, '363.json'), 'utf8')).toBe(before);
  });

  test('does not hide that the answer of an earlier refresh was lost', async () => {
    await keeperWith().adopt(server.issue(USER));
    await expect(keeperWith(askAndLose).refresh(USER)).rejects.toThrow('ECONNRESET');
    // As with a wrong client secret.
    const refuse = (): Promise<never> => Promise.reject(Object.assign(new Error('100'), { reason: 'authentication' }));
    await expect(keeperWith(refuse).accessToken(USER)).rejects.toThrow(TokenError);
    await expectWorking(keeperWith());
    expect(server.counts).toMatchObject({ refreshes: 2, refused: 0 });
  });

  test('to hand over tokens of this user is noticed', async () => {
    await keeperWith().adopt(server.issue(USER));
    const keeper = keeperWith(async () => server.issue('364'));
    await expect(keeper.refresh(USER)).rejects.toThrow('the server gave tokens of another user');
    await expectWorking(keeperWith());
  });
});

describe('an interruption', () => {
  test('ends the waiting at once, and lets the refresh end', async () => {
    const pair = server.issue(USER);
    await keeperWith().adopt(pair);
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const keeper = keeperWith(async (refreshToken) => {
      const next = await ask(refreshToken);
      await answered;
      return next;
    });
    const abort = new AbortController();
    const waiting = keeper.accessToken(USER, { rejected: pair.accessToken, signal: abort.signal });
    await expect.poll(() => server.counts.refreshes).toBe(1);
    abort.abort();
    await expect(waiting).rejects.toThrow(AbortedError);
    const closed = keeper.close();
    answer();
    await closed;
    expect((await store.read(USER))?.current.accessToken).not.toBe(pair.accessToken);
    await expectWorking(keeperWith());
    expect(server.counts.refreshes).toBe(1);
    await expect(keeper.accessToken(USER, { signal: abort.signal })).rejects.toThrow(AbortedError);
  });

  test('of a keeper that waits for another process ends the waiting', async () => {
    await keeperWith().adopt(server.issue(USER));
    const release = await store.lock(USER);
    const keeper = keeperWith();
    const waiting = keeper.refresh(USER);
    setTimeout(() => void keeper.close(), 20);
    await expect(waiting).rejects.toThrow(AbortedError);
    await release();
    expect(server.counts.refreshes).toBe(0);
  });
});
