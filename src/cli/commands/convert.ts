/** `withings-signals convert`: saved answers to a data set. */

import { Command } from 'commander';
import { SIGNAL_KINDS } from '../../core/signal.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../export/index.ts';
import type { ConvertOptions } from '../../pipeline/convert.ts';
import type { ConvertReport } from '../../pipeline/convert-report.ts';
import { interruptSignal } from '../interrupt.ts';
import {
  addCommonOptions,
  type CommonOptions,
  parseBand,
  parseHzOr,
  parseList,
  parseWhole,
  writeLine,
} from '../options.ts';
import { openProgressBar } from '../progress.ts';
import { summaryLines, workLines } from '../summary.ts';

/** Some inputs were rejected; the others were converted. */
const EXIT_SOME_REJECTED = 3;
const EXIT_NOTHING_DONE = 1;

type Options = CommonOptions &
  Required<Pick<ConvertOptions, 'out'>> &
  Pick<ConvertOptions, 'formats' | 'kinds' | 'ecgBand' | 'ecgNotch' | 'ecgRate' | 'workers' | 'strict'> & {
    readonly format?: readonly ExportFormat[];
    readonly verbose?: boolean;
  };

export function convertCommand(): Command {
  const formats = Object.keys(EXPORT_FORMATS) as ExportFormat[];
  return addCommonOptions(new Command('convert'))
    .description('Convert saved Withings answers (JSON, NDJSON, gzip, signal.csv) to a data set of Arrow files')
    .argument('<input...>', 'files, folders, or - for standard input')
    .option('--out <dir>', 'the data set; one that exists is added to', 'signals')
    .option('--format <list>', `comma-separated: ${formats.join(', ')} (default: arrow)`, parseList(formats))
    .option('--kinds <list>', `comma-separated: ${SIGNAL_KINDS.join(', ')} (default: all)`, parseList(SIGNAL_KINDS))
    .option('--ecg-band <low-high or none>', 'zero-phase Butterworth band-pass, Hz (default: 0.5-40)', parseBand)
    .option('--ecg-notch <hz or none>', 'zero-phase notch before the band-pass, Hz (default: none)', parseHzOr('none'))
    .option('--ecg-rate <hz or native>', 'resample the filtered ECG to, Hz (default: 250)', parseHzOr('native'))
    .option('--workers <n>', 'threads; 0: in this one (default: all cores)', parseWhole(0, 1024))
    .option('--verbose', 'tell on standard error which kernels ran and what each stage took')
    .option('--strict', 'stop at the first rejected input and change nothing')
    .addHelpText('after', '\nExample:\n  $ withings-signals convert answers/ --out signals --format arrow,wav')
    .action(async (inputs: readonly string[], options: Options) => {
      const { convert } = await import('../../pipeline/convert.ts');
      const bar = await openProgressBar(options.quiet ?? false);
      const { format, quiet, json, verbose, debug: _, ...rest } = options;
      try {
        const report = await convert({
          ...rest,
          ...(format !== undefined && { formats: format }),
          inputs,
          signal: interruptSignal(),
          onProgress: bar.update,
        });
        bar.stop();
        tell(report, { quiet: quiet ?? false, json: json ?? false });
        if (verbose && !quiet) for (const line of workLines(report)) writeLine(process.stderr, line);
        process.exitCode = exitCodeOf(report);
      } finally {
        bar.stop();
      }
    });
}

function exitCodeOf({ inputs }: ConvertReport): number {
  if (inputs.ok + inputs.pending === 0) return EXIT_NOTHING_DONE;
  return inputs.rejected > 0 ? EXIT_SOME_REJECTED : 0;
}

function tell(report: ConvertReport, { quiet, json }: { quiet: boolean; json: boolean }): void {
  for (const { name, reason } of report.rejected) writeLine(process.stderr, `rejected ${name}: ${reason}`);
  if (json) {
    process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
    return;
  }
  if (quiet) return;
  for (const notice of report.notices) writeLine(process.stderr, `note ${notice}`);
  for (const name of report.pending)
    writeLine(process.stderr, `pending ${name}: the device has not delivered the signal yet; fetch it again later`);
  for (const line of summaryLines(report)) writeLine(process.stdout, line);
}
