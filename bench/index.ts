/**
 * `npm run bench`: runs every `*.bench.ts` beside this file and prints how many times faster than its rival each is.
 *
 * | option          | meaning                                                                      |
 * |-----------------|------------------------------------------------------------------------------|
 * | `--only <text>` | only comparisons with this in their name                                     |
 * | `--quick`       | fewer, shorter rounds; what takes minutes is left out and says so            |
 * | `--keep`        | keeps the simulated inputs in the temporary folder, and uses those kept before |
 * | `--check`       | exit code 1 when a ratio is below its floor in bench/baseline.json, four times |
 * | `--runs <n>`    | measures all of it so often; default 1                                       |
 * | `--write`       | adds the ratios to bench/baseline.json: see its spreads and floors           |
 * | `--anew`        | with `--write`: forgets the ratios and floors of before                      |
 */

import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readBaseline, shortfall, writeBaseline } from './support/baseline.ts';
import { useInputs } from './support/disk-inputs.ts';
import { type Comparison, compare, type Outcome, type Skipped } from './support/harness.ts';
import { formatHeader, formatRow, formatSkipped } from './support/table.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    runs: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    anew: { type: 'boolean', default: false },
  },
});
useInputs({ keep: options.keep });
const rounds = options.quick ? { rounds: 3, timeMs: 40 } : {};
const baseline = readBaseline();
const comparisons = await discover();
const chosen = comparisons.filter(({ name }) => name.includes(options.only));
if (chosen.length === 0) throw new Error(`no comparison has "${options.only}" in its name`);

const runs = Number(options.runs);
if (!(Number.isInteger(runs) && runs > 0))
  throw new Error(`--runs: got ${options.runs}, expected a whole number from 1`);

/** A ratio below its floor is measured so often again: what slows down now and then is the machine. */
const SECOND_LOOKS = 3;

const outcomes: Outcome[] = [];
const failures: string[] = [];
console.log(formatHeader());
for (const comparison of Array.from({ length: runs }, () => chosen).flat()) {
  if (options.quick && comparison.long) {
    console.log(formatSkipped(comparison.name, 'takes minutes; run without --quick'));
    continue;
  }
  const outcome = await measure(comparison);
  if ('skipped' in outcome) {
    console.log(formatSkipped(comparison.name, outcome.skipped));
    continue;
  }
  console.log(formatRow(outcome, baseline[comparison.name]?.floor));
  outcomes.push(outcome);
  const failure = shortfall(baseline, outcome);
  if (failure !== undefined) failures.push(failure);
}

if (options.write) writeBaseline(baseline, outcomes, options.anew);
if (options.check) {
  const names = new Set(comparisons.map(({ name }) => name));
  for (const name of Object.keys(baseline)) {
    if (!names.has(name)) failures.push(`${name}: in bench/baseline.json, but no comparison has this name`);
  }
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}

/** Where it is to be checked, the best of several measurements, as far as they are needed. */
async function measure(comparison: Comparison): Promise<Outcome | Skipped> {
  let best = await compare(comparison, rounds);
  for (let look = 0; options.check && look < SECOND_LOOKS; look++) {
    if ('skipped' in best || baseline[best.name] === undefined || shortfall(baseline, best) === undefined) break;
    // At full length.
    const next = await compare(comparison);
    if (!('skipped' in next) && next.ratio > best.ratio) best = next;
  }
  return best;
}

/** The `comparisons` that each bench file exports. */
/** In name order, bare kernels first: V8 compiles a loop anew, and slower, when others have called it with other arrays. */
async function discover(): Promise<readonly Comparison[]> {
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.bench.js'));
  const first = files.filter((file) => file.startsWith('kernels'));
  const others = files.filter((file) => !first.includes(file)).toSorted();
  const modules = [...first, ...others].map(async (file) => {
    const module = (await import(new URL(file, import.meta.url).href)) as { comparisons: readonly Comparison[] };
    return module.comparisons;
  });
  return (await Promise.all(modules)).flat();
}
