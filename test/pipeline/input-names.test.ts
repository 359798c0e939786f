import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { convert, openArchive } from 'withings-signals';
import { ecgAnswer, readDataset, stethoAnswer, temporaryFolder, wave, writeFiles } from '../support/answers.ts';
import { runCli } from '../support/cli.ts';
import { rewriteAsEarlier } from '../support/earlier-dataset.ts';

type Input = { readonly name: string; readonly status: string };

async function inputsOf(out: string): Promise<readonly Input[]> {
  const { inputs } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as { inputs: readonly Input[] };
  return inputs;
}

const namesOf = async (out: string): Promise<readonly string[]> => (await inputsOf(out)).map(({ name }) => name);

async function sourcesOf(out: string): Promise<readonly string[]> {
  const catalog = JSON.parse(await readFile(join(out, 'catalog.json'), 'utf8')) as {
    recordings: readonly { source: string }[];
  };
  return catalog.recordings.map(({ source }) => source).sort();
}

const row = (date: string, seed: number): string => `ECG,${date},300,,"[${wave(600, seed).join(',')}]",,Move ECG\n`;

const exportOf = (...rows: readonly string[]): string =>
  `type,date,frequency,duration,signal,wearposition,device\n${rows.join('')}`;

describe('the name of an input', () => {
  it('is its path from the current folder, however it was named', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'in/a.json': ecgAnswer({ signalid: 1 }),
      'in/b.json': { status: 0, body: { signal: wave(900, 3), sampling_frequency: 300 } },
      'in/deep/c.json': stethoAnswer({ signalid: 2 }),
    });
    const ways = [
      ['in/'],
      ['in'],
      ['./in/../in'],
      ['in/a.json', 'in/b.json', 'in/deep'],
      ['in/deep/c.json', './in/b.json', 'in//a.json'],
      ['.'],
    ].map((inputs) => inputs.map((input) => `${folder}/${input}`));
    const results: unknown[] = [];
    for (const [i, inputs] of ways.entries()) {
      const out = join(folder, `.out-${i}`);
      await convert({ inputs, base: folder, out, workers: 0 });
      expect(await namesOf(out)).toEqual(['in/a.json', 'in/b.json', 'in/deep/c.json']);
      results.push(await readDataset(out));
    }
    const out = join(folder, '.pieces');
    for (const input of ways[3] ?? []) await convert({ inputs: [input], base: folder, out, workers: 0 });
    results.push(await readDataset(out));
    const { code, stderr } = await runCli(['convert', 'in', '--out', '.cli', '--workers', '0'], { cwd: folder });
    expect([code, stderr]).toEqual([0, '']);
    results.push(await readDataset(join(folder, '.cli')));
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('tells participants apart, and is told from the base where one is given', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'p01/signal.csv': exportOf(row('2023-01-01T10:00:00Z', 1)),
      'p02/signal.csv': exportOf(row('2023-01-02T10:00:00Z', 2)),
    });
    const inputs = ['p01', 'p02'].map((name) => join(folder, name, 'signal.csv'));
    for (const base of [folder, join(folder, 'p01', '..')]) {
      await convert({ inputs, base, out: join(folder, 'out'), workers: 0 });
      expect(await sourcesOf(join(folder, 'out'))).toEqual(['p01/signal.csv', 'p02/signal.csv']);
    }
    await convert({ inputs, base: join(folder, 'p01'), out: join(folder, 'other'), workers: 0 });
    expect(await namesOf(join(folder, 'other'))).toEqual([join(folder, 'p02/signal.csv'), 'signal.csv']);
    const wrong = convert({ inputs, base: join(folder, 'nowhere'), out: join(folder, 'third') });
    await expect(wrong).rejects.toThrow(/base: got .*nowhere", expected a folder/);
  });

  it('is one of its own, and one line, whatever the file is called', async () => {
    const folder = await temporaryFolder();
    const files = [
      'a\nrejected b.json',
      'a\\nrejected b.json',
      'a\u202e.json',
      'a\\u202e.json',
      '-',
      'archive:ecg/363/48~0.json',
      '50%.json',
      'grün.json',
      'x.json#2',
    ];
    for (const [i, file] of files.entries()) await writeFiles(folder, { [file]: ecgAnswer({ signalid: i + 1 }) });
    await writeFiles(folder, { 'x.json': JSON.stringify([{ status: 1 }, ecgAnswer({ signalid: 70 })]) });
    const out = join(folder, 'out');
    const inputs = [...files, 'x.json'].map((file) => join(folder, file));
    const report = await convert({ inputs, base: folder, out, workers: 0 });
    expect(report.summary.ecg?.recordings).toBe(files.length + 1);
    const sources = await sourcesOf(out);
    expect(new Set(sources).size).toBe(files.length + 1);
    expect(sources).toEqual(
      [
        'a\\u000arejected b.json',
        'a\\\\nrejected b.json',
        'a\\u202e.json',
        'a\\\\u202e.json',
        './-',
        './archive:ecg/363/48~0.json',
        '50%.json',
        'grün.json',
        'x.json\\#2',
        'x.json#2',
      ].sort(),
    );
  });

  it.runIf(process.platform === 'linux')('that is no UTF-8 is refused by name, each for itself', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'in'));
    const content = JSON.stringify(ecgAnswer());
    const bytes = (...tail: readonly number[]) =>
      Buffer.concat([Buffer.from(join(folder, 'in/caf')), Buffer.from(tail), Buffer.from('.json')]);
    for (const path of [bytes(0xe9), bytes(0xe8), bytes(0xc3, 0xa9), bytes(0xef, 0xbf, 0xbd)])
      await writeFile(path, content);
    const report = await convert({ inputs: [join(folder, 'in')], base: folder, out: join(folder, 'out'), workers: 0 });
    const reason = 'its name is no valid UTF-8; rename it';
    expect(report.rejected).toEqual(
      ['in/caf\\xE8.json', 'in/caf\\xE9.json'].map((name) => ({ name, input: name, reason })),
    );
    expect(report.inputs).toMatchObject({ ok: 2, rejected: 2 });
    expect((await namesOf(join(folder, 'out'))).filter((name) => !name.includes('\\x'))).toEqual([
      'in/café.json',
      'in/caf\ufffd.json',
    ]);
  });

  it.runIf(process.platform !== 'win32')('is the smallest of a file that links lead to', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'in/m.json': ecgAnswer() });
    await symlink('m.json', join(folder, 'in/a.json'));
    await symlink('m.json', join(folder, 'in/z.json'));
    await convert({ inputs: [join(folder, 'in')], base: folder, out: join(folder, 'out'), workers: 0 });
    expect(await namesOf(join(folder, 'out'))).toEqual(['in/a.json']);
  });
});

