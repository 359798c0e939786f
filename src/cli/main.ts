#!/usr/bin/env node
/**
 * The command line: one command a file; errors are one line, a stack only with `--debug`.
 *
 * A command loads what it works with when it runs: `--help` and small jobs need not wait for Arrow and threads.
 */

import { Command, CommanderError } from 'commander';
import { AbortedError, messageOf } from '../core/errors.ts';
import { PACKAGE } from '../pipeline/package.ts';
import { archiveCommand } from './commands/archive.ts';
import { authCommand } from './commands/auth.ts';
import { convertCommand } from './commands/convert.ts';
import { devicesCommand } from './commands/devices.ts';
import { fetchCommand } from './commands/fetch.ts';
import { inspectCommand } from './commands/inspect.ts';
import { notifyCommand } from './commands/notify.ts';
import { rawdataCommand } from './commands/rawdata.ts';
import { simulateCommand } from './commands/simulate.ts';
import { syncCommand } from './commands/sync.ts';
import { wavCommand } from './commands/wav.ts';
import { EXIT_INTERRUPTED, EXIT_NOTHING_DONE } from './exit-codes.ts';
import { writeLine } from './options.ts';

const program = new Command('withings-signals')
  .description('Signals of Withings devices to analysis-ready columns')
  .version(PACKAGE.version)
  .enablePositionalOptions() // commands below a command have options of the same names
  .addCommand(authCommand())
  .addCommand(devicesCommand())
  .addCommand(rawdataCommand())
  .addCommand(fetchCommand())
  .addCommand(syncCommand())
  .addCommand(notifyCommand())
  .addCommand(convertCommand())
  .addCommand(inspectCommand())
  .addCommand(simulateCommand())
  .addCommand(archiveCommand())
  .addCommand(wavCommand());

for (const command of withSubcommands(program)) command.exitOverride();

// A reader that has seen enough (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function exitCodeOf(error: unknown): number {
  // Commander has said what there is to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_NOTHING_DONE;
  writeLine(process.stderr, `withings-signals: ${messageOf(error)}`);
  if (process.argv.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return error instanceof AbortedError ? EXIT_INTERRUPTED : EXIT_NOTHING_DONE;
}
