/** Node.js of other versions, as npm's `node-<platform>-<arch>` packages bring them: no script of theirs runs. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** `npm ci` empties it, as it does all that was installed. */
const FOLDER = join(ROOT, 'node_modules/.engines');

/** Oldest and newest that the tests run on, and what lies between. The first is what the others are compared with. */
export const ENGINES = ['20', '22', '24', '26'] as const;

/**
 * Path of that Node.js; it is installed when it is not there yet.
 *
 * @param version as npm takes it: `26`, `26.12.1`; `own`: the one that runs this
 * @throws Error when it cannot be installed
 */
export function engine(version: string): string {
  if (version === 'own') return process.execPath;
  if (!/^\d+(?:\.\d+){0,2}$/.test(version))
    throw new Error(`engine: got ${version}, expected a version like 26 or own`);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(FOLDER, version);
  const path = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const args = ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder];
    const { status, stderr } = spawnSync('npm', [...args, `${name}@${version}`], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`engine: npm cannot install ${name}@${version}: ${stderr}`);
  }
  return path;
}

/** What a child needs so that all it starts is that Node.js, too. */
function environmentOf(node: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}` };
}

/** Whatever is printed by it goes on; @returns whether it ended well */
export function ranWell(node: string, args: readonly string[]): boolean {
  const { status } = spawnSync(node, args, { cwd: ROOT, stdio: 'inherit', env: environmentOf(node) });
  return status === 0;
}
