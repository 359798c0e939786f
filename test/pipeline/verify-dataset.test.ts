import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert, verifyDataset } from 'withings-signals';
import {
  accelFrame,
  DEVICE,
  ecgAnswer,
  rawdataAnswer,
  readDataset,
  stethoAnswer,
  temporaryFolder,
  wave,
  writeFiles,
} from '../support/answers.ts';
import { resultOf, runCli, startCli } from '../support/cli.ts';

const START = 1_594_166_400;
const OPTIONS = { formats: ['arrow', 'wav'], workers: 0 } as const;

const ACCEL = `accel/user=363/device=${DEVICE}/date=2020-07-08/part-00000.arrow`;
const ECG = 'ecg/user=363/part-00000.arrow';
const WAV = 'wav/user=363/stetho-77.wav';

async function makeDataset() {
  const folder = await temporaryFolder();
  await writeFiles(folder, {
    'in/accel.json': rawdataAnswer('accel', [accelFrame(0, 200, START)]),
    'in/ecg.json': ecgAnswer({ signal: wave(300) }),
    'in/stetho.json': stethoAnswer(),
    'ecg-49.json': ecgAnswer({ signalid: 49, signal: wave(300, 2) }),
  });
  const out = join(folder, 'out');
  await convert({ ...OPTIONS, inputs: [join(folder, 'in')], out });
  return { folder, out };
}

async function problemsOf(out: string): Promise<readonly string[]> {
  const before = await readDataset(out);
  const { problems } = await verifyDataset(out);
  expect(await readDataset(out)).toEqual(before);
  return problems.map(({ what, path }) => `${what} ${path}`);
}

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
  await writeFile(path, bytes);
}

describe('a data set that is verified', () => {
  it('is all good after any conversion', async () => {
    const { folder, out } = await makeDataset();
    const all = await verifyDataset(out);
    expect(all).toMatchObject({ path: out, files: 5, problems: [], notes: [] });
    await convert({ ...OPTIONS, inputs: [join(folder, 'ecg-49.json')], out });
    let told: readonly [done: number, total: number] = [0, 0];
    const { bytes } = await verifyDataset(out, { onProgress: (done, total) => (told = [done, total]) });
    expect(told).toEqual([bytes, bytes]);
  });

  it('has every file named that is not what was written', async () => {
    const { folder, out } = await makeDataset();
    const whole = join(folder, 'whole');
    await rename(out, whole);
    const cases: readonly (readonly [damage: () => Promise<void>, ...problems: readonly string[]])[] = [
      [() => flip(join(out, ACCEL)), `damaged ${ACCEL}`],
      [() => flip(join(out, WAV)), `damaged ${WAV}`],
      [() => flip(join(out, 'catalog.json')), 'damaged catalog.json'],
      [() => writeFile(join(out, ECG), ''), `damaged ${ECG}`],
      [() => rm(join(out, ECG)), `missing ${ECG}`],
      [() => rm(join(out, 'catalog.json')), 'missing catalog.json'],
      [() => rm(join(out, 'accel'), { recursive: true }), `missing ${ACCEL}`],
      [() => cp(join(out, ECG), join(out, 'ecg/user=363/part-00001.arrow')), 'stray ecg/user=363/part-00001.arrow'],
      [() => writeFiles(out, { 'ppg/notes.txt': 'mine' }), 'stray ppg/notes.txt'],
      [() => cp(join(out, ECG), join(out, 'copy.arrow')), 'stray copy.arrow'],
      [() => writeFiles(out, { 'README.md': 'mine', 'ecg/.hidden': 'mine' })],
      [
        async () => {
          await flip(join(out, ECG));
          await rm(join(out, WAV));
          await writeFiles(out, { 'wav/x.wav': 'mine' });
        },
        `damaged ${ECG}`,
        `missing ${WAV}`,
        'stray wav/x.wav',
      ],
    ];
    for (const [damage, ...problems] of cases) {
      await cp(whole, out, { recursive: true });
      await damage();
      expect(await problemsOf(out)).toEqual(problems);
      await rm(out, { recursive: true });
    }
  });

  it('has a catalog and a manifest that belong together', async () => {
    const { folder, out } = await makeDataset();
    const other = join(folder, 'other');
    await convert({ ...OPTIONS, inputs: [join(folder, 'in'), join(folder, 'ecg-49.json')], out: other });
    await cp(join(other, 'catalog.json'), join(out, 'catalog.json'));
    expect(await problemsOf(out)).toEqual(['damaged catalog.json']);
    await cp(join(other, 'manifest.json'), join(out, 'manifest.json'));
    expect(await problemsOf(out)).toEqual([`damaged ${ECG}`]);
  });

  it('tells a change that was decided and not carried out, and what an interrupted run left', async () => {
    const { folder, out } = await makeDataset();
    const grown = join(folder, 'grown');
    await cp(out, grown, { recursive: true });
    await convert({ ...OPTIONS, inputs: [join(folder, 'ecg-49.json')], out: grown });
    const moves = [ECG, 'catalog.json', 'manifest.json'];
    for (const path of moves) await cp(join(grown, path), join(out, '.staging', path), { recursive: true });
    expect(await verifyDataset(out)).toMatchObject({
      problems: [],
      notes: [expect.stringMatching(/^\.staging: left/)],
    });
    await writeFile(join(out, '.staging/moves.json'), JSON.stringify(moves));
    expect(await problemsOf(out)).toEqual(['unfinished .staging/moves.json']);
    await rename(join(out, '.staging', ECG), join(out, ECG));
    await flip(join(out, WAV));
    expect(await problemsOf(out)).toEqual(['unfinished .staging/moves.json', `damaged ${WAV}`]);
    await writeFile(join(out, '.staging/moves.json'), '7');
    expect(await problemsOf(out)).toEqual(['damaged .staging/moves.json', `damaged ${ECG}`, `damaged ${WAV}`]);
    await rm(join(out, '.staging'), { recursive: true });
    await writeFile(join(out, '.lock'), '');
    expect(await problemsOf(out)).toEqual(['damaged .lock', `damaged ${ECG}`, `damaged ${WAV}`]);
  });

  it('may be changed meanwhile: that is no alarm', async () => {
    const { folder, out } = await makeDataset();
    const lines = Array.from({ length: 8 }, (_, i) => ecgAnswer({ userid: i, signalid: i, signal: wave(200, i) }));
    await mkdir(join(folder, 'more'));
    for (const [i, line] of lines.entries()) await writeFile(join(folder, `more/${i}.json`), JSON.stringify(line));
    const running = new Set(['converting']);
    const converting = (async () => {
      for (const name of ['1.json', '']) {
        const args = ['convert', join(folder, 'more', name), '--out', out, '--format', 'arrow,wav', '--quiet'];
        expect(await resultOf(startCli(args))).toEqual({ code: 0, stdout: '', stderr: '' });
      }
      running.clear();
    })();
    for (let round = 0; running.size > 0 || round === 0; round++) {
      expect((await verifyDataset(out)).problems).toEqual([]);
    }
    await converting;
    expect((await verifyDataset(out)).files).toBe(13);
  });
});

