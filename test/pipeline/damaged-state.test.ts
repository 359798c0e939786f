import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert, inspect, isWithingsSignalsError, verifyDataset } from 'withings-signals';
import {
  accelFrame,
  ecgAnswer,
  rawdataAnswer,
  readDataset,
  stethoAnswer,
  temporaryFolder,
  wave,
  writeFiles,
} from '../support/answers.ts';
import { runCli } from '../support/cli.ts';

const START = 1_594_166_400;
const OPTIONS = { formats: ['arrow', 'wav'], workers: 0 } as const;
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 40);

/** A data set of all sorts of files, and what is to be added to it. */
async function makeDataset() {
  const folder = await temporaryFolder();
  await writeFiles(folder, {
    'in/ecg.json': ecgAnswer({ signal: wave(300) }),
    'in/stetho.json': stethoAnswer(),
    'in/accel.json': rawdataAnswer('accel', [accelFrame(0, 100, START)]),
    'in/odd.json': { nothing: 'that is known' },
    'more/ecg.json': ecgAnswer({ signalid: 49, signal: wave(300, 2) }),
    'more/accel.json': rawdataAnswer('accel', [accelFrame(100, 100, START + 4)]),
    'outside.txt': 'not ours',
  });
  const dataset = join(folder, 'dataset');
  await convert({ ...OPTIONS, inputs: [join(folder, 'in')], out: dataset });
  const more = [join(folder, 'more')];
  const grown = join(folder, 'grown');
  await cp(dataset, grown, { recursive: true });
  await convert({ ...OPTIONS, inputs: more, out: grown });
  return { folder, dataset, more, before: await readDataset(dataset), after: await readDataset(grown) };
}

const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 60,
  '',
  'x',
  '../outside.txt',
  '/',
  '\u0000',
  [],
  {},
  [1],
];

/** What may happen to a text of JSON. `where` and `what` are any numbers from 0 to 1. */
type Mutation = { readonly how: 'flip' | 'cut' | 'delete' | 'replace'; readonly where: number; readonly what: number };

const MUTATION = fc.record<Mutation>({
  how: fc.constantFrom('flip', 'cut', 'delete', 'replace'),
  where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  what: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

function mutated(content: Buffer, { how, where, what }: Mutation): Buffer {
  const at = Math.floor(where * content.length);
  if (how === 'cut') return content.subarray(0, at);
  if (how === 'flip') {
    const copy = Buffer.from(content);
    copy.writeUInt8(copy.readUInt8(at) ^ (1 << Math.floor(what * 8)), at);
    return copy;
  }
  const root = { all: JSON.parse(content.toString()) as unknown };
  const places = [...placesIn(root)];
  const [holder, key] = places[Math.floor(where * places.length)] as Place;
  if (how === 'replace') holder[key] = VALUES[Math.floor(what * VALUES.length)];
  else delete holder[key];
  return Buffer.from(root.all === undefined ? '' : JSON.stringify(root.all));
}

type Place = readonly [holder: Record<string, unknown>, key: string];

function* placesIn(value: unknown): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    yield [value as Record<string, unknown>, key];
    yield* placesIn(member);
  }
}

/** One line that says where; no message of Node's own, no stack. */
function expectClear(error: unknown, names: RegExp): void {
  if (!isWithingsSignalsError(error)) throw error;
  expect(error.code).toBe('DATASET');
  expect(error.message).toMatch(names);
  expect(error.message).toMatch(/^[^\n]{20,900}$/);
}

