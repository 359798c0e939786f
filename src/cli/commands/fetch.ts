/** `withings-signals fetch`: a cohort's signals into an archive. */

import { Command } from 'commander';
import type { FetchOptions } from '../../fetch/fetch.ts';
import { SIGNAL_KINDS, type SignalKind } from '../../signals/signal.ts';
import { addConfigOptions, type ConfigFlags } from '../config.ts';
import { exitCodeOfFetch, fetchLines, noticeLines, openFetchBar, problemLines } from '../fetch-report.ts';
import { interruptSignal } from '../interrupt.ts';
import {
  addCommonOptions,
  type CommonOptions,
  parseList,
  parseTime,
  parseWhole,
  parseWords,
  writeLine,
} from '../options.ts';
import { withSession } from '../session.ts';

export type FetchFlags = CommonOptions &
  ConfigFlags & {
    readonly archive: string;
    readonly from?: number;
    readonly to?: number;
    readonly kinds?: readonly SignalKind[];
    readonly user?: readonly string[];
    readonly overlap?: number;
  };

export function fetchCommand(): Command {
  return addFetchOptions(new Command('fetch'))
    .option('--kinds <list>', `comma-separated: ${SIGNAL_KINDS.join(', ')} (default: all)`, parseList(SIGNAL_KINDS))
    .description(
      'Fetch ECG, stethoscope and raw data of all users who authorised into an archive, page by page as received',
    )
    .addHelpText('after', '\nExample:\n  $ withings-signals fetch --archive archive --from 2026-11-01 --kinds ecg,ppg')
    .action(async (flags: FetchFlags) => {
      const bar = await openFetchBar(flags.quiet ?? false);
      const report = await withSession(flags, async (session) => {
        const { fetchArchive } = await import('../../fetch/fetch.ts');
        const options = { ...fetchOptionsOf(flags), session, signal: interruptSignal(), onProgress: bar.update };
        return fetchArchive(options);
      }).finally(bar.stop);
      const notices = flags.quiet === true ? [] : noticeLines(report);
      for (const line of [...problemLines(report), ...notices]) writeLine(process.stderr, line);
      if (flags.json) process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
      else if (!flags.quiet) for (const line of fetchLines(report)) writeLine(process.stdout, line);
      process.exitCode = exitCodeOfFetch(report);
    });
}

/** What `fetch` and `sync` have in common. */
export function addFetchOptions(command: Command): Command {
  return addConfigOptions(addCommonOptions(command))
    .requiredOption('--archive <dir>', 'where pages are kept; made when it is not there')
    .option(
      '--from <time>',
      'date or time in UTC, or Unix seconds (default: as far back as the archive, or 30 days)',
      parseTime,
    )
    .option('--to <time>', 'likewise (default: now)', parseTime)
    .option(
      '--overlap <hours>',
      'raw data of so long before a synchronisation is asked for again after the next (default: 24)',
      parseWhole(0, 24_000),
    )
    .option('--user <list>', 'comma-separated ids (default: all who authorised)', parseWords);
}

export function fetchOptionsOf({ archive, from, to, kinds, user, overlap }: FetchFlags): Omit<FetchOptions, 'session'> {
  return {
    archive,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(kinds !== undefined && { kinds }),
    ...(user !== undefined && { users: user }),
    ...(overlap !== undefined && { overlap: overlap * 3600 }),
  };
}
