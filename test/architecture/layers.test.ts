import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importsOf } from './imports.ts';
import { HOMES, offencesIn } from './rules.ts';
import { ROOT, readSources } from './sources.ts';

describe('the house', () => {
  const sources = readSources(['src', 'workers']);

  it('is seen whole', () => {
    expect(sources.has('src/core/errors.ts')).toBe(true);
    expect(sources.size).toBeGreaterThan(20);
    expect(importsOf(sources.get('src/kernels/alaw/index.ts') ?? '')).toContain('../catalog.ts');
  });

  it('keeps its layers, homes, sizes and words', () => {
    expect(offencesIn(sources)).toEqual([]);
  });

  it('gives every runtime dependency a home, and none to what is not installed', () => {
    const manifest = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(HOMES).toSorted()).toEqual(Object.keys(manifest.dependencies).toSorted());
  });

  it('decides of every script that an installation would run', () => {
    const { allowScripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
      allowScripts: Record<string, boolean>;
    };
    const { packages } = JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    const scripted = Object.entries(packages).filter(([path, { hasInstallScript }]) => path !== '' && hasInstallScript);
    const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect([...new Set(names)].toSorted()).toEqual(Object.keys(allowScripts).toSorted());
  });
});

describe('the rules catch', () => {
  const cases: readonly [name: string, path: string, text: string, offence: RegExp][] = [
    ['an import of a higher layer', 'src/decode/a.ts', "import { b } from '../pool/b.ts';", /pool is above decode/],
    ['a sibling stage', 'src/decode/a.ts', "import type { B } from '../stage/b.ts';", /decode and stage are strangers/],
    ['core and kernels knowing each other', 'src/kernels/a/b.ts', "import '../../core/b.ts';", /are strangers/],
    ['a re-export', 'src/core/a.ts', "export * from '../decode/b.ts';", /decode is above core/],
    ['a statement of several lines', 'src/core/a.ts', "import {\n  b,\n} from '../dsp/b.ts';", /dsp is above core/],
    ['a dynamic import', 'src/pool/a.ts', "const b = await import('../cli/b.ts');", /cli is above pool/],
    ['a type-position import', 'src/pool/a.ts', "type B = import('../cli/b.ts').B;", /cli is above pool/],
    ['a computed import', 'src/pool/a.ts', 'const b = await import(name);', /must be readable/],
    ['the front door used inside', 'src/cli/a.ts', "import { b } from '../index.ts';", /front door/],
    ['a builtin in core', 'src/core/a.ts', "import { readFileSync } from 'node:fs';", /imports nothing from outside/],
    ['a dependency in kernels', 'src/kernels/a.ts', "import F from 'fft.js';", /imports nothing from outside/],
    ['a dependency away from home', 'src/decode/a.ts', "import { Vector } from 'apache-arrow';", /home is columnar/],
    ['a deep import away from home', 'src/cli/a.ts', "import { b } from 'apache-arrow/b';", /home is columnar/],
    ['a dependency without a home', 'src/cli/a.ts', "import chalk from 'chalk';", /without a home/],
    ['a worker that reaches further', 'workers/a.worker.ts', "import '../src/decode/b.ts';", /runs tasks/],
    ['a worker that opens a pool', 'workers/a.worker.ts', "import '../src/pool/pool.ts';", /runs tasks/],
    ['a simulator that knows our client', 'src/simulator/a.ts', "import '../files/b.ts';", /does not know files/],
    ['a folder without a layer', 'src/utils/a.ts', 'export const a = 1;', /folder without a layer/],
    ['a stray file beside the front door', 'src/a.ts', 'export const a = 1;', /folder without a layer/],
    ['a default export', 'src/core/a.ts', 'export default 1;', /default export/],
    ['an enum', 'src/core/a.ts', 'export const enum A {}', /enum/],
    ['unfinished work', 'src/core/a.ts', ['// TO', 'DO: later'].join(''), /unfinished/],
    ['a file that grew too long', 'src/core/a.ts', 'x();\n'.repeat(501), /501 lines/],
    [
      'an import of itself',
      'src/core/a.ts',
      "import { a } from './a.ts';",
      /cycle: src\/core\/a.ts -> src\/core\/a.ts/,
    ],
  ];

  it.each(cases)('%s', (_name, path, text, offence) => {
    const offences = offencesIn(new Map([[path, text]]));
    expect(offences).toHaveLength(1);
    expect(offences[0]).toMatch(offence);
  });

  it('a cycle through several files', () => {
    const sources = new Map([
      ['src/core/a.ts', "import { b } from './b.ts';"],
      ['src/core/b.ts', "export { c } from './c.ts';"],
      ['src/core/c.ts', "import type { A } from './a.ts';"],
    ]);
    expect(offencesIn(sources)).toEqual([
      'import cycle: src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts',
    ]);
  });
});

describe('the rules allow', () => {
  it.each([
    ['lower layers and builtins', 'src/cli/a.ts', "import '../core/b.ts';\nimport { x } from 'node:fs';"],
    ['kernels in the simulator', 'src/simulator/a.ts', "import { x } from '../kernels/alaw/index.ts';"],
    ['a dependency at home', 'src/dsp/a.ts', "import FFT from 'fft.js';"],
    ['a worker its default export', 'workers/a.worker.ts', "import '../src/pool/run-task.ts';\nexport default 1;"],
    ['an import named in a comment', 'src/core/a.ts', "/**\n * import { b } from '../cli/b.ts';\n */"],
    ['500 lines', 'src/core/a.ts', 'x();\n'.repeat(500)],
  ])('%s', (_name, path, text) => {
    expect(offencesIn(new Map([[path, text]]))).toEqual([]);
  });
});
