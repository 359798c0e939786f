import type { Reporter, TestModule } from 'vitest/node';

/** Where every check must run: one that is skipped is a failure. */
export const noSkips: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map(({ fullName }) => fullName),
    );
    for (const name of skipped) console.error(`skipped, which is a failure here: ${name}`);
    if (skipped.length > 0) process.exitCode = 1;
  },
};
