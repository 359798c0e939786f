/** `withings-signals devices`: what the users wear. */

import { Command } from 'commander';
import { addConfigOptions, type ConfigFlags } from '../config.ts';
import { EXIT_PARTLY } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { addCommonOptions, type CommonOptions, parseWords, writeLine } from '../options.ts';
import { fromEachUser, withSession } from '../session.ts';
import { isoTime } from '../summary.ts';

type Flags = CommonOptions & ConfigFlags & { readonly user?: readonly string[] };

export function devicesCommand(): Command {
  return addConfigOptions(addCommonOptions(new Command('devices')))
    .description('List the devices of the users who authorised')
    .option('--user <list>', 'comma-separated ids (default: all who authorised)', parseWords)
    .addHelpText('after', '\nExample:\n  $ withings-signals devices --user 363 --json')
    .action(async (flags: Flags) => {
      await withSession(flags, async (session) => {
        const { getDevices } = await import('../../withings/endpoints/devices.ts');
        const signal = interruptSignal();
        const users = await fromEachUser(session, flags.user, async (userId) => {
          const user = { userId, tokens: session.tokens };
          const { devices, odd } = await getDevices(session.client, user, { signal });
          for (const line of odd) writeLine(process.stderr, `refused for user ${userId}: ${line}: passed over`);
          return { userId, devices, odd };
        });
        if (users.some(({ odd }) => odd.length > 0)) process.exitCode = EXIT_PARTLY;
        const listed = users.map(({ userId, devices }) => ({ userId, devices }));
        if (flags.json) process.stdout.write(`${JSON.stringify({ users: listed }, null, 1)}\n`);
        else if (!flags.quiet) {
          for (const { userId, devices } of users) {
            for (const { hashDeviceId, deviceId, model, timezone, lastSessionAt } of devices) {
              const words = [model ?? 'unknown model', hashDeviceId ?? deviceId ?? 'no id', timezone ?? 'no time zone'];
              if (lastSessionAt !== null) words.push(`synchronised ${isoTime(lastSessionAt)}`);
              writeLine(process.stdout, `user ${userId}: ${words.join(', ')}`);
            }
          }
        }
      });
    });
}
