import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert, inspect } from 'withings-signals';
import { readDataset, stethoAnswer, temporaryFolder, wave, writeFiles } from '../support/answers.ts';
import { rewriteAsEarlier } from '../support/earlier-dataset.ts';

const START = 1_672_560_000;

const HEADER = 'type,date,frequency,duration,signal,wearposition,device\n';

/** A row of the account export; the day tells its start and its samples. */
const row = (day: number, date = new Date((START + day * 86_400) * 1000).toISOString()): string =>
  `ECG,${date},300,2,"[${wave(600, day + 1).join(',')}]",,Move ECG\n`;

/** The same in mV, at the rate of a blood-pressure monitor. */
const rowInMillivolts = (day: number): string =>
  `BPM Core,${new Date((START + day * 86_400) * 1000).toISOString()},500,2,"[${wave(600, day + 1)
    .map((value) => value / 1000)
    .join(',')}]",,\n`;

const answer = (day: number, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  timestamp: START + day * 86_400,
  response: { status: 0, body: { signal: wave(600, day + 1), sampling_frequency: 300, ...more } },
});

const stetho = (day: number): Record<string, unknown> => {
  const { signalid: _, ...wrapper } = stethoAnswer({
    timestamp: START + day,
    signal: wave(400, day + 1).map((v) => v & 255),
  });
  return wrapper;
};

const lines = (...documents: readonly unknown[]): string =>
  documents.map((document) => JSON.stringify(document)).join('\n');

type Files = Readonly<Record<string, unknown>>;

/** At once in both orders and with threads, in pieces in both orders: always the same bytes. */
async function convertAllWays(files: Files): Promise<{ dataset: Files; recordings: number; duplicates: number }> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  const inputs = Object.keys(files).map((name) => join(folder, name));
  const options = { base: folder, formats: ['arrow', 'wav'] } as const;
  const out = join(folder, 'out');
  const report = await convert({ ...options, inputs, out, workers: 0 });
  const dataset = await readDataset(out);
  const ways = [
    [inputs.toReversed()],
    inputs.map((input) => [input]),
    inputs.toReversed().map((input) => [input]),
    [inputs, inputs],
  ];
  for (const [i, steps] of ways.entries()) {
    const other = join(folder, `out-${i}`);
    for (const step of steps) await convert({ ...options, inputs: step, out: other, workers: i === 0 ? 2 : 0 });
    expect(await readDataset(other)).toEqual(dataset);
  }
  const { ecg, stetho: sounds } = report.summary;
  return {
    dataset,
    recordings: (ecg?.recordings ?? 0) + (sounds?.recordings ?? 0),
    duplicates: report.run.duplicates_dropped,
  };
}

