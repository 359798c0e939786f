/** The worker thread's code as one file, which a thread loads sooner than many; all else is as tsc leaves it. */

import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'rolldown';

const WORKER = 'dist/workers/signal.worker.js';

/** What the packages in the file ask to be shipped with them, beside it. */
const licences: Plugin = {
  name: 'licences',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []));
    const folders = modules.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
    const source = [...new Set(folders)].sort().map(licenceOf).join('\n\n');
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY.txt', source });
  },
};

function licenceOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Record<string, string>;
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)\b/i.test(file));
  if (files.length === 0) throw new Error(`${folder}: got no licence, expected one to ship`);
  return [`# ${name} ${version}`, ...files.sort().map((file) => readFileSync(`${folder}/${file}`, 'utf8'))].join(
    '\n\n',
  );
}

export default defineConfig({
  input: WORKER,
  platform: 'node',
  logLevel: 'warn',
  // It knows what a thread moves by symbols of its own: there may be but one.
  external: ['piscina'],
  output: { file: WORKER, format: 'esm', sourcemap: true },
  plugins: [licences],
});
