import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Manifest = {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
};

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/**
 * A stranger's project outside the checkout: the packed tarball and the declared dependencies, nothing else within
 * reach. No network: the dependencies are links to the installed ones.
 */
describe('the packed package', () => {
  let consumer = '';
  let packed: readonly string[] = [];
  const installed = (): string => join(consumer, 'node_modules', MANIFEST.name);
  const command = (): string => join(installed(), MANIFEST.bin[MANIFEST.name]!);

  beforeAll(() => {
    consumer = mkdtempSync(join(tmpdir(), 'withings-signals-consumer-'));
    // Scripts stay off: `prepare` would rebuild `dist` under the feet of the tests that run beside this one.
    const report = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', consumer], ROOT);
    const [tarball] = JSON.parse(report) as [{ filename: string; files: { path: string }[] }];
    packed = tarball.files.map((file) => file.path);
    mkdirSync(installed(), { recursive: true });
    run('tar', ['-xzf', join(consumer, tarball.filename), '-C', installed(), '--strip-components=1'], consumer);
    for (const dependency of Object.keys(MANIFEST.dependencies)) link(dependency, consumer);
    writeFileSync(join(consumer, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }\n');
  });

  afterAll(() => rmSync(consumer, { recursive: true, force: true }));

  it('holds the built program, its licence and its documents, and no sources, tests or samples', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'dist/src/index.d.ts',
        'dist/src/index.js',
        'dist/workers/signal.worker.js',
      ]),
    );
    const folders = new Set(packed.filter((path) => path.includes('/')).map((path) => path.split('/', 2).join('/')));
    expect([...folders].toSorted()).toEqual(['dist/src', 'dist/workers']);
  });

  it('is imported by its name, with nothing but its declared dependencies', () => {
    const script = `
      import { butter, sosfiltfilt } from '${MANIFEST.name}';
      const sos = butter(4, [0.5, 40], { type: 'bandpass', samplingFrequency: 300 });
      console.log(sosfiltfilt(sos, new Float64Array(300)).length);`;
    expect(run('node', ['--input-type=module', '--eval', script], consumer)).toBe('300\n');
  });

  it('has a command that gives its version and its help', () => {
    expect(readFileSync(command(), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(run('node', [command(), '--version'], consumer)).toContain(MANIFEST.version);
    const help = run('node', [command(), '--help'], consumer);
    expect(help).toContain('convert');
    expect(help).toContain('inspect');
  });

  it('converts a recording in a worker thread', () => {
    const signal = Array.from({ length: 3000 }, (_, i) => Math.round(500 * Math.sin(i / 20)));
    const answer = { status: 0, body: { signal, sampling_frequency: 300, wearposition: 1, model: 93 } };
    writeFileSync(join(consumer, 'ecg.json'), JSON.stringify(answer));
    run('node', [command(), 'convert', 'ecg.json', '--out', 'signals', '--workers', '1', '--quiet'], consumer);

    const manifest = JSON.parse(readFileSync(join(consumer, 'signals', 'manifest.json'), 'utf8')) as {
      files: { path: string; rows: number }[];
    };
    expect(manifest.files).toContainEqual(
      expect.objectContaining({ path: 'ecg/user=unknown/part-00000.arrow', rows: 1 }),
    );
  });

  it('has types that a strict TypeScript project resolves, and that are not any', () => {
    const source = `
      import { butter, sosfiltfilt, type Recording } from '${MANIFEST.name}';
      export const y: Float64Array = sosfiltfilt(
        butter(4, 40, { type: 'lowpass', samplingFrequency: 300 }), new Float64Array(300));
      export const kind = (recording: Recording): 'ecg' | 'stetho' | 'ppg' | 'accel' => recording.kind;
      // @ts-expect-error not a string
      export const wrong: string = sosfiltfilt(butter(4, 40, { type: 'lowpass', samplingFrequency: 300 }), y);`;
    writeFileSync(join(consumer, 'use.ts'), source);
    link('@types/node', consumer);
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023'];
    expect(run('node', [tsc, ...options, '--types', 'node', 'use.ts'], consumer)).toBe('');
  });
});

/** Standard output of a command; what it printed comes with the error when it fails. */
function run(file: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${file} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`, { cause: error });
}

function link(dependency: string, consumer: string): void {
  const path = join(consumer, 'node_modules', dependency);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', dependency), path, 'dir');
}
