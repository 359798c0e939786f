/**
 * Settings of the commands that speak to the cloud: from flags, the environment and a file, in this order.
 *
 * Secrets come from the environment or the file only: a flag would show them to every user of the machine.
 */

import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { ArgumentError, errorCode, quoted, systemReason } from '../core/errors.ts';
import { placeRefusal, type Wanted } from '../files/place.ts';
import { ACCOUNT_URL, API_URL } from '../withings/endpoints/spec.ts';

export type Config = {
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly apiUrl: string;
  readonly accountUrl: string;
  /** Where the cloud sends the browser after consent. */
  readonly redirectUri: string;
  /** Pass phrase that tokens are encrypted with; `null`: kept in clear. */
  readonly tokenKey: string | null;
  /** Folder of the tokens and the quota's books. */
  readonly home: string;
  /** Of the application, all users and processes together. */
  readonly requestsPerMinute: number;
  /** Between two identical requests. */
  readonly secondsBetweenIdentical: number;
};

const filled = z.string().min(1, 'expected a text that is not empty');

const ANY_NUMBER = 'none';

const SECONDS = 'expected a number of seconds from 0 to 3600';

/** Every setting: its check, its name in the environment and the default. In the file it is called as here. */
const SETTINGS = {
  client_id: { env: 'WITHINGS_CLIENT_ID', check: filled },
  client_secret: { env: 'WITHINGS_CLIENT_SECRET', check: filled },
  api_url: { env: 'WITHINGS_API_URL', check: filled, preset: API_URL },
  account_url: { env: 'WITHINGS_ACCOUNT_URL', check: filled, preset: ACCOUNT_URL },
  redirect_uri: { env: 'WITHINGS_REDIRECT_URI', check: filled, preset: 'http://127.0.0.1:8484/callback' },
  token_key: { env: 'WITHINGS_TOKEN_KEY', check: filled },
  requests_per_minute: {
    env: 'WITHINGS_REQUESTS_PER_MINUTE',
    check: z.union([z.literal(ANY_NUMBER), z.coerce.number().int().min(1).max(1e6)], {
      error: 'expected a whole number from 1 to 1000000, or none for no limit',
    }),
    preset: 120,
  },
  seconds_between_identical: {
    env: 'WITHINGS_SECONDS_BETWEEN_IDENTICAL',
    check: z.coerce.number({ error: SECONDS }).min(0, SECONDS).max(3600, SECONDS),
    preset: 10,
  },
} as const;

type Name = keyof typeof SETTINGS;

const SECRET: ReadonlySet<string> = new Set<Name>(['client_secret', 'token_key']);

export type ConfigFlags = {
  readonly clientId?: string;
  readonly apiUrl?: string;
  readonly accountUrl?: string;
  readonly home?: string;
  readonly config?: string;
};

/** Flags of every command that speaks to the cloud. */
export function addConfigOptions(command: Command): Command {
  return command
    .option('--client-id <id>', 'of your application; or WITHINGS_CLIENT_ID')
    .option('--api-url <url>', 'or WITHINGS_API_URL')
    .option('--account-url <url>', 'or WITHINGS_ACCOUNT_URL')
    .option('--home <dir>', 'tokens and quota are kept there; or WITHINGS_HOME (default: ~/.config/withings-signals)')
    .option('--config <file>', 'settings as JSON; or WITHINGS_CONFIG (default: config.json in the home folder)');
}

/**
 * @param notice gets one line on what is odd but no error
 * @throws ArgumentError when a setting is missing or out of its domain
 */
export async function readConfig(
  flags: ConfigFlags,
  notice: (text: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Config> {
  const home = homeFolder(flags, env);
  const given = flags.config ?? env['WITHINGS_CONFIG'];
  const file = await readSettings(given ?? join(home, 'config.json'), given !== undefined, notice);
  const flagged: Partial<Record<Name, string | undefined>> = {
    client_id: flags.clientId,
    api_url: flags.apiUrl,
    account_url: flags.accountUrl,
  };

  function setting(name: Name): string | number | null {
    const { env: variable, check, ...rest } = SETTINGS[name];
    const fromEnvironment = env[variable] === '' ? undefined : env[variable];
    const preset = 'preset' in rest ? rest.preset : null;
    const value = flagged[name] ?? fromEnvironment ?? file[name] ?? preset;
    if (value === null) return null;
    const checked: z.ZodSafeParseResult<string | number> = check.safeParse(value);
    if (checked.success) return checked.data;
    const got = SECRET.has(name) ? 'a value' : quoted(String(value));
    throw new ArgumentError(`${name} (${variable}): got ${got}, ${checked.error.issues[0]?.message}`);
  }
  const text = (name: Name): string | null => setting(name) as string | null;

  const clientId = text('client_id');
  if (clientId === null) {
    throw new ArgumentError(
      'client_id: got none, expected the id of your Withings application; give --client-id, WITHINGS_CLIENT_ID or client_id in the settings file',
    );
  }
  const requests = setting('requests_per_minute');
  return {
    clientId,
    clientSecret: text('client_secret'),
    apiUrl: text('api_url') as string,
    accountUrl: text('account_url') as string,
    redirectUri: text('redirect_uri') as string,
    tokenKey: text('token_key'),
    home,
    requestsPerMinute: requests === ANY_NUMBER ? Number.POSITIVE_INFINITY : (requests as number),
    secondsBetweenIdentical: setting('seconds_between_identical') as number,
  };
}

const HOME: Wanted = {
  kind: 'folder',
  of: 'tokens and quota',
  example: '--home /srv/study/withings',
  notStandardOutput: 'what is kept there is read again',
};

function homeFolder(flags: ConfigFlags, env: NodeJS.ProcessEnv): string {
  const filledIn = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const base = filledIn('XDG_CONFIG_HOME') ?? join(homedir(), '.config');
  const home = flags.home ?? filledIn('WITHINGS_HOME') ?? join(base, 'withings-signals');
  const refusal = placeRefusal(home, HOME);
  if (refusal !== null) throw new ArgumentError(`home (WITHINGS_HOME): got ${quoted(home, 400)}, ${refusal}`);
  return home;
}

const settingsFile = z.strictObject(
  Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, z.union([z.string(), z.number()]).optional()])),
);

async function readSettings(
  path: string,
  mustExist: boolean,
  notice: (text: string) => void,
): Promise<Partial<Record<string, string | number | undefined>>> {
  let text: string;
  try {
    const [content, about] = [await readFile(path, 'utf8'), await stat(path)];
    text = content;
    if ((about.mode & 0o077) !== 0 && process.platform !== 'win32') {
      notice(`${path} can be read by other users of this machine: chmod 600 it if it holds a secret`);
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && !mustExist) return {};
    throw new ArgumentError(`${quoted(path, 400)}: the settings cannot be read: ${systemReason(error)}`, {
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says would quote the file, and so perhaps a secret.
    throw new ArgumentError(`${quoted(path, 400)}: not JSON; expected an object such as {"client_id":"..."}`);
  }
  const checked = settingsFile.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const what =
    issue?.code === 'unrecognized_keys' ? issue.keys.map((key) => quoted(key)).join(', ') : issue?.path.join('.');
  throw new ArgumentError(
    `${quoted(path, 400)}: got ${what || 'something else than an object'}, expected an object of texts with keys of ${Object.keys(SETTINGS).join(', ')}`,
  );
}
