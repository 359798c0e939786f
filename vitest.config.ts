import { defineConfig } from 'vitest/config';

/** Tests of single modules, straight from `src`. */
const SOURCE = ['test/{unit,property}/**/*.test.ts', 'test/architecture/layers.test.ts'];

export default defineConfig({
  test: {
    maxWorkers: 2,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/index.ts'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'source',
          include: SOURCE,
          setupFiles: 'test/support/seeded.ts',
          testTimeout: 30_000,
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
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
