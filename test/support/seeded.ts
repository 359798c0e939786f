/** Random tests draw the same cases every time; `FUZZ_SEED=<number>` draws others, `FUZZ_RUNS=<number>` more. */

import fc from 'fast-check';

export const SEED = Number(process.env['FUZZ_SEED'] ?? 20_240_304);

fc.configureGlobal({ seed: SEED });
