/**
 * Tokens on the disk: one file a user, for its owner's eyes only, encrypted when a key is configured.
 *
 * A file is JSON: `{"version":1,"userId":"363","tokens":{...}}`, or has the fields of `token-seal.ts` in place of `tokens`.
 * It changes as a whole, and the change is on the disk when `write` returns. What is wrong with a file is told without
 * quoting it.
 */

import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ArgumentError, errorCode, quoted, StateError } from '../../core/errors.ts';
import { lockFile } from '../../files/lock.ts';
import { fsyncFolder, pathSegment, writeFileDurably } from '../../files/sink.ts';
import { inState, makeStateFolder } from '../state-folder.ts';
import { CIPHER, TokenSeal } from './token-seal.ts';

export interface TokenStoreOptions {
  /** Made when it is not there, open to its owner only. */
  readonly folder: string;
  /** Encrypts what is written, opens what was. @default null: in clear */
  readonly key?: string | null;
}

export interface TokenStore {
  /** `null`: nothing is known of the user. @throws StateError */
  read(userId: string): Promise<StoredTokens | null>;
  /** Durable when it returns; hold the lock. @throws StateError */
  write(userId: string, tokens: StoredTokens): Promise<void>;
  /** Durable when it returns; hold the lock. @throws StateError */
  remove(userId: string): Promise<void>;
  /** One at a time over all processes; resolves to the release. @throws StateError, AbortedError */
  lock(userId: string, signal?: AbortSignal): Promise<() => Promise<void>>;
  /** Who has tokens here, in the order of the file names, and whether they are encrypted; needs no key. @throws StateError */
  users(): Promise<readonly { readonly userId: string; readonly encrypted: boolean }[]>;
}

const tokenPair = z.object({
  userId: z.string(),
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.number(),
  scopes: z.array(z.string()).readonly(),
  obtainedAt: z.number(),
});

const storedTokens = z.object({
  current: tokenPair,
  /** What `current` was made of: works until the first use of `current.accessToken`, at most for 8 hours. */
  previousRefreshToken: z.string().nullable(),
  /** Unix s: since then a refresh may be under way, or its answer was lost. */
  refreshingSince: z.number().nullable(),
});

export type StoredTokens = Readonly<z.infer<typeof storedTokens>>;

const sealed = {
  cipher: z.literal(CIPHER),
  salt: z.base64(),
  nonce: z.base64(),
  tag: z.base64(),
  sealed: z.base64(),
};

const VERSION = 1;
const tokenFile = z.union([
  z.object({ version: z.literal(VERSION), userId: z.string(), ...sealed }),
  z.object({ version: z.literal(VERSION), userId: z.string(), cipher: z.undefined().optional(), tokens: storedTokens }),
]);
type TokenFile = z.infer<typeof tokenFile>;

const SUFFIX = '.json';
const AUTHORISE_AGAIN = 'delete it and authorise again (withings-signals auth login)';

/** A refresh in another process waits for the network and the quota, ms. */
const LOCK_WAIT_MS = 600_000;
/** No write lasts that long: what is older was left by a process that died, ms. */
const LITTER_AGE_MS = 60_000;

/** @throws ArgumentError for an empty key; StateError when the folder cannot be made or read. */
export async function openTokenStore({ folder, key = null }: TokenStoreOptions): Promise<TokenStore> {
  if (key === '') throw new ArgumentError('the token key is empty: set WITHINGS_TOKEN_KEY to a secret, or unset it');
  const seal = key === null ? null : new TokenSeal(key);
  await makeStateFolder(folder);
  await inState(folder, () => removeLitter(folder));

  const pathOf = (userId: string): string => join(folder, pathSegment(userId) + SUFFIX);
  return {
    read: async (userId) => {
      const path = pathOf(userId);
      const file = await readTokenFile(path);
      if (file === null) return null;
      if (file.userId !== userId) throw new StateError(`${path}: holds tokens of another user; ${AUTHORISE_AGAIN}`);
      return file.cipher === undefined ? file.tokens : openTokens(path, file, seal);
    },
    write: async (userId, tokens) => {
      const path = pathOf(userId);
      const content = seal === null ? { tokens } : await seal.seal(userId, JSON.stringify(tokens), await saltOf(path));
      const file = JSON.stringify({ version: VERSION, userId, ...content });
      await inState(path, () => writeFileDurably(path, `${file}\n`, 0o600));
    },
    remove: (userId) =>
      inState(folder, async () => {
        await rm(pathOf(userId), { force: true });
        await fsyncFolder(folder);
      }),
    lock: (userId, signal) => {
      const what = `the tokens of user ${quoted(userId)}`;
      const path = join(folder, `${pathSegment(userId)}.lock`);
      return inState(path, () => lockFile(path, { what, waitMs: LOCK_WAIT_MS, signal }));
    },
    users: async () => {
      const names = await inState(folder, () => readdir(folder));
      const users: { userId: string; encrypted: boolean }[] = [];
      for (const name of names.filter((one) => one.endsWith(SUFFIX) && !one.startsWith('.')).sort()) {
        const file = await readTokenFile(join(folder, name));
        if (file !== null) users.push({ userId: file.userId, encrypted: file.cipher !== undefined });
      }
      return users;
    },
  };
}

/** Half-made files hold tokens too, perhaps in clear from before there was a key. */
async function removeLitter(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^\..*\.tmp$/.test(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > LITTER_AGE_MS) await rm(path, { force: true });
  }
}

async function readTokenFile(path: string): Promise<TokenFile | null> {
  const text = await inState(path, async () => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  });
  if (text === null) return null;
  const value = parseQuietly(text);
  const version = z.object({ version: z.number() }).safeParse(value).data?.version;
  if (version !== undefined && version > VERSION) {
    throw new StateError(`${path}: token file version ${version}, this program knows ${VERSION}; update the program`);
  }
  const file = tokenFile.safeParse(value);
  if (!file.success) throw new StateError(`${path}: not a token file of this program; ${AUTHORISE_AGAIN}`);
  return file.data;
}

async function openTokens(
  path: string,
  file: Exclude<TokenFile, { readonly cipher?: undefined }>,
  seal: TokenSeal | null,
): Promise<StoredTokens> {
  if (seal === null) {
    throw new StateError(`${path}: is encrypted and no key is configured; set WITHINGS_TOKEN_KEY to its key`);
  }
  let text: string;
  try {
    text = await seal.open(file.userId, file);
  } catch (error) {
    const remedy = `set WITHINGS_TOKEN_KEY to the key it was written with, or ${AUTHORISE_AGAIN}`;
    throw new StateError(`${path}: cannot be decrypted: another key, or the file was changed; ${remedy}`, {
      cause: error,
    });
  }
  const tokens = storedTokens.safeParse(parseQuietly(text));
  if (!tokens.success) throw new StateError(`${path}: holds no tokens; ${AUTHORISE_AGAIN}`);
  return tokens.data;
}

/** The file keeps its salt, so that a key is derived once a file and not once a write. */
async function saltOf(path: string): Promise<string | undefined> {
  const file = await readTokenFile(path);
  return file?.cipher === undefined ? undefined : file.salt;
}

/** What the parser would say quotes the text, and the text is secret. */
function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
