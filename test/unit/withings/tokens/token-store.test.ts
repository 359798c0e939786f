import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ArgumentError, StateError } from '../../../../src/core/errors.ts';
import { openTokenStore, type StoredTokens } from '../../../../src/withings/tokens/token-store.ts';
import { temporaryFolder } from '../../../support/answers.ts';

const KEY = 'correct horse battery staple';
const SECRETS = ['access-363', 'refresh-363', 'before-363'];

function tokensOf(userId: string, previousRefreshToken: string | null = `before-${userId}`): StoredTokens {
  const current = {
    userId,
    accessToken: `access-${userId}`,
    refreshToken: `refresh-${userId}`,
    expiresAt: 1_700_010_800,
    scopes: ['user.info', 'user.metrics'],
    obtainedAt: 1_700_000_000,
  };
  return { current, previousRefreshToken, refreshingSince: null };
}

/** Fails with one line that quotes no token. */
async function expectStateError(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StateError);
  const { message: line, stack, cause } = error as StateError;
  expect(line).toMatch(message);
  expect(line).not.toContain('\n');
  const all = `${stack} ${String(cause)} ${cause instanceof Error ? cause.stack : ''}`;
  for (const secret of [...SECRETS, KEY]) expect(all).not.toContain(secret);
}

describe.each([
  ['in clear', null],
  ['encrypted', KEY],
])('a token store %s', (_, key) => {
  test('gives back what was written, user by user, also to the next process', async () => {
    const folder = await temporaryFolder();
    const store = await openTokenStore({ folder, key });
    expect(await store.read('363')).toBeNull();
    expect(await store.users()).toEqual([]);
    await store.write('363', tokensOf('363'));
    await store.write('../9', tokensOf('../9', null));
    const later = await openTokenStore({ folder, key });
    expect(await later.read('363')).toEqual(tokensOf('363'));
    expect(await later.read('../9')).toEqual(tokensOf('../9', null));
    expect(await later.users()).toEqual([
      { userId: '../9', encrypted: key !== null },
      { userId: '363', encrypted: key !== null },
    ]);
    await later.remove('363');
    await later.remove('363');
    expect(await store.read('363')).toBeNull();
    expect((await readdir(folder)).length).toBe(1);
  });

  test('is for its owner only', async () => {
    const folder = join(await temporaryFolder(), 'a', 'tokens');
    const store = await openTokenStore({ folder, key });
    await store.write('363', tokensOf('363'));
    await store.write('363', tokensOf('363', null));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readdir(folder)).toEqual(['363.json']);
    expect((await stat(join(folder, '363.json'))).mode & 0o777).toBe(0o600);
  });

  test('takes the file of one user for no other', async () => {
    const folder = await temporaryFolder();
    const store = await openTokenStore({ folder, key });
    await store.write('363', tokensOf('363'));
    const text = await readFile(join(folder, '363.json'), 'utf8');
    await writeFile(join(folder, '364.json'), text);
    await expectStateError(store.read('364'), /364\.json: holds tokens of another user; .*auth login/);
    await writeFile(join(folder, '364.json'), text.replace('"userId":"363"', '"userId":"364"'));
    if (key !== null) await expectStateError(store.read('364'), /cannot be decrypted/);
  });
});

