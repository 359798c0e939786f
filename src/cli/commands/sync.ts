/** `withings-signals sync`: fetch, then convert what that changed. */

import { Command } from 'commander';
import type { SyncReport } from '../../fetch/sync.ts';
import { EXIT_NOTHING_DONE, EXIT_PARTLY } from '../exit-codes.ts';
import { exitCodeOfFetch, fetchLines, noticeLines, openFetchBar, problemLines } from '../fetch-report.ts';
import { interruptSignal } from '../interrupt.ts';
import { writeLine } from '../options.ts';
import { openProgressBar } from '../progress.ts';
import { withSession } from '../session.ts';
import { isNothingNew, workLines } from '../summary.ts';
import {
  addConvertOptions,
  type ConvertFlags,
  convertOptionsOf,
  exitCodeOfConversion,
  rejectionLines,
  tellConversion,
} from './convert.ts';
import { addFetchOptions, type FetchFlags, fetchOptionsOf } from './fetch.ts';

type Flags = FetchFlags & ConvertFlags;

export function syncCommand(): Command {
  return addConvertOptions(addFetchOptions(new Command('sync')))
    .description('Fetch what is new into an archive, and convert what that changed into a data set')
    .addHelpText('after', '\nExample:\n  $ withings-signals sync --archive archive --out signals')
    .action(async (flags: Flags) => {
      const quiet = flags.quiet ?? false;
      const fetching = await openFetchBar(quiet);
      const converting = await openProgressBar(quiet);
      try {
        const report = await withSession(flags, async (session) => {
          const { sync } = await import('../../fetch/sync.ts');
          return sync({
            ...convertOptionsOf(flags),
            ...fetchOptionsOf(flags),
            session,
            signal: interruptSignal(),
            onFetchProgress: fetching.update,
            onConvertProgress: (progress) => {
              fetching.stop();
              converting.update(progress);
            },
          });
        });
        fetching.stop();
        converting.stop();
        const { fetch, convert } = report;
        const notices = quiet ? [] : noticeLines(fetch);
        const rejections = convert === null ? [] : rejectionLines(convert, flags);
        const problems = [...problemLines(fetch), ...notices, ...rejections];
        for (const line of problems) writeLine(process.stderr, line);
        if (flags.json) process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
        else if (!quiet) {
          for (const line of fetchLines(fetch)) writeLine(process.stdout, line);
          if (convert !== null) tellConversion(convert, flags);
          if (convert !== null && flags.verbose) for (const line of workLines(convert)) writeLine(process.stderr, line);
        }
        process.exitCode = exitCodeOfSync(report);
      } finally {
        fetching.stop();
        converting.stop();
      }
    });
}

/** One half that could do nothing is a part of the whole, unless the other half had nothing to do either. */
function exitCodeOfSync({ fetch, convert }: SyncReport): number {
  const fetched = exitCodeOfFetch(fetch);
  if (convert === null || (fetched !== 0 && isNothingNew(convert))) return fetched;
  const codes = [fetched, exitCodeOfConversion(convert)];
  if (codes.every((code) => code === 0)) return 0;
  return codes.every((code) => code === EXIT_NOTHING_DONE) ? EXIT_NOTHING_DONE : EXIT_PARTLY;
}
