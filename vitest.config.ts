import { defineConfig } from 'vitest/config';
import { noSkips } from './test/support/no-skips.ts';

/** Tests of single modules, straight from `src`. */
const SOURCE = ['test/{unit,property}/**/*.test.ts', 'test/architecture/{layers,moved-variables,powers}.test.ts'];

/** What hangs is told in the end; nothing is told of a machine that has other things to do. */
const PATIENT_MS = 900_000;

export default defineConfig({
  test: {
    maxWorkers: 2,
    testTimeout: PATIENT_MS,
    hookTimeout: PATIENT_MS,
    teardownTimeout: 60_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    reporters: process.env['CI'] === undefined ? ['default'] : ['default', noSkips],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/index.ts'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          include: SOURCE,
          setupFiles: 'test/support/seeded.ts',
        },
      },
      {
        extends: true,
        test: {
          // Everything else loads the package by its own name or starts its command and its threads.
          name: 'built',
          include: ['test/**/*.test.ts'],
          exclude: SOURCE,
          globalSetup: 'test/support/build-once.ts',
        },
      },
    ],
  },
});