describe('an entry of the manifest', () => {
  it('stays until the same input has been converted', async () => {
    const folder = await temporaryFolder();
    const out = join(folder, 'out');
    const run = (...inputs: readonly string[]) =>
      convert({ inputs: inputs.map((name) => join(folder, name)), base: folder, out, workers: 0 });
    await writeFiles(folder, {
      'p01/x.json': 'no answer',
      'p02/x.json': ecgAnswer({ signalid: 5, signal: [] }),
      'p03/x.json': ecgAnswer({ signalid: 6 }),
    });
    const statuses = async () => (await inputsOf(out)).map(({ name, status }) => `${name} ${status}`);
    const expected = ['p01/x.json rejected', 'p02/x.json pending', 'p03/x.json ok'];
    for (const name of ['p01/x.json', 'p02/x.json', 'p03/x.json']) await run(name);
    expect(await statuses()).toEqual(expected);
    await writeFiles(folder, { 'p01/x.json': ecgAnswer({ signalid: 7 }) });
    await run('p01/x.json');
    expect(await statuses()).toEqual(['p01/x.json ok', ...expected.slice(1)]);
    // What was good and is no longer so is told.
    await writeFiles(folder, { 'p01/x.json': 'broken' });
    await run('p01/x.json');
    expect((await statuses()).sort()).toEqual(['p01/x.json ok', 'p01/x.json rejected', ...expected.slice(1)]);
  });

  it('of standard input stays until what came there has been converted', async () => {
    const folder = await temporaryFolder();
    const out = join(folder, 'out');
    const give = (text: string) => convert({ inputs: ['-', '-'], stdin: Readable.from([text]), out, workers: 0 });
    await writeFiles(folder, { 'a.json': ecgAnswer({ signalid: 9 }) });
    await convert({ inputs: [join(folder, 'a.json')], base: folder, out, workers: 0 });
    await give('broken');
    await give(JSON.stringify(ecgAnswer({ signalid: 8 })));
    expect((await inputsOf(out)).map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
      '- ok',
      '- rejected',
      'a.json ok',
    ]);
  });
});

