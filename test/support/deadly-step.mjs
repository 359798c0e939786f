// Loaded into a process with DIE_AFTER_STEP=<n>: after the n-th step that changes files it is killed, as by kill -9. If that
// step writes, it writes only half: the whole is there after the next step.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const last = Number(process.env.DIE_AFTER_STEP);
let steps = 0;

function deadly(owner, name, contentAt = -1) {
  const original = owner[name];
  owner[name] = async function (...args) {
    const isLast = ++steps === last;
    const content = args[contentAt];
    if (isLast && content !== undefined) args[contentAt] = content.slice(0, content.length / 2);
    const result = await original.apply(this, args);
    if (isLast) process.kill(process.pid, 'SIGKILL');
    return result;
  };
}

const handle = await fs.promises.open(new URL(import.meta.url));
const prototype = Object.getPrototypeOf(handle);
await handle.close();
deadly(prototype, 'writeFile', 0);
deadly(prototype, 'sync');
for (const name of ['open', 'mkdir', 'rename', 'link', 'unlink', 'rm']) deadly(fs.promises, name);
deadly(fs.promises, 'writeFile', 1);
syncBuiltinESMExports();
