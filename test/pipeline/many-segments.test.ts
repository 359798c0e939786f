import { join } from 'node:path';
import { expect, it } from 'vitest';
import { convert } from 'withings-signals';
import { accelFrame, rawdataAnswer, temporaryFolder, writeFiles } from '../support/answers.ts';

const FRAMES = 100;
const ROWS = 1300;
const START = 1_594_080_100;

it('a day in which every second sample is missing has a segment a sample, and is written', async () => {
  const folder = await temporaryFolder();
  const frames = Array.from({ length: FRAMES }, (_, i) =>
    everySecond(accelFrame(i * ROWS * 2, ROWS * 2, START + i * 104)),
  );
  await writeFiles(folder, { 'accel.json': rawdataAnswer('accel', frames) });
  const { summary } = await convert({ inputs: [join(folder, 'accel.json')], out: join(folder, 'out'), workers: 0 });
  expect(summary.accel).toMatchObject({ samples: FRAMES * ROWS, segments: FRAMES * ROWS });
});

function everySecond(frame: Record<string, unknown>): Record<string, unknown> {
  const columns = Object.entries(frame['data'] as Record<string, number[]>);
  const data = Object.fromEntries(columns.map(([name, values]) => [name, values.filter((_, i) => i % 2 === 0)]));
  return { ...frame, data };
}
