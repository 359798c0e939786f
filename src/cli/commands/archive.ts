/** `withings-signals archive verify`: whether an archive holds what was put into it. */

import { Command } from 'commander';
import type { VerifyReport } from '../../archive/verify-archive.ts';
import { EXIT_PARTLY } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { addCommonOptions, type CommonOptions, writeLine } from '../options.ts';
import { openProgressBar } from '../progress.ts';

export function archiveCommand(): Command {
  return new Command('archive').description('Look after an archive of fetched answers').addCommand(verifyCommand());
}

function verifyCommand(): Command {
  return addCommonOptions(new Command('verify'))
    .description('Check every record of an archive and say what is wrong; changes nothing')
    .argument('<archive>', 'the folder that answers were fetched into')
    .addHelpText('after', '\nExample:\n  $ withings-signals archive verify archive')
    .action(async (folder: string, { quiet = false, json = false }: CommonOptions) => {
      const { verifyArchive } = await import('../../archive/verify-archive.ts');
      const bar = await openProgressBar(quiet);
      let report: VerifyReport;
      try {
        report = await verifyArchive(folder, {
          signal: interruptSignal(),
          onProgress: (done, total) => bar.update({ phase: 'verify', done, total }),
        });
      } finally {
        bar.stop();
      }
      for (const { file, offset, bytes, page, reason, remedy } of report.problems) {
        const what = page === null ? `${bytes} bytes` : page;
        writeLine(process.stderr, `damaged ${file} at byte ${offset}: ${what}: ${reason}; ${remedy}`);
      }
      if (json) process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
      else if (!quiet) for (const line of summaryLines(report)) writeLine(process.stdout, line);
      if (report.problems.length > 0) process.exitCode = EXIT_PARTLY;
    });
}

function* summaryLines(report: VerifyReport): Generator<string> {
  const { folder, segments, bytes, records, pages, contents, replaced, mended, unfinishedBytes, problems } = report;
  const verdict = problems.length === 0 ? 'all good' : `${problems.length} damaged`;
  yield `${folder}: ${records} records in ${segments} segments (${bytes} bytes): ${verdict}`;
  yield `${pages} pages, ${contents} stored`;
  if (replaced > 0)
    yield `${replaced} pages came with a secret of their request, which was replaced before they were kept`;
  if (mended > 0) yield `${mended} damaged copies of pages that were kept again since: nothing lost`;
  if (unfinishedBytes > 0)
    yield `${unfinishedBytes} bytes at the end are not whole: being written, or cut off by a crash; the next fetch cuts them`;
}
