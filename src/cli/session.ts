/** Commands that speak to the cloud: settings read, a session opened, closed whatever happens. */

import { ArgumentError, isOfOneUser, messageOf, StateError } from '../core/errors.ts';
import type { Session } from '../fetch/session.ts';
import { type Config, type ConfigFlags, readConfig } from './config.ts';
import { EXIT_NOTHING_DONE, EXIT_PARTLY } from './exit-codes.ts';
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

/**
 * What each user gives, one after the other. What goes wrong with one is told in a line and by the exit code; it costs nobody
 * else anything.
 *
 * @param named absent: all who authorised
 * @throws what concerns all: no network, no settings, nobody there, no tokens that can be read
 */
export async function fromEachUser<T>(
  session: Session,
  named: readonly string[] | undefined,
  work: (userId: string) => Promise<T>,
): Promise<readonly T[]> {
  const users = await usersOf(session, named);
  const given: T[] = [];
  const failures: Failure[] = [];
  for (const userId of users) {
    try {
      given.push(await work(userId));
    } catch (error) {
      if (isOfOneUser(error)) failures.push({ userId, error });
      else {
        tellFailures(failures);
        throw error;
      }
    }
  }
  const [first] = failures;
  // A store that nobody's tokens can be read from is nobody's own trouble.
  const isOfStore = given.length === 0 && failures.every(({ error }) => error instanceof StateError);
  if (first !== undefined && isOfStore) throw first.error;
  tellFailures(failures);
  if (first !== undefined) process.exitCode = given.length === 0 ? EXIT_NOTHING_DONE : EXIT_PARTLY;
  return given;
}

type Failure = { readonly userId: string; readonly error: unknown };

function tellFailures(failures: readonly Failure[]): void {
  for (const { userId, error } of failures) writeLine(process.stderr, `failed user ${userId}: ${messageOf(error)}`);
}

/** The users named, or all who authorised. @throws ArgumentError when there are none */
async function usersOf({ store }: Session, named: readonly string[] | undefined): Promise<readonly string[]> {
  const users = named ?? (await store.users()).map(({ userId }) => userId);
  if (users.length > 0) return users;
  throw new ArgumentError('users: nobody has authorised this application yet; run auth login first');
}
