import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/cli/config.ts';

let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'config-'));
});
afterEach(() => rm(home, { recursive: true }));

describe('settings of the commands that speak to the cloud', () => {
  it('come from flags, then the environment, then the file, then the defaults', async () => {
    await settings({
      client_id: 'file',
      client_secret: 'hidden',
      api_url: 'https://file.example',
      requests_per_minute: 60,
    });
    const env = { WITHINGS_CLIENT_ID: 'environment', WITHINGS_API_URL: 'https://environment.example' };
    const config = await read({ clientId: 'flag' }, env);
    expect(config).toMatchObject({
      clientId: 'flag',
      clientSecret: 'hidden',
      apiUrl: 'https://environment.example',
      accountUrl: 'https://account.withings.com',
      requestsPerMinute: 60,
      secondsBetweenIdentical: 10,
      home,
    });
  });

  it('can lift the quota by a word', async () => {
    const config = await read({ clientId: 'me' }, { WITHINGS_REQUESTS_PER_MINUTE: 'none' });
    expect(config.requestsPerMinute).toBe(Number.POSITIVE_INFINITY);
  });

  it('tells what is missing and how to give it', async () => {
    await expect(read({}, {})).rejects.toThrow(/client_id: got none.*--client-id, WITHINGS_CLIENT_ID/);
  });

  it.each([
    ['{"client_secret":"pssst"', 'not JSON'],
    ['{"client_id":"me","secret":"pssst"}', 'got "secret"'],
    ['{"client_id":{"a":"pssst"}}', 'got client_id'],
    ['["pssst"]', 'expected an object'],
    ['{"client_id":"me","requests_per_minute":"pssst?"}', 'requests_per_minute'],
  ])('refuses a file of %s and never shows a secret', async (text, said) => {
    await writeFile(join(home, 'config.json'), text, { mode: 0o600 });
    const failure = await read({}, {}).then(
      () => new Error('nothing was refused'),
      (error: unknown) => error as Error,
    );
    expect(failure.message).toContain(said);
    if (!text.includes('requests')) expect(failure.message).not.toContain('pssst');
  });

  it('needs a file that was asked for', async () => {
    await expect(read({ config: join(home, 'none.json') }, {})).rejects.toThrow(/none\.json.*ENOENT/);
  });

  it('says when others can read the file', async () => {
    await settings({ client_id: 'me' });
    await chmod(join(home, 'config.json'), 0o644);
    const notices: string[] = [];
    await readConfig({ home }, (text) => notices.push(text), {});
    expect(notices.join()).toMatch(/chmod 600/);
  });
});

function read(flags: Parameters<typeof readConfig>[0], env: NodeJS.ProcessEnv) {
  return readConfig({ home, ...flags }, () => undefined, env);
}

function settings(value: object): Promise<void> {
  return writeFile(join(home, 'config.json'), JSON.stringify(value), { mode: 0o600 });
}