describe('an encrypted token file', () => {
  test('shows no token, and no two are alike', async () => {
    const folder = await temporaryFolder();
    const store = await openTokenStore({ folder, key: KEY });
    const texts: string[] = [];
    for (let i = 0; i < 3; i++) {
      await store.write('363', tokensOf('363'));
      texts.push(await readFile(join(folder, '363.json'), 'utf8'));
    }
    for (const secret of SECRETS) expect(texts.join('')).not.toContain(secret);
    const nonces = texts.map((text) => (JSON.parse(text) as { nonce: string }).nonce);
    expect(new Set(nonces).size).toBe(3);
  });

  test('is not opened by another key, by none, or after a change, and stays as it is', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, '363.json');
    await (await openTokenStore({ folder, key: KEY })).write('363', tokensOf('363'));
    const text = await readFile(path, 'utf8');
    const other = await openTokenStore({ folder, key: `${KEY} ` });
    await expectStateError(
      other.read('363'),
      /363\.json: cannot be decrypted: another key, or the file was changed; set WITHINGS_TOKEN_KEY to the key/,
    );
    const keyless = await openTokenStore({ folder });
    await expectStateError(keyless.read('363'), /is encrypted and no key is configured; set WITHINGS_TOKEN_KEY/);
    expect(await keyless.users()).toEqual([{ userId: '363', encrypted: true }]);
    expect(await readFile(path, 'utf8')).toBe(text);

    const right = await openTokenStore({ folder, key: KEY });
    for (const field of ['salt', 'nonce', 'tag', 'sealed']) {
      const file = JSON.parse(text) as Record<string, string>;
      const bytes = Buffer.from(file[field]!, 'base64');
      bytes[3]! ^= 1;
      await writeFile(path, JSON.stringify({ ...file, [field]: bytes.toString('base64') }));
      await expectStateError(right.read('363'), /cannot be decrypted/);
      await writeFile(path, JSON.stringify({ ...file, [field]: '' }));
      await expectStateError(right.read('363'), /cannot be decrypted/);
    }
  });

  const python = spawnSync('/usr/bin/python3', ['-c', 'import cryptography']).status === 0;
  test.runIf(python)('is opened by another program that follows its description', async () => {
    const folder = await temporaryFolder();
    await (await openTokenStore({ folder, key: KEY })).write('363', tokensOf('363'));
    const args = ['test/support/unseal-tokens.py', join(folder, '363.json'), KEY];
    const { stdout, stderr } = spawnSync('/usr/bin/python3', args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(tokensOf('363'));
  });

  test('is what a file in clear becomes at the next write once there is a key', async () => {
    const folder = await temporaryFolder();
    await (await openTokenStore({ folder })).write('363', tokensOf('363'));
    const store = await openTokenStore({ folder, key: KEY });
    expect(await store.users()).toEqual([{ userId: '363', encrypted: false }]);
    const tokens = await store.read('363');
    await store.write('363', tokens!);
    expect(await store.users()).toEqual([{ userId: '363', encrypted: true }]);
    expect(await store.read('363')).toEqual(tokensOf('363'));
  });
});

describe('a token store that cannot be used', () => {
  test('says why in one line that quotes nothing of it', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, '363.json');
    const store = await openTokenStore({ folder });
    for (const text of ['', '{"accessToken":"access-363', '{"version":1,"userId":"363","tokens":"access-363"}', '[]']) {
      await writeFile(path, text);
      await expectStateError(store.read('363'), /363\.json: not a token file of this program; delete it and auth/);
      await expectStateError(store.users(), /not a token file/);
    }
    await writeFile(path, '{"version":2,"userId":"363","access":"access-363"}');
    await expectStateError(store.read('363'), /version 2, this program knows 1; update the program/);
    await rm(path);
    await mkdir(path);
    await expectStateError(store.read('363'), /cannot use ".*363\.json": EISDIR/);
    await expectStateError(store.write('363', tokensOf('363')), /cannot write ".*363\.json"/);
  });

  test('is refused when it is opened', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    await expectStateError(
      openTokenStore({ folder: join(folder, 'file') }),
      /cannot use ".*file": .*file is a file; free it/,
    );
    await expect(openTokenStore({ folder, key: '' })).rejects.toThrow(ArgumentError);
  });
});

test('what a killed process left half-made is removed once it is old', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, '.old.tmp'), 'access-363');
  await utimes(join(folder, '.old.tmp'), 1_700_000_000, 1_700_000_000);
  await writeFile(join(folder, '.young.tmp'), 'of a process that is at it');
  await openTokenStore({ folder });
  expect(await readdir(folder)).toEqual(['.young.tmp']);
});