describe('the command verify', () => {
  it('says all good, or exits with 3 and a line for each thing that is wrong', async () => {
    const { out } = await makeDataset();
    const good = await runCli(['verify', out]);
    expect(good).toEqual({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/: 5 files \([\d,]+ bytes\): all good\n$/),
    });
    await flip(join(out, ECG));
    await rm(join(out, WAV));
    const wrong = await runCli(['verify', out]);
    expect(wrong.code).toBe(3);
    expect(wrong.stdout).toMatch(/2 problems\n$/);
    expect(wrong.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(`^damaged ${ECG}: got SHA-256 \\w{64}, expected \\w{64}; give convert again all`),
      `missing ${WAV}: missing; delete it and run convert again with any input: it is written again from its part`,
    ]);
    const json = await runCli(['verify', out, '--json']);
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(JSON.stringify(await verifyDataset(out))));
    expect(await runCli(['verify', out, '--quiet'])).toEqual({ ...wrong, stdout: '' });
    expect((await runCli(['verify', '--help'])).stdout).toContain('$ withings-signals verify signals');
  });

  it('exits with 1 where there is no data set, or its manifest is none', async () => {
    const { folder, out } = await makeDataset();
    await writeFile(join(out, 'manifest.json'), 'null');
    const cases = [
      [join(folder, 'nowhere'), /nowhere": there is no such file or folder; check the path\n$/],
      [join(folder, 'in'), /in": holds no manifest\.json, expected a data set made by convert; \w+/],
      [join(folder, 'ecg-49.json'), /ecg-49\.json": got a file, expected the folder of a data set/],
      [out, /out\/manifest\.json: got null, expected an object; bring back a copy/],
    ] as const;
    for (const [path, line] of cases) {
      const { code, stdout, stderr } = await runCli(['verify', path]);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(line);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});
