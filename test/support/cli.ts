/** The command as a user runs it: the built program in a process of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export type CliResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export interface CliOptions {
  readonly stdin?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Largest file the command may write, in blocks of 512 bytes. */
  readonly fileBlocks?: number;
  /** Addresses it may use, in 1024 bytes. */
  readonly addressSpaceKilobytes?: number;
}

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options);
  child.stdin?.end(options.stdin ?? '');
  return resultOf(child);
}

/** What a command said until it ended. */
export function resultOf(child: ChildProcess): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const output = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

export function startCli(args: readonly string[], limits: CliOptions = {}): ChildProcess {
  const { env, fileBlocks, addressSpaceKilobytes } = limits;
  const options = { env: { ...process.env, ...env } };
  if (fileBlocks === undefined && addressSpaceKilobytes === undefined) {
    return spawn(process.execPath, [MAIN, ...args], options);
  }
  const limited = `ulimit -f ${fileBlocks ?? 'unlimited'} && ulimit -v ${addressSpaceKilobytes ?? 'unlimited'} && exec "$@"`;
  return spawn('sh', ['-c', limited, 'sh', process.execPath, MAIN, ...args], options);
}
