// Loaded into every thread: a worker thread that opens a file called "deadly" dies on the spot, as of a crash.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const { openSync } = fs;
fs.openSync = (path, ...how) => {
  if (!isMainThread && String(path).includes('deadly')) process.exit(7);
  return openSync(path, ...how);
};
syncBuiltinESMExports();
