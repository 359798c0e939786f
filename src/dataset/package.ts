/** Name and version of this package, as its `package.json` tells them. */

import { createRequire } from 'node:module';

const { name, version } = createRequire(import.meta.url)('withings-signals/package.json') as {
  readonly name: string;
  readonly version: string;
};

export const PACKAGE = { name, version } as const;
