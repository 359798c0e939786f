/**
 * `npm run matrix`: every test and `npm run engine` on each Node.js that is supported; exit code 1 when anything fails.
 *
 * | option            | meaning                                                                    |
 * |-------------------|----------------------------------------------------------------------------|
 * | `--only <list>`   | of these versions, `22,26`; default 20,22,24,26                            |
 * | `--quick`         | `npm run engine` in its quick size                                         |
 * | `--files <text>`  | only the tests whose path has it                                           |
 */

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ENGINES, engine, ranWell } from './engines.ts';

const VITEST = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const ENGINE = fileURLToPath(new URL('../engine/index.js', import.meta.url));

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: ENGINES.join() },
    quick: { type: 'boolean', default: false },
    files: { type: 'string' },
  },
});

for (const version of values.only.split(',')) {
  const node = engine(version);
  const tests = [VITEST, 'run', ...(values.files === undefined ? [] : [values.files])];
  const computes = [ENGINE, ...(values.quick ? ['--quick'] : [])];
  for (const [what, args] of [['tests', tests] as const, ['engine', computes] as const]) {
    console.log(`\n==> Node ${version}: ${what}`);
    const isWell = ranWell(node, args);
    console.log(`Node ${version}: ${what} ${isWell ? 'passed' : 'FAILED'}`);
    if (!isWell) process.exitCode = 1;
  }
}
