/** Commands that speak to the cloud: settings read, a session opened, closed whatever happens. */

import { ArgumentError } from '../core/errors.ts';
import type { Session } from '../fetch/session.ts';
import { type Config, type ConfigFlags, readConfig } from './config.ts';
import type { CommonOptions } from './options.ts';
import { writeLine } from './options.ts';

/** Waits are told on standard error, unless `--quiet`. */
export async function withSession<T>(
  flags: ConfigFlags & CommonOptions,
  work: (session: Session, config: Config) => Promise<T>,
): Promise<T> {
  const notice = (text: string): void => {
    if (!flags.quiet) writeLine(process.stderr, `note ${text}`);
  };
  const config = await readConfig(flags, notice);
  const { openSession } = await import('../fetch/session.ts');
  const session = await openSession({ ...config, notice });
  try {
    return await work(session, config);
  } finally {
    await session.close();
  }
}

/** The users named, or all who authorised. @throws ArgumentError when there are none */
export async function usersOf({ store }: Session, named: readonly string[] | undefined): Promise<readonly string[]> {
  const users = named ?? (await store.users()).map(({ userId }) => userId);
  if (users.length > 0) return users;
  throw new ArgumentError('users: nobody has authorised this application yet; run auth login first');
}
