#!/usr/bin/env node
/** The command line: one command a file; errors are one line, a stack only with `--debug`. */

import { Command, CommanderError } from 'commander';
import { AbortedError, messageOf } from '../core/errors.ts';
import { PACKAGE } from '../pipeline/package.ts';
import { convertCommand } from './commands/convert.ts';
import { inspectCommand } from './commands/inspect.ts';
import { simulateCommand } from './commands/simulate.ts';
import { EXIT_INTERRUPTED } from './interrupt.ts';
import { writeLine } from './options.ts';

const EXIT_FAILED = 1;

const program = new Command('withings-signals')
  .description('Signals of Withings devices to analysis-ready columns')
  .version(PACKAGE.version)
  .addCommand(convertCommand())
  .addCommand(inspectCommand())
  .addCommand(simulateCommand());

for (const command of [program, ...program.commands]) command.exitOverride();

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

function exitCodeOf(error: unknown): number {
  // Commander has said what there is to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_FAILED;
  writeLine(process.stderr, `withings-signals: ${messageOf(error)}`);
  if (process.argv.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return error instanceof AbortedError ? EXIT_INTERRUPTED : EXIT_FAILED;
}
