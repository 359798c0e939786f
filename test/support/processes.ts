/** Real processes that run a script of this folder. */

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type CliResult, resultOf } from './cli.ts';

export type Process = {
  readonly child: ChildProcess;
  /** Resolves when that many lines have come. */
  readonly lines: (count: number) => Promise<readonly string[]>;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
};

/** `script`: with its arguments; `preload`: another, loaded before. All in test/support. */
export function startProcess(
  [script, ...args]: readonly [script: string, ...args: string[]],
  { preload, env = {} }: { readonly preload?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Process {
  const imports = preload === undefined ? [] : ['--import', pathOf(preload)];
  const child = spawn(process.execPath, [...imports, pathOf(script), ...args], { env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  let look: () => void = () => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined);
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const lines = (count: number): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      look = () => {
        const all = stdout.split('\n').slice(0, -1);
        if (all.length >= count) resolve(all);
      };
      look();
      void ended.then(() => reject(new Error(`ended after ${JSON.stringify(stdout)}: ${stderr}`)));
    });
  return { child, lines, ended };
}

/** Node.js with these arguments, to its end. */
export async function spawnNode(args: readonly string[]): Promise<CliResult> {
  return resultOf(spawn(process.execPath, args));
}

function pathOf(script: string): string {
  return fileURLToPath(new URL(script, import.meta.url));
}
