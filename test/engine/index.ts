/**
 * `npm run engine`: whether this Node.js computes as the oldest one that is supported does; exit code 1 when not.
 *
 * The same seeded work is done by Node.js 20, by this one, and by this one with `--no-concurrent-osr`, which replaces each
 * running loop with its compiled form as soon as it asks for it: what an engine compiles wrongly shows nearly always then.
 *
 * | option              | meaning                                                                      |
 * |---------------------|------------------------------------------------------------------------------|
 * | `--node <version>`  | another than this one: `26.12.1`                                             |
 * | `--reference <v>`   | what it is compared with; default 20                                         |
 * | `--cases <n>`       | random raw data converted; default 240                                       |
 * | `--json <n>`        | cases of `npm run fuzz`; default 4,000,000                                   |
 * | `--hours <n>`       | raw data of the day of all kinds; default 24                                 |
 * | `--seed <n>`        | default 1                                                                    |
 * | `--quick`           | 40 cases, 60,000 of JSON, half an hour                                       |
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { engine } from '../matrix/engines.ts';
import type { Outcome, Work } from './work.ts';

const WORK = fileURLToPath(new URL('work.js', import.meta.url));

const { values } = parseArgs({
  options: {
    node: { type: 'string', default: 'own' },
    reference: { type: 'string', default: '20' },
    cases: { type: 'string' },
    json: { type: 'string' },
    hours: { type: 'string' },
    seed: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
  },
});
const size = values.quick ? { cases: 40, json: 60_000, hours: 0.5 } : { cases: 240, json: 4_000_000, hours: 24 };
const work: Work = {
  cases: Number(values.cases ?? size.cases),
  json: Number(values.json ?? size.json),
  hours: Number(values.hours ?? size.hours),
  seed: Number(values.seed),
};
for (const [name, value] of Object.entries(work)) {
  if (!(value >= 0)) throw new Error(`engine: got ${value} for --${name}, expected a number`);
}

const expected = await outcomesOf(engine(values.reference), []);
const node = engine(values.node);
for (const flags of [[], ['--no-concurrent-osr']]) {
  for (const [what, outcome] of Object.entries(await outcomesOf(node, flags)))
    tell(flags, what, outcome, expected[what]);
}

function tell(
  flags: readonly string[],
  what: string,
  { digest, wrong }: Outcome,
  reference: Outcome | undefined,
): void {
  const problems = [...wrong];
  if (digest !== reference?.digest) problems.push(`digest ${digest}, of the reference ${String(reference?.digest)}`);
  console.log(`${flags.join(' ') || 'default'}: ${what}: ${problems.length === 0 ? digest : 'WRONG'}`);
  for (const problem of problems.slice(0, 10)) console.error(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

/** By what was computed. @throws Error when the process fails */
async function outcomesOf(path: string, flags: readonly string[]): Promise<Readonly<Record<string, Outcome>>> {
  const child = spawn(path, [...flags, WORK, JSON.stringify(work)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`engine: ${path} ${flags.join(' ')} ended with ${String(code)}`);
  const { version, outcomes } = JSON.parse(chunks.join('')) as { version: string; outcomes: Record<string, Outcome> };
  console.log(`${version} ${flags.join(' ')} has computed ${Object.keys(outcomes).join(', ')}`);
  return outcomes;
}
