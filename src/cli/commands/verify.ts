/** `withings-signals verify`: whether a data set is what was written. */

import { Command } from 'commander';
import type { VerifyDatasetReport } from '../../dataset/verify-dataset.ts';
import { EXIT_PARTLY } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { addCommonOptions, type CommonOptions, writeLine } from '../options.ts';
import { openProgressBar } from '../progress.ts';
import { count } from '../summary.ts';

export function verifyCommand(): Command {
  return addCommonOptions(new Command('verify'))
    .description('Check every file of a data set against its digest and say what is wrong; changes nothing')
    .argument('<dataset>', 'the folder of a data set')
    .addHelpText(
      'after',
      '\nExit code 3: something is wrong, each thing named on standard error.\n\nExample:\n  $ withings-signals verify signals',
    )
    .action(async (folder: string, { quiet = false, json = false }: CommonOptions) => {
      const { verifyDataset } = await import('../../dataset/verify-dataset.ts');
      const bar = await openProgressBar(quiet);
      let report: VerifyDatasetReport;
      try {
        report = await verifyDataset(folder, {
          signal: interruptSignal(),
          onProgress: (done, total) => bar.update({ phase: 'verify', done, total }),
        });
      } finally {
        bar.stop();
      }
      for (const { what, path, reason, remedy } of report.problems) {
        writeLine(process.stderr, `${what} ${path}: ${reason}; ${remedy}`);
      }
      if (json) process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
      else if (!quiet) tell(report);
      if (report.problems.length > 0) process.exitCode = EXIT_PARTLY;
    });
}

function tell({ path, files, bytes, problems, notes }: VerifyDatasetReport): void {
  for (const note of notes) writeLine(process.stderr, `note ${note}`);
  const verdict = problems.length === 0 ? 'all good' : count(problems.length, 'problem');
  writeLine(process.stdout, `${path}: ${count(files, 'file')} (${count(bytes, 'byte')}): ${verdict}`);
}