describe('a damaged file of the state', () => {
  it('is told in one line, or what it should say comes out all the same', async () => {
    const { folder, dataset, more, before, after } = await makeDataset();
    const out = join(folder, 'mutated');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('manifest.json', 'catalog.json'), MUTATION, async (file, mutation) => {
        await rm(out, { recursive: true, force: true });
        await cp(dataset, out, { recursive: true });
        const content = mutated(await readFile(join(dataset, file)), mutation);
        await writeFile(join(out, file), content);
        try {
          await convert({ ...OPTIONS, inputs: more, out });
          expect(await readDataset(out)).toEqual(after);
        } catch (error) {
          expectClear(error, /mutated\/(?:manifest|catalog)\.json: /);
          expect(await readFile(join(out, file))).toEqual(content);
          await writeFile(join(out, file), await readFile(join(dataset, file)));
          expect(await readDataset(out)).toEqual(before);
        }
        expect((await readdir(folder)).sort()).toEqual(['dataset', 'grown', 'in', 'more', 'mutated', 'outside.txt']);
        expect(await readFile(join(folder, 'outside.txt'), 'utf8')).toBe('not ours');
      }),
      { numRuns: RUNS },
    );
  });

  it('is a clear line of inspect, too', async () => {
    const { folder, dataset } = await makeDataset();
    const whole = await readFile(join(dataset, 'manifest.json'));
    const expected = await inspect(dataset, { head: 1 });
    await fc.assert(
      fc.asyncProperty(MUTATION, async (mutation) => {
        await writeFile(join(dataset, 'manifest.json'), mutated(whole, mutation));
        try {
          expect(await inspect(dataset, { head: 1 })).toEqual(expected);
        } catch (error) {
          expectClear(error, /dataset": holds no manifest\.json|dataset\/manifest\.json: /);
        }
      }),
      { numRuns: RUNS },
    );
    expect((await readdir(folder)).sort()).toEqual(['dataset', 'grown', 'in', 'more', 'outside.txt']);
  });

  it('is found by verify, which changes nothing', async () => {
    const { folder, dataset, before, after } = await makeDataset();
    const out = join(folder, 'mutated');
    const moves = movesOf(before, after);
    const contents: Readonly<Record<string, Buffer>> = {
      'manifest.json': await readFile(join(dataset, 'manifest.json')),
      'catalog.json': await readFile(join(dataset, 'catalog.json')),
      '.staging/moves.json': moves,
      '.lock': Buffer.from(JSON.stringify({ pid: process.pid, host: hostname(), started: null, id: 'x' })),
    };
    const expected = await verifyDataset(dataset);
    expect(expected.problems).toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(contents)), MUTATION, async (file, mutation) => {
        await rm(out, { recursive: true, force: true });
        await cp(dataset, out, { recursive: true });
        const content = mutated(contents[file] as Buffer, mutation);
        await writeFiles(out, { [file]: content });
        try {
          const { problems, notes, ...about } = await verifyDataset(out);
          expect({ ...about, path: dataset }).toEqual({ path: dataset, files: expected.files, bytes: expected.bytes });
          if (file === '.lock') expect(notes).toEqual([]);
          // A lock may say what it likes; of the manifest, white space may differ.
          if (file === 'catalog.json' || file.startsWith('.staging')) {
            expect(problems.map(({ path }) => path)).toEqual(
              content.equals(contents[file] as Buffer) && file === 'catalog.json' ? [] : [file],
            );
          } else if (file === 'manifest.json') expect(problems).toEqual([]);
        } catch (error) {
          expectClear(error, /mutated": holds no manifest\.json|mutated\/manifest\.json: /);
        }
        expect(await readFile(join(out, file))).toEqual(content);
      }),
      { numRuns: RUNS },
    );
  });

  it('is never a way out of the data set', async () => {
    const { folder, dataset, more, before } = await makeDataset();
    for (const path of [
      '../outside.txt',
      '/tmp/x',
      'ecg/../../outside.txt',
      'a\\b',
      'a\u0000b',
      '.lock',
      'ecg/.x',
      '',
    ]) {
      await mkdir(join(dataset, '.staging'));
      await writeFile(join(dataset, '.staging/moves.json'), JSON.stringify([path, 'manifest.json']));
      await expect(convert({ ...OPTIONS, inputs: more, out: dataset })).rejects.toThrow(
        /moves\.json: got another text than was written, expected the list of files that an interrupted run was to move; /,
      );
      await rm(join(dataset, '.staging'), { recursive: true });
      expect(await readDataset(dataset)).toEqual(before);
    }
    expect(await readFile(join(folder, 'outside.txt'), 'utf8')).toBe('not ours');
  });

  it('may be the list of moves: it is done as it was decided, or not at all', async () => {
    const { folder, dataset, more, before, after } = await makeDataset();
    const out = join(folder, 'mutated');
    const moves = movesOf(before, after);
    await fc.assert(
      fc.asyncProperty(MUTATION, async (mutation) => {
        await rm(out, { recursive: true, force: true });
        await cp(dataset, out, { recursive: true });
        const { files } = JSON.parse(moves.toString()) as { readonly files: readonly string[] };
        for (const file of files)
          await cp(join(folder, 'grown', file), join(out, '.staging', file), { recursive: true });
        await writeFile(join(out, '.staging/moves.json'), mutated(moves, mutation));
        try {
          await convert({ ...OPTIONS, inputs: more, out });
          expect(await readDataset(out)).toEqual(after);
        } catch (error) {
          expectClear(error, /mutated\/\.staging\/moves\.json: got another text/);
          await rm(join(out, '.staging'), { recursive: true });
          expect(await readDataset(out)).toEqual(before);
        }
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it('is exit code 1 and one line of the command', async () => {
    const { folder, dataset, more } = await makeDataset();
    const cases: readonly (readonly [file: string, content: string, line: RegExp])[] = [
      ['manifest.json', 'null', /manifest\.json: got null, expected an object; bring back a copy of it, or convert/],
      ['manifest.json', '{"schema_version":"1"}', /manifest\.json: package: got nothing, expected an object/],
      [
        'manifest.json',
        '{"schema_version":"3"}',
        /manifest\.json: got schema version "3", expected 1 or 2; use the version/,
      ],
      ['catalog.json', 'null', /catalog\.json: got 4 bytes of SHA-256 \w{64}, expected \d+ bytes of SHA-256 \w{64}/],
      ['.lock', '', /\.lock: got "", expected what process holds the data set; delete it if none uses/],
      ['.staging/moves.json', '7', /moves\.json: got another text than was written/],
    ];
    for (const [file, content, line] of cases) {
      const out = join(folder, 'out');
      await cp(dataset, out, { recursive: true });
      await writeFiles(out, { [file]: content });
      const { code, stdout, stderr } = await runCli(['convert', ...more, '--out', out, '--format', 'arrow,wav']);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(line);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
      await rm(out, { recursive: true });
    }
  });
});

/** The list that a run leaves behind which is stopped before it moves the first file. */
function movesOf(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): Buffer {
  const changed = Object.keys(after).filter((path) => after[path] !== before[path] && path !== 'manifest.json');
  const files = [...changed, 'manifest.json'];
  const stale: readonly string[] = [];
  const sha256 = createHash('sha256')
    .update(JSON.stringify([files, stale]))
    .digest('hex');
  return Buffer.from(JSON.stringify({ files, stale, sha256 }));
}
