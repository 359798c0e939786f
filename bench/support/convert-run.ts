/** `convert` as a process of its own, and what it used. */

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inputsRoot, intoPageCache } from './disk-inputs.ts';
import type { Usage } from './tell-usage.ts';
import { COMMAND } from './whole-process.ts';

/** From start to end of the process. */
export type Run = Usage & { readonly seconds: number };

const [NODE, MAIN] = COMMAND;
const TELL_USAGE = new URL('./tell-usage.js', import.meta.url).href;

/** Before a command: that it has one core for all its threads. Debian has it everywhere (util-linux). */
export const ON_ONE_CORE = ['taskset', '--cpu-list', '0'] as const;

/**
 * Converts a folder, which is in the page cache, into a new data set, which is removed.
 *
 * @param before stands before the command
 */
export function convertOnce(folder: string, workers: number, before: readonly string[] = []): Run {
  intoPageCache(folder);
  const start = performance.now();
  const { usage } = convert(folder, ['--workers', String(workers), '--quiet'], before);
  return { seconds: (performance.now() - start) / 1000, ...usage };
}

/** What `--verbose` tells of the stages; nothing where there is no such option. */
export function stagesOf(folder: string): string {
  const { stdout } = spawnSync(NODE, [MAIN, 'convert', '--help'], { encoding: 'utf8' });
  return stdout.includes('--verbose') ? convert(folder, ['--workers', '2', '--verbose']).stderr : '';
}

/** @param before stands before the command */
function convert(
  folder: string,
  options: readonly string[],
  before: readonly string[] = [],
): { readonly stderr: string; readonly usage: Usage } {
  const out = join(inputsRoot(), `out-${process.pid}`);
  const command = ['--import', TELL_USAGE, MAIN, 'convert', folder, '--out', out, ...options];
  const [program = NODE, ...args] = [...before, NODE, ...command];
  try {
    const { status, output } = spawnSync(program, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    const [stderr, usage] = [output[2] ?? '', output[3] ?? ''];
    if (status !== 0) throw new Error(`bench: convert ${folder} failed: ${stderr}`);
    return { stderr, usage: JSON.parse(usage) as Usage };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
