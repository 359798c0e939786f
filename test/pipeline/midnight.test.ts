import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert } from 'withings-signals';
import { accelFrame, rawdataAnswer, readDataset, temporaryFolder, writeFiles } from '../support/answers.ts';

const DAY = 86_400;
const MIDNIGHT = 18_450 * DAY;

type Frame = Record<string, unknown>;

/** The samples of the series, each partition's whole bytes. */
async function partsOf(frames: readonly Frame[]): Promise<Readonly<Record<string, string>>> {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'accel.json': rawdataAnswer('accel', frames) });
  const { inputs } = await convert({ inputs: [join(folder, 'accel.json')], out: join(folder, 'out'), workers: 0 });
  expect(inputs).toMatchObject({ ok: 1, rejected: 0 });
  const files = Object.entries(await readDataset(join(folder, 'out')));
  return Object.fromEntries(files.filter(([path]) => path.startsWith('accel/')));
}

/** The frame's samples in the order that `place` gives: row r is what was row place(r). */
function reordered(frame: Frame, place: (row: number, rows: number) => number): Frame {
  const columns = Object.entries(frame['data'] as Record<string, number[]>);
  const data = columns.map(([name, values]) => [name, values.map((_, r) => values[place(r, values.length)])]);
  return { ...frame, data: Object.fromEntries(data) };
}

describe('a frame over midnight', () => {
  const frame = accelFrame(0, 2500, MIDNIGHT - 50);
  it.each([
    ['that go to and fro between the days row by row', (r: number, n: number) => (r % 2) * (n / 2) + (r >> 1)],
    ['that go back in time', (r: number, n: number) => n - 1 - r],
    ['in an order of their own', (r: number, n: number) => (r * 1237) % n],
  ])('gives with rows %s what it gives with the same rows in order', async (_, place) => {
    const inOrder = await partsOf([frame]);
    expect(Object.keys(inOrder)).toHaveLength(2);
    expect(await partsOf([reordered(frame, place)])).toEqual(inOrder);
  });

  it('may take turns between as many days as a clock set anew brings about, in each of several frames', async () => {
    const days = Array.from({ length: 16 }, (_, day) => accelFrame(day * 1000, 100, MIDNIGHT + day * DAY));
    const turns = Array.from({ length: 100 }, (_, row) => days.map((own) => rowOf(own, row))).flat();
    expect(await partsOf([joined(days[0]!, turns)])).toEqual(await partsOf(days));
  });

  it('is refused with rows of more days than that', async () => {
    const folder = await temporaryFolder();
    const rows = Array.from({ length: 17 }, (_, day) => rowOf(accelFrame(day, 1, MIDNIGHT + day * DAY), 0));
    const answer = rawdataAnswer('accel', [joined(frame, rows)]);
    await writeFiles(folder, { 'accel.json': answer });
    const report = await convert({ inputs: [join(folder, 'accel.json')], out: join(folder, 'out'), workers: 0 });
    expect(JSON.stringify(report)).toContain('got samples of more than 16 days, expected about a minute');
  });
});

type Row = Readonly<Record<string, number>>;

function rowOf(frame: Frame, row: number): Row {
  const columns = Object.entries(frame['data'] as Record<string, number[]>);
  return Object.fromEntries(columns.map(([name, values]) => [name, values[row] as number]));
}

function joined(frame: Frame, rows: readonly Row[]): Frame {
  const names = Object.keys(frame['data'] as Record<string, number[]>);
  return { ...frame, data: Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])])) };
}
