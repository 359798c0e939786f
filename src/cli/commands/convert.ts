/** `withings-signals convert`: saved answers to a data set. */

import { Command, Option } from 'commander';
import type { ConvertOptions } from '../../convert/convert-options.ts';
import type { ConvertReport } from '../../convert/convert-report.ts';
import { COMPRESSIONS } from '../../export/compression.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../export/index.ts';
import { SIGNAL_KINDS } from '../../signals/signal.ts';
import { EXIT_NOTHING_DONE, EXIT_PARTLY } from '../exit-codes.ts';
import { fewLines } from '../few-lines.ts';
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

export type ConvertFlags = CommonOptions &
  Required<Pick<ConvertOptions, 'out'>> &
  Pick<ConvertOptions, 'formats' | 'kinds' | 'compression' | 'workers' | 'strict'> & {
    readonly format?: readonly ExportFormat[];
    readonly ecgBand?: readonly [number, number] | 'none';
    readonly ecgNotch?: number | 'none';
    readonly ecgRate?: number | 'native';
    readonly verbose?: boolean;
  };

export function convertCommand(): Command {
  return addConvertOptions(addCommonOptions(new Command('convert')))
    .description(
      'Convert saved Withings answers (JSON, NDJSON, gzip, account export, archives) to a data set of Arrow files',
    )
    .argument('<input...>', 'files, folders, archives, or - for standard input')
    .option('--base <dir>', 'inputs are named by their paths from here (default: the current folder)')
    .addHelpText('after', '\nExample:\n  $ withings-signals convert answers/ --out signals --format arrow,wav')
    .action(async (inputs: readonly string[], { base, ...options }: ConvertFlags & { readonly base?: string }) => {
      const { convert } = await import('../../convert/convert.ts');
      const bar = await openProgressBar(options.quiet ?? false);
      try {
        const signal = interruptSignal();
        const report = await convert({
          ...convertOptionsOf(options),
          ...(base !== undefined && { base }),
          inputs,
          signal,
          onProgress: bar.update,
        });
        bar.stop();
        for (const line of rejectionLines(report, options)) writeLine(process.stderr, line);
        if (options.json) process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
        else if (!options.quiet) tellConversion(report, options);
        if (options.verbose && !options.quiet) for (const line of workLines(report)) writeLine(process.stderr, line);
        process.exitCode = exitCodeOfConversion(report);
      } finally {
        bar.stop();
      }
    });
}

/** What `convert` and `sync` have in common. */
export function addConvertOptions(command: Command): Command {
  const formats = Object.keys(EXPORT_FORMATS) as ExportFormat[];
  return command
    .option('--out <dir>', 'the data set; one that exists is added to', 'signals')
    .option('--format <list>', `comma-separated: ${formats.join(', ')} (default: arrow)`, parseList(formats))
    .option('--kinds <list>', `comma-separated: ${SIGNAL_KINDS.join(', ')} (default: all)`, parseList(SIGNAL_KINDS))
    .option('--ecg-band <low-high or none>', 'zero-phase Butterworth band-pass, Hz (default: 0.5-40)', parseBand)
    .option('--ecg-notch <hz or none>', 'zero-phase notch before the band-pass, Hz (default: none)', parseHzOr('none'))
    .option('--ecg-rate <hz or native>', 'resample the filtered ECG to, Hz (default: 250)', parseHzOr('native'))
    .addOption(
      new Option('--compression <codec>', 'of the buffers in Arrow files (default: none)').choices(COMPRESSIONS),
    )
    .option('--workers <n>', 'threads; 0: in this one (default: all cores)', parseWhole(0, 1024))
    .option(
      '--verbose',
      'tell on standard error all that was rejected, noted or passed over, which kernels ran and what each stage took',
    )
    .option('--strict', 'stop at the first rejected input and change nothing');
}

export function convertOptionsOf({ format, out, ...flags }: ConvertFlags): Omit<ConvertOptions, 'inputs'> {
  const { kinds, compression, ecgBand, ecgNotch, ecgRate, workers, strict } = flags;
  return {
    out,
    ...(format !== undefined && { formats: format }),
    ...(kinds !== undefined && { kinds }),
    ...(compression !== undefined && { compression }),
    ...(ecgBand !== undefined && { ecgBand: ecgBand === 'none' ? null : ecgBand }),
    ...(ecgNotch !== undefined && { ecgNotch: ecgNotch === 'none' ? null : ecgNotch }),
    ...(ecgRate !== undefined && { ecgRate: ecgRate === 'native' ? null : ecgRate }),
    ...(workers !== undefined && { workers }),
    ...(strict !== undefined && { strict }),
  };
}

export function exitCodeOfConversion({ inputs, damaged }: ConvertReport): number {
  if (inputs.ok + inputs.partly + inputs.pending + inputs.unchanged === 0) return EXIT_NOTHING_DONE;
  return inputs.partly + inputs.rejected + damaged.length > 0 ? EXIT_PARTLY : 0;
}

export function rejectionLines(
  { rejected, damaged }: ConvertReport,
  { verbose = false }: ConvertFlags,
): readonly string[] {
  const lines = rejected.map(({ name, input, reason }) => ({ input, line: `rejected ${name}: ${reason}` }));
  return [
    ...fewLines(lines, verbose, (input, more) => `rejected ${input}: ${more} more; ${TELLS_ALL}`),
    ...damaged.map(({ path, reason }) => `damaged ${path}: ${reason}; give again all inputs that it was made of`),
  ];
}

const TELLS_ALL = '--verbose tells them, manifest.json has them';

export function tellConversion(report: ConvertReport, { verbose = false }: ConvertFlags): void {
  const notices = report.notices.map((notice) => ({ input: notice.split(': ', 1)[0] ?? '', line: `note ${notice}` }));
  const lines = fewLines(notices, verbose, (input, more) => `note ${input}: ${more} more; ${TELLS_ALL}`);
  for (const line of lines) writeLine(process.stderr, line);
  for (const name of report.pending)
    writeLine(process.stderr, `pending ${name}: the device has not delivered the signal yet; fetch it again later`);
  for (const line of summaryLines(report)) writeLine(process.stdout, line);
}
