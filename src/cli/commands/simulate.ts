/** `withings-signals simulate`: saved answers about people who do not exist. */

import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { ArgumentError, DatasetError, quoted, systemReason } from '../../core/errors.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { placeRefusal, type Wanted } from '../../files/place.ts';
import type { SimulationOptions } from '../../simulator/simulate.ts';
import { addCommonOptions, type CommonOptions, parseHours, parseWhole, writeLine } from '../options.ts';
import { simulateCloudCommand } from './simulate-cloud.ts';

type Options = CommonOptions &
  Required<Pick<SimulationOptions, 'users' | 'days' | 'hours' | 'seed'>> & { readonly out?: string };

export function simulateCommand(): Command {
  return addCommonOptions(new Command('simulate'))
    .description('Write synthetic answers of the Withings API: ECG, stethoscope, PPG, accelerometer')
    .option('--out <dir>', 'a new or empty folder (required)')
    .option('--users <n>', 'people', parseWhole(1, 1e6), 1)
    .option('--days <n>', 'days of each', parseWhole(1, 1000), 1)
    .option('--hours <h>', 'hours of raw data a day; 24 are about 220 MB', parseHours, 24)
    .option('--seed <n>', 'equal seeds give equal files', parseWhole(0, 2 ** 32 - 1), 1)
    .addHelpText('after', '\nExample:\n  $ withings-signals simulate --out answers --users 2 --days 3 --hours 0.5')
    .enablePositionalOptions() // those behind `cloud` are its own
    .addCommand(simulateCloudCommand())
    .action(async ({ out, quiet, json, users, days, hours, seed }: Options, command: Command) => {
      if (out === undefined) return command.error("error: required option '--out <dir>' not specified");
      const simulation = { users, days, hours, seed };
      await refuseFilledFolder(out);
      const written = await writeAnswers(out, simulation);
      if (json) process.stdout.write(`${JSON.stringify({ out, ...simulation, ...written }, null, 1)}\n`);
      else if (!quiet)
        writeLine(process.stderr, `${out}: ${written.files} answers, ${written.bytes} bytes (synthetic)`);
    });
}

const OUT: Wanted = {
  kind: 'folder',
  of: 'the answers',
  example: '--out answers',
  notStandardOutput: 'the answers are many files and cannot go to standard output',
};

async function refuseFilledFolder(folder: string): Promise<void> {
  const refusal = placeRefusal(folder, OUT);
  if (refusal !== null) throw new ArgumentError(`simulate: out: got ${quoted(folder, 400)}, ${refusal}`);
  let entries: readonly string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw new ArgumentError(`simulate: cannot use ${quoted(folder)}: ${systemReason(error)}; give another --out`, {
      cause: error,
    });
  }
  if (entries.length > 0) {
    throw new ArgumentError(
      `simulate: ${quoted(folder)} holds ${entries.length} entries, expected a new or empty folder; give another --out`,
    );
  }
}

async function writeAnswers(folder: string, options: SimulationOptions): Promise<{ files: number; bytes: number }> {
  const { simulate } = await import('../../simulator/simulate.ts');
  let files = 0;
  let bytes = 0;
  for (const { path, text } of simulate(options)) {
    const target = join(folder, path);
    const content = Buffer.from(text);
    try {
      await makeFolder(dirname(target));
      await writeFile(target, content);
    } catch (error) {
      throw new DatasetError(`simulate: cannot write ${quoted(target)}: ${systemReason(error)}`, { cause: error });
    }
    files++;
    bytes += content.length;
  }
  return { files, bytes };
}
