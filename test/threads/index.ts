/**
 * `npm run threads`: pools opened and closed while their threads load, beside busy processes. Node.js aborts the whole
 * process when a thread is stopped at a wrong moment, so the rounds are made by a process of their own; exit code 1 when
 * one of them died.
 *
 * | option         | meaning                                              |
 * |----------------|------------------------------------------------------|
 * | `--rounds <n>` | pools; default 5,000, which take half an hour        |
 * | `--busy <n>`   | processes that do nothing but count; default 1       |
 * | `--seed <n>`   | draws others than the last run; default 1            |
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROUNDS = fileURLToPath(new URL('rounds.js', import.meta.url));

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5000' },
    busy: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
  },
});
const [rounds, busy, seed] = [values.rounds, values.busy, values.seed].map(Number);
if (rounds === undefined || busy === undefined || seed === undefined || ![rounds, busy, seed].every(Number.isInteger)) {
  throw new Error('threads: expected whole numbers behind --rounds, --busy and --seed');
}

const others = Array.from({ length: busy }, () => spawn(process.execPath, ['-e', 'for (;;);']));
let deaths = 0;
let done = 0;
try {
  while (done < rounds) {
    const { finished, end } = await makeRounds(rounds - done, seed + deaths);
    done += finished;
    if (end === null) continue;
    deaths++;
    done++; // the one it died of
    console.error(end);
  }
} finally {
  for (const other of others) other.kill();
}
console.log(`${process.version}: ${done} rounds beside ${busy} busy processes, ${deaths} deaths, seed ${seed}`);
if (deaths > 0) process.exitCode = 1;

/** @returns `end`: what the process said when it died */
async function makeRounds(
  count: number,
  from: number,
): Promise<{ readonly finished: number; readonly end: string | null }> {
  const child: ChildProcess = spawn(process.execPath, [ROUNDS, String(count), String(from)]);
  let finished = 0;
  let said = '';
  child.stdout?.on('data', (dots: Buffer) => (finished += dots.length));
  child.stderr?.on('data', (text: Buffer) => (said = `${said}${String(text)}`.slice(-4000)));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return {
    finished,
    end: code === 0 ? null : `died after ${finished} rounds, ${signal ?? `exit code ${code}`}: ${said}`,
  };
}
