#!/usr/bin/env node
/**
 * The command line: one command a file; errors are one line, a stack only with `--debug`.
 *
 * A command loads what it works with when it runs: `--help` and small jobs need not wait for Arrow and threads.
 */

import { Command, CommanderError } from 'commander';
import { AbortedError, messageOf } from '../core/errors.ts';
import { PACKAGE } from '../dataset/package.ts';
import { EXIT_INTERRUPTED, EXIT_NOTHING_DONE } from './exit-codes.ts';
import { writeLine } from './options.ts';
import { outliveReaders } from './output.ts';

/** Loaded when named: what one command needs of libraries would double the start of another. */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['auth', async () => (await import('./commands/auth.ts')).authCommand()],
  ['devices', async () => (await import('./commands/devices.ts')).devicesCommand()],
  ['rawdata', async () => (await import('./commands/rawdata.ts')).rawdataCommand()],
  ['fetch', async () => (await import('./commands/fetch.ts')).fetchCommand()],
  ['sync', async () => (await import('./commands/sync.ts')).syncCommand()],
  ['notify', async () => (await import('./commands/notify.ts')).notifyCommand()],
  ['convert', async () => (await import('./commands/convert.ts')).convertCommand()],
  ['inspect', async () => (await import('./commands/inspect.ts')).inspectCommand()],
  ['verify', async () => (await import('./commands/verify.ts')).verifyCommand()],
  ['archive', async () => (await import('./commands/archive.ts')).archiveCommand()],
  ['wav', async () => (await import('./commands/wav.ts')).wavCommand()],
  ['simulate', async () => (await import('./commands/simulate.ts')).simulateCommand()],
]);

outliveReaders();

const program = new Command('withings-signals')
  .description('Signals of Withings devices to analysis-ready columns')
  .version(PACKAGE.version)
  .enablePositionalOptions(); // commands below a command have options of the same names

const named = COMMANDS.get(process.argv[2] ?? '');
for (const load of named === undefined ? COMMANDS.values() : [named]) program.addCommand(await load());

for (const command of withSubcommands(program)) command.exitOverride();

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
