/** `withings-signals notify`: have Withings tell a URL when there is something new. Of raw data it never tells. */

import { Command, InvalidArgumentError } from 'commander';
import type * as Notify from '../../withings/endpoints/notify.ts';
import type { WithingsClient } from '../../withings/http/client.ts';
import type { UserAccess } from '../../withings/tokens/access-tokens.ts';
import { addConfigOptions, type ConfigFlags } from '../config.ts';
import { interruptSignal } from '../interrupt.ts';
import { addCommonOptions, type CommonOptions, parseList, parseWords, writeLine } from '../options.ts';
import { fromEachUser, withSession } from '../session.ts';

/** Names of what `NOTIFICATIONS` in withings/notify.ts knows. */
const TOPICS = ['ecg', 'ecgFailed', 'stetho'] as const;

type Flags = CommonOptions &
  ConfigFlags & {
    readonly user?: readonly string[];
    readonly callback: string;
    readonly topics: readonly (typeof TOPICS)[number][];
  };

export function notifyCommand(): Command {
  return new Command('notify')
    .description('Have Withings tell a URL when there is something new (of raw data it never tells: sync now and then)')
    .addCommand(
      withTopics(subcommand('subscribe'))
        .description('Tell this URL; it must answer HEAD with 2xx, and each POST within 2 s')
        .requiredOption('--callback <url>', 'put a secret into it: notifications are not signed', callbackUrl)
        .addHelpText(
          'after',
          '\nExample:\n  $ withings-signals notify subscribe --callback https://example.org/hook/8f3a',
        )
        .action(subscribeAll),
    )
    .addCommand(
      subcommand('list')
        .description('What is subscribed to')
        .addHelpText('after', '\nExample:\n  $ withings-signals notify list --json')
        .action(listAll),
    )
    .addCommand(
      withTopics(subcommand('revoke'))
        .description('Tell this URL no more')
        .requiredOption('--callback <url>', 'as subscribed', callbackUrl)
        .addHelpText('after', '\nExample:\n  $ withings-signals notify revoke --callback https://example.org/hook/8f3a')
        .action(revokeAll),
    );
}

function subcommand(name: string): Command {
  return addConfigOptions(addCommonOptions(new Command(name))).option(
    '--user <list>',
    'comma-separated ids (default: all who authorised)',
    parseWords,
  );
}

function withTopics(command: Command): Command {
  return command.option('--topics <list>', `comma-separated: ${TOPICS.join(', ')}`, parseList(TOPICS), [
    'ecg',
    'stetho',
  ]);
}

async function subscribeAll(flags: Flags): Promise<void> {
  await forEachUser(flags, async ({ client, user, api, signal }) => {
    for (const topic of flags.topics) {
      const appli = api.NOTIFICATIONS[topic];
      await api.subscribe(client, user, { callbackUrl: flags.callback, appli }, { signal });
    }
    return flags.topics.map((topic) => ({ topic, callback: flags.callback }));
  });
}

async function listAll(flags: Flags): Promise<void> {
  await forEachUser(flags, async ({ client, user, api, signal }) => {
    const found = await api.listSubscriptions(client, user, null, { signal });
    return found.map(({ appli, callbackUrl: callback }) => ({
      topic: TOPICS.find((topic) => api.NOTIFICATIONS[topic] === appli) ?? String(appli),
      callback,
    }));
  });
}

async function revokeAll(flags: Flags): Promise<void> {
  await forEachUser(flags, async ({ client, user, api, signal }) => {
    for (const topic of flags.topics) {
      const appli = api.NOTIFICATIONS[topic];
      await api.revokeSubscription(client, user, { callbackUrl: flags.callback, appli }, { signal });
    }
    return [];
  });
}

type Subscriber = {
  readonly client: WithingsClient;
  readonly user: UserAccess;
  readonly api: typeof Notify;
  readonly signal: AbortSignal;
};

/** @param work resolves to what is subscribed to then */
async function forEachUser(
  flags: Flags,
  work: (on: Subscriber) => Promise<readonly { readonly topic: string; readonly callback: string }[]>,
): Promise<void> {
  await withSession(flags, async (session) => {
    const api = await import('../../withings/endpoints/notify.ts');
    const signal = interruptSignal();
    const users = await fromEachUser(session, flags.user, async (userId) => {
      const user = { userId, tokens: session.tokens };
      return { userId, subscriptions: await work({ client: session.client, user, api, signal }) };
    });
    if (flags.json) process.stdout.write(`${JSON.stringify({ users }, null, 1)}\n`);
    else if (!flags.quiet) {
      for (const { userId, subscriptions } of users) {
        const lines = subscriptions.map(({ topic, callback }) => `${topic} to ${withoutSecret(callback)}`);
        writeLine(process.stdout, `user ${userId}: ${lines.length === 0 ? 'no subscription' : lines.join(', ')}`);
      }
    }
  });
}

/** What stands behind the host is the usual place of a secret. */
function withoutSecret(callback: string): string {
  return URL.canParse(callback) ? `${new URL(callback).origin}/…` : '…';
}

function callbackUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError('Expected a URL that Withings can reach, such as https://example.org/hook.');
  }
  return text;
}
