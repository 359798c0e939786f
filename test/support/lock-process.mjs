// A process that takes a lock again and again: node lock-process.mjs <lock> <witness> <times>. Whoever is inside holds the
// witness, which can be had once. Every fifth time it dies with both, after it said so.
import { open, unlink } from 'node:fs/promises';
import { lockFile } from '../../dist/src/files/lock.js';

const [path, witness, times] = process.argv.slice(2);
for (let i = 1; i <= Number(times); i++) {
  const release = await lockFile(path, { waitMs: 600_000 });
  await (await open(witness, 'wx')).close();
  await unlink(witness);
  process.stdout.write('in\n');
  if (i % 5 === 0) process.kill(process.pid, 'SIGKILL');
  await release();
}
