/** `withings-signals auth`: who authorised this application, and the tokens that come of it. */

import { Command } from 'commander';
import { ArgumentError } from '../../core/errors.ts';
import type { UserTokens } from '../../fetch/authorise.ts';
import { addConfigOptions, type ConfigFlags } from '../config.ts';
import { interruptSignal } from '../interrupt.ts';
import { addCommonOptions, type CommonOptions, parseWords, writeLine } from '../options.ts';
import { fromEachUser, withSession } from '../session.ts';
import { isoTime } from '../summary.ts';

type Flags = CommonOptions & ConfigFlags & { readonly user?: readonly string[]; readonly code?: string | boolean };

export function authCommand(): Command {
  return new Command('auth')
    .description('Authorise users, and keep their tokens')
    .addCommand(
      subcommand('login')
        .description('Let a user authorise this application: prints a link, waits for the way back from it')
        .option('--code [code]', 'no browser here: type in the code (or the whole address) that the link ends at')
        .addHelpText('after', '\nExample:\n  $ withings-signals auth login\n  $ withings-signals auth login --code')
        .action(login),
    )
    .addCommand(
      subcommand('status')
        .description('Who authorised this application, for what and until when')
        .addHelpText('after', '\nExample:\n  $ withings-signals auth status --json')
        .action(status),
    )
    .addCommand(
      subcommand('refresh')
        .description('Get new tokens, although the old ones may be good')
        .option('--user <list>', 'comma-separated ids (default: all)', parseWords)
        .addHelpText('after', '\nExample:\n  $ withings-signals auth refresh --user 363')
        .action(refresh),
    )
    .addCommand(
      subcommand('revoke')
        .description("Take a user's authorisation back, at Withings and here")
        .requiredOption('--user <list>', 'comma-separated ids', parseWords)
        .addHelpText('after', '\nExample:\n  $ withings-signals auth revoke --user 363')
        .action(revoke),
    )
    .addCommand(
      subcommand('demo')
        .description("Use Withings' demo user")
        .addHelpText('after', '\nExample:\n  $ withings-signals auth demo')
        .action(demo),
    );
}

function subcommand(name: string): Command {
  return addConfigOptions(addCommonOptions(new Command(name)));
}

async function login(flags: Flags): Promise<void> {
  await withSession(flags, async (session, { redirectUri }) => {
    const { authorise, authoriseByCode } = await import('../../fetch/authorise.ts');
    const signal = interruptSignal();
    // The link goes to standard error: it is for a person, also under --json and --quiet.
    const show = (url: string): void => {
      process.stderr.write(`Open this link and authorise:\n\n  ${url}\n\n`);
    };
    const tokens =
      flags.code === undefined
        ? await authorise(session, { redirectUri, show, signal })
        : await authoriseByCode(session, { redirectUri, show, ask: () => typed(flags.code), signal });
    tell(flags, [tokens], 'authorised');
  });
}

/** What the user typed: behind the flag, or now. */
async function typed(code: string | boolean | undefined): Promise<string> {
  if (typeof code === 'string') return code;
  process.stderr.write('The code lives for 30 seconds. Code, or the whole address it came in: ');
  const { createInterface } = await import('node:readline');
  for await (const line of createInterface({ input: process.stdin })) return line.trim();
  throw new ArgumentError('code: got the end of standard input, expected the code; run auth login --code again');
}

async function status(flags: Flags): Promise<void> {
  await withSession(flags, async (session) => {
    const { listTokens } = await import('../../fetch/authorise.ts');
    const users = await listTokens(session);
    if (users.length === 0 && !flags.json) writeLine(process.stdout, 'nobody has authorised yet: run auth login');
    tell(flags, users, 'authorised');
  });
}

async function refresh(flags: Flags): Promise<void> {
  await withSession(flags, async (session) => {
    const { refreshAll } = await import('../../fetch/authorise.ts');
    const refreshed = await fromEachUser(session, flags.user, (userId) => refreshAll(session, [userId]));
    tell(flags, refreshed.flat(), 'refreshed');
  });
}

async function revoke(flags: Flags): Promise<void> {
  await withSession(flags, async (session) => {
    const { revokeAll } = await import('../../fetch/authorise.ts');
    const signal = interruptSignal();
    const revoked = await fromEachUser(session, flags.user, async (userId) => {
      await revokeAll(session, [userId], signal);
      return userId;
    });
    if (flags.json) process.stdout.write(`${JSON.stringify({ revoked })}\n`);
    else if (!flags.quiet) for (const userId of revoked) writeLine(process.stdout, `user ${userId}: revoked`);
  });
}

async function demo(flags: Flags): Promise<void> {
  await withSession(flags, async (session) => {
    const { authoriseDemo } = await import('../../fetch/authorise.ts');
    tell(flags, [await authoriseDemo(session, { signal: interruptSignal() })], 'authorised (demo)');
  });
}

/** Never a token. */
function tell(flags: Flags, users: readonly UserTokens[], what: string): void {
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ users }, null, 1)}\n`);
    return;
  }
  if (flags.quiet) return;
  for (const { userId, scopes, expiresAt, encrypted } of users) {
    const kept = encrypted ? 'kept encrypted' : 'kept in clear: set WITHINGS_TOKEN_KEY to encrypt';
    const until = expiresAt === null ? '' : `, access token until ${isoTime(expiresAt)}`;
    writeLine(
      process.stdout,
      `user ${userId}: ${what}${scopes.length > 0 ? ` for ${scopes.join(', ')}` : ''}${until}; ${kept}`,
    );
  }
}