describe('a recording without an id', () => {
  it('that two exports hold at other places is one', async () => {
    const { recordings, duplicates, dataset } = await convertAllWays({
      '2023/signal.csv': HEADER + row(0) + row(1) + row(2) + rowInMillivolts(9),
      '2024/signal.csv': HEADER + row(3) + row(1) + row(4) + row(2) + row(0) + rowInMillivolts(9) + row(5),
    });
    expect([recordings, duplicates]).toEqual([7, 4]);
    const sources = [
      ...Buffer.from(String(dataset['catalog.json']), 'base64')
        .toString()
        .matchAll(/"source":"([^"]*)"/g),
    ];
    expect(sources.map(([, source]) => String(source)).sort()).toEqual([
      '2023/signal.csv',
      '2023/signal.csv#2',
      '2023/signal.csv#3',
      '2023/signal.csv#4',
      '2024/signal.csv',
      '2024/signal.csv#3',
      '2024/signal.csv#7',
    ]);
  });

  it('that one file holds twice is one, be its start written in one zone or another', async () => {
    const { recordings } = await convertAllWays({
      'signal.csv':
        HEADER + row(0, '2023-01-01T08:00:00Z') + row(0, '2023-01-01T09:00:00+01:00') + row(0, '2023-01-01T08:00:01Z'),
    });
    expect(recordings).toBe(2);
  });

  it('that JSON tells twice is one, with the facts of both', async () => {
    const { recordings, duplicates } = await convertAllWays({
      'a.ndjson': lines(answer(0), answer(1, { heart_rate: 60 }), stetho(3), answer(0)),
      'b.json': lines(answer(2), answer(1, { heart_rate: 70, wearposition: 1 }), stetho(4), stetho(3)),
    });
    expect([recordings, duplicates]).toEqual([5, 3]);
  });

  it('is another one at another time, of another user, at another rate or with other samples', async () => {
    const at = (timestamp: number, rate: number, signal: readonly number[], userid?: number) => ({
      timestamp,
      ...(userid !== undefined && { userid }),
      response: { status: 0, body: { signal, sampling_frequency: rate } },
    });
    const flat = Array<number>(600).fill(0);
    const { recordings } = await convertAllWays({
      'flat.ndjson': lines(
        at(START, 300, flat),
        at(START + 1, 300, flat),
        at(START, 250, flat),
        at(START, 300, flat, 363),
        at(START, 300, [...flat, 0]),
      ),
    });
    expect(recordings).toBe(5);
  });

  it('and without a start stays apart from one of another input, since nothing tells that they are one', async () => {
    const bare = { status: 0, body: { signal: Array<number>(600).fill(0), sampling_frequency: 300 } };
    const { recordings } = await convertAllWays({ 'p01/bare.json': bare, 'p02/bare.json': bare });
    expect(recordings).toBe(2);
  });
});

it('has one sound file, which is called by its source as that is told in the end', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'b.json': stetho(1), 'a.json': stetho(1), 'c.json': stetho(2) });
  const out = join(folder, 'out');
  for (const name of ['b.json', 'c.json', 'a.json']) {
    await convert({ inputs: [join(folder, name)], base: folder, out, formats: ['arrow', 'wav'], workers: 0 });
  }
  const wavOf = (names: readonly string[]) => names.filter((name) => name.endsWith('.wav'));
  const expected = ['a', 'c'].map((name) => `wav/user=363/stetho-${name}.json.wav`);
  expect(wavOf(Object.keys(await readDataset(out)))).toEqual(expected);
  const report = await inspect(out);
  expect(report.what === 'dataset' && wavOf(report.files.map(({ path }) => path))).toEqual(expected);
});

it('heals in a data set whose catalog has it twice, with the samples of each row where they belong', async () => {
  const folder = await temporaryFolder();
  const out = join(folder, 'out');
  const run = (...names: readonly string[]) =>
    convert({ inputs: names.map((name) => join(folder, name)), base: folder, out, workers: 0 });
  const days: Readonly<Record<string, number>> = { 'a.json': 0, 'b.json': 0, 'c.json': 1, 'd.json': 2, 'e.json': 2 };
  // Without a start the copies are two; the catalog then gets what earlier versions kept of copies with one.
  for (const [name, day] of Object.entries(days)) await writeFiles(folder, { [name]: answer(day)['response'] });
  await run(...Object.keys(days));
  await rewriteAsEarlier(out, (text) => {
    const value = JSON.parse(text) as { recordings?: { source: string; facts: { recordedAt: number | null } }[] };
    for (const { source, facts } of value.recordings ?? []) facts.recordedAt = START + (days[source] ?? 0) * 86_400;
    return `${JSON.stringify(value)}\n`;
  });

  for (const [name, day] of Object.entries(days)) await writeFiles(folder, { [name]: answer(day) });
  await writeFiles(folder, { 'f.json': answer(3) });
  const healed = await run('f.json');
  expect(healed.summary.ecg?.recordings).toBe(4);
  expect(healed.run.duplicates_dropped).toBe(2);
  const part = 'ecg/user=unknown/part-00000.arrow';
  const { [part]: samples, 'catalog.json': told } = await readDataset(out);
  await rm(out, { recursive: true });
  await run(...Object.keys(days), 'f.json');
  expect(await readDataset(out)).toMatchObject({ [part]: samples, 'catalog.json': told });
});
