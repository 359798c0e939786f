/** Commands that speak to the cloud: settings read, a session opened, closed whatever happens. */

import type { Session } from '../pipeline/session.ts';
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
  const { openSession } = await import('../pipeline/session.ts');
  const session = await openSession({ ...config, notice });
  try {
    return await work(session, config);
  } finally {
    await session.close();
  }
}