describe('pages of an archive', () => {
  async function makeArchive(folder: string): Promise<void> {
    const archive = await openArchive(folder);
    for (const [signalId, userId] of [
      [48, '363'],
      [49, '364'],
    ] as const) {
      await archive.append(
        {
          userId,
          kind: 'ecg',
          request: { endpoint: 'heart-get', parameters: { signalid: String(signalId) } },
          receivedAt: 1_700_000_000_000,
          about: { signalId, recordedAt: 1_594_159_644 + signalId, deviceId: null, timezone: null },
          payload: Buffer.from(
            JSON.stringify({ status: 0, body: { signal: wave(900, signalId), sampling_frequency: 300 } }),
          ),
          encoding: 'identity',
        },
        null,
      );
    }
    await archive.close();
  }

  it('have the same names in a renamed archive, and two archives that hold one give one input', async () => {
    const folder = await temporaryFolder();
    const [first, second] = [join(folder, 'first'), join(folder, 'deep/second')];
    await makeArchive(first);
    const a = join(folder, 'a');
    await convert({ inputs: [first], base: folder, out: a, workers: 0 });
    expect((await namesOf(a)).map((name) => name.replace(/~.*/, ''))).toEqual([
      'archive:ecg/363/48',
      'archive:ecg/364/49',
    ]);
    expect(await sourcesOf(a)).toEqual(await namesOf(a));

    await mkdir(join(folder, 'deep'));
    await rename(first, second);
    const b = join(folder, 'b');
    await convert({ inputs: [second], out: b, workers: 0 });
    expect(await readDataset(b)).toEqual(await readDataset(a));

    await makeArchive(first);
    const c = join(folder, 'c');
    const report = await convert({ inputs: [first, second], out: c, workers: 0 });
    expect(report.inputs).toMatchObject({ ok: 2, unchanged: 0 });
    expect(await readDataset(c)).toEqual(await readDataset(a));
    const again = await convert({ inputs: [first], out: c, workers: 0 });
    expect(again.inputs).toMatchObject({ ok: 0, unchanged: 2 });
  });

  it('that a data set has under their older names come to no second row and no second entry', async () => {
    const folder = await temporaryFolder();
    const archive = join(folder, 'study');
    await makeArchive(archive);
    const out = join(folder, 'out');
    await convert({ inputs: [archive], out, workers: 0 });
    const expected = await readDataset(out);
    // As earlier versions wrote them: the archive's name in front, and nothing behind the digest.
    await rewriteAsEarlier(out, (text) =>
      text.replaceAll(/archive:(ecg\/\d+\/\d+~[0-9a-f]{12})(?:-[0-9a-f]+)?/g, 'study/$1'),
    );
    const report = await convert({ inputs: [archive], out, workers: 0 });
    expect(report.summary.ecg?.recordings).toBe(2);
    expect(await readDataset(out)).toEqual(expected);
  });
});

it('leaves out nothing when the folder of an input has been converted from elsewhere', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'in/a.json': ecgAnswer() });
  const out = join(folder, 'out');
  await convert({ inputs: [join(folder, 'in')], base: folder, out, workers: 0 });
  await rm(join(folder, 'in/a.json'));
  await writeFiles(folder, { 'in/b.json': ecgAnswer({ signalid: 50 }) });
  await convert({ inputs: [join(folder, 'in')], base: join(folder, 'in'), out, workers: 0 });
  expect(await namesOf(out)).toEqual(['b.json', 'in/a.json']);
});
