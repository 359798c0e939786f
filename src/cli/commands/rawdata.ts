/** `withings-signals rawdata`: switch the collection of raw data on a watch on and off. */

import { Command, Option } from 'commander';
import type { SeriesKind } from '../../signals/signal.ts';
import { addConfigOptions, type ConfigFlags } from '../config.ts';
import { interruptSignal } from '../interrupt.ts';
import { addCommonOptions, type CommonOptions, parseTime, writeLine } from '../options.ts';
import { withSession } from '../session.ts';

type Flags = CommonOptions &
  ConfigFlags & {
    readonly user: string;
    readonly device: string;
    readonly kind?: SeriesKind;
    readonly until?: number;
  };

export function rawdataCommand(): Command {
  return new Command('rawdata')
    .description('Switch the collection of raw data on a watch on and off; it takes effect when the watch synchronises')
    .addCommand(
      subcommand('activate')
        .description('Collect PPG or accelerometer')
        .addOption(new Option('--kind <kind>', 'what to collect').choices(['ppg', 'accel']).makeOptionMandatory())
        .option('--until <time>', 'date or time in UTC, or Unix seconds (default: until switched off)', parseTime)
        .addHelpText(
          'after',
          '\nExample:\n  $ withings-signals rawdata activate --user 363 --device 00d2... --kind ppg --until 2026-12-01',
        )
        .action(activate),
    )
    .addCommand(
      subcommand('deactivate')
        .description('Collect no more')
        .addOption(new Option('--kind <kind>', 'what to stop (default: both)').choices(['ppg', 'accel']))
        .addHelpText('after', '\nExample:\n  $ withings-signals rawdata deactivate --user 363 --device 00d2...')
        .action(deactivate),
    );
}

function subcommand(name: string): Command {
  return addConfigOptions(addCommonOptions(new Command(name)))
    .requiredOption('--user <id>', 'whose watch it is')
    .requiredOption('--device <id>', 'its hash_deviceid, as `devices` tells');
}

async function activate(flags: Flags): Promise<void> {
  const { user: userId, device: hashDeviceId, kind = 'ppg', until = null } = flags;
  await withSession(flags, async (session) => {
    const { activateRawdata } = await import('../../withings/endpoints/rawdata.ts');
    const user = { userId, tokens: session.tokens };
    await activateRawdata(session.client, user, { hashDeviceId, kind, until }, { signal: interruptSignal() });
    tell(flags, { active: true, kind });
  });
}

async function deactivate(flags: Flags): Promise<void> {
  const { user: userId, device: hashDeviceId, kind = null } = flags;
  await withSession(flags, async (session) => {
    const { deactivateRawdata } = await import('../../withings/endpoints/rawdata.ts');
    const user = { userId, tokens: session.tokens };
    await deactivateRawdata(session.client, user, { hashDeviceId, kind }, { signal: interruptSignal() });
    tell(flags, { active: false, kind });
  });
}

function tell(flags: Flags, { active, kind }: { readonly active: boolean; readonly kind: SeriesKind | null }): void {
  const { user, device } = flags;
  if (flags.json) process.stdout.write(`${JSON.stringify({ user, device, kind, active })}\n`);
  else if (!flags.quiet) {
    const what = kind ?? 'ppg and accel';
    writeLine(
      process.stdout,
      `user ${user}, ${device}: ${what} ${active ? 'on' : 'off'} from the next synchronisation on`,
    );
  }
}
