/** Ctrl-C as an AbortSignal: the first one stops the work in order, the second one at once. */

import { EXIT_INTERRUPTED } from './exit-codes.ts';

export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      controller.abort(new Error(`got ${name}`));
      process.once(name, () => process.exit(EXIT_INTERRUPTED));
    });
  }
  return controller.signal;
}
