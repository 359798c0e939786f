/** The command as a user runs it: the built program in a process of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export type CliResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export interface CliOptions {
  readonly stdin?: string | Uint8Array;
  /** Folder to run in. */
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Largest file the command may write, in blocks of 512 bytes. */
  readonly fileBlocks?: number;
  /** Files it may have open at a time. */
  readonly openFiles?: number;
  /** Options of Node.js itself. */
  readonly node?: readonly string[];
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
  return startNode([MAIN, ...args], limits);
}

/** A script of this folder in place of the command. */
export function startScript(name: string, args: readonly string[], limits: CliOptions = {}): ChildProcess {
  return startNode([fileURLToPath(new URL(name, import.meta.url)), ...args], limits);
}

function startNode(script: readonly string[], limits: CliOptions): ChildProcess {
  const { env, cwd, fileBlocks, openFiles, node = [] } = limits;
  const args = [...node, ...script];
  const options = { env: { ...process.env, ...env }, cwd };
  const asked = [
    ['-f', fileBlocks],
    ['-n', openFiles],
  ].filter(([, limit]) => limit !== undefined);
  if (asked.length === 0) return spawn(process.execPath, args, options);
  const limited = [...asked.map(([what, limit]) => `ulimit ${what} ${limit}`), 'exec "$@"'].join(' && ');
  return spawn('sh', ['-c', limited, 'sh', process.execPath, ...args], options);
}
