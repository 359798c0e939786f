import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SelfTimed } from './harness.ts';

/** Debian's interpreter: the one that its python3-scipy belongs to. */
export const PYTHON = '/usr/bin/python3';

/** From `dist/bench/support`, where this runs, to the scripts. */
const PEERS = new URL('../../../bench/peers/', import.meta.url);

/** Why nothing can be compared with SciPy here; `null`: it can. */
export function withoutScipy(): string | null {
  const { status } = spawnSync(PYTHON, ['-c', 'import scipy.signal'], { stdio: 'ignore' });
  return status === 0 ? null : `needs ${PYTHON} with SciPy (Debian: python3-scipy)`;
}

/** Path of `bench/peers/<script>`. */
export function peerScript(script: string): string {
  return fileURLToPath(new URL(script, PEERS));
}

/** `bench/peers/<script>`, which takes the seconds to measure for as its last argument. */
export function pythonRival(script: string, args: readonly (string | number)[]): SelfTimed {
  return {
    measure(timeMs) {
      const parts = [peerScript(script), ...args.map(String), String(timeMs / 1000)];
      const { status, stdout, stderr } = spawnSync(PYTHON, parts, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`bench: ${script} failed: ${stderr}`);
      return (JSON.parse(stdout) as { readonly ms: number }).ms;
    },
  };
}
