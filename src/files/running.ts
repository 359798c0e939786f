/** Whether a process of this machine still runs, and is the one that was meant. */

import { readFile } from 'node:fs/promises';
import { errorCode } from '../core/errors.ts';

let own: Promise<string | null> | undefined;

/** When this process started, in words that only compare; `null`: the system does not tell. */
export function ownStart(): Promise<string | null> {
  own ??= look(process.pid).then((seen) => seen?.started ?? null);
  return own;
}

/**
 * `started` is what {@link ownStart} told that process: numbers are given out again, and then it is another one. A process
 * that has ended and waits for its parent to ask why does not run.
 */
export async function isRunning(pid: number, started: string | null): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false;
  }
  const seen = await look(pid);
  if (seen === null) return true;
  return !'ZX'.includes(seen.state) && (started === null || started === seen.started);
}

/** proc(5), Linux only: field 3 of `stat` is the state, field 22 the start in ticks since boot; names may hold spaces and `)`. */
async function look(pid: number): Promise<{ readonly state: string; readonly started: string } | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (state === undefined || ticks === undefined) return null;
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return { state, started: `${boot.trim()} ${ticks}` };
  } catch {
    // No such file system, or it is hidden from us.
    return null;
  }
}
