/** Programs timed from their start to their end, as a shell's `time` does. */

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inputsRoot, intoPageCache } from './disk-inputs.ts';
import type { SelfTimed } from './harness.ts';

/** The command of this package, as built. */
export const COMMAND = [process.execPath, fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))] as const;

type Command = readonly [program: string, ...args: string[]];

/**
 * One run of `commands`, one after the other, that make `out` of `input`, which is in the page cache; `out` is removed
 * afterwards, untimed.
 *
 * @param commands given a path that is not there yet, with `extension`
 */
export function wholeProcess(input: string, commands: (out: string) => readonly Command[], extension = ''): SelfTimed {
  return {
    measure() {
      const out = join(inputsRoot(), `out-${process.pid}${extension}`);
      intoPageCache(input);
      try {
        const start = performance.now();
        for (const [program, ...args] of commands(out)) run(program, args);
        return performance.now() - start;
      } finally {
        rmSync(out, { recursive: true, force: true });
      }
    },
  };
}

/** Why a program cannot be compared with; `null`: it is here. */
export function without(program: string): string | null {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
    ? null
    : `needs ${program} (Debian: ${program})`;
}

function run(program: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (status !== 0) throw new Error(`bench: ${program} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}
