import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds `dist` before the first test that needs it. Worker threads of Node 20 load built JavaScript only, and a test
 * of the package should run what a user installs.
 */
export function setup(): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, encoding: 'utf8' });
  if (status === 0) return;
  const output = `${stdout}${stderr}`.split('\n').slice(0, 20).join('\n');
  throw new Error(`the build failed, so nothing built can be tested:\n${output}`);
}
