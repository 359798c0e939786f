import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { convert } from 'withings-signals';
import { accelFrame, ecgAnswer, rawdataAnswer, readDataset, temporaryFolder, wave } from '../support/answers.ts';

/** From 32 MiB on an input is cut. */
const LARGE_BYTES = 36_000_000;

const FRAME_ROWS = 3000;

/** Frames of two minutes, one behind the other. */
function largePage(): string {
  const frames: string[] = [];
  for (let bytes = 0, id = 1; bytes < LARGE_BYTES; id += FRAME_ROWS) {
    const frame = JSON.stringify(accelFrame(id, FRAME_ROWS, 1_709_500_000 + id / 25.1));
    frames.push(frame);
    bytes += frame.length;
  }
  return JSON.stringify(rawdataAnswer('accel', [])).replace('"rawdata":[]', `"rawdata":[${frames.join()}]`);
}

function manyLines(): string {
  const lines: string[] = [];
  const signal = wave(9000);
  for (let bytes = 0, signalid = 1; bytes < LARGE_BYTES; signalid++) {
    const line = signalid % 100 === 0 ? 'nonsense' : JSON.stringify(ecgAnswer({ signalid, signal }));
    lines.push(line);
    bytes += line.length;
  }
  return lines.join('\n');
}

it.each([
  ['one page', 'page.json', largePage],
  ['one page cut off', 'page.json', () => largePage().slice(0, -5000)],
  ['many lines', 'lines.ndjson', manyLines],
])('a large input of %s gives the same data set with any number of threads', async (_, name, content) => {
  const folder = await temporaryFolder();
  const inputs = [join(folder, name)];
  await writeFile(join(folder, name), content());
  const reports = [];
  for (const workers of [0, 2, 3]) {
    const progress: number[] = [];
    const onProgress = ({ phase, done }: { phase: string; done: number }) => phase === 'decode' && progress.push(done);
    const {
      run: __,
      out: ___,
      seconds: ____,
      ...report
    } = await convert({ inputs, out: join(folder, `${workers}`), workers, onProgress });
    reports.push({ ...report, files: await readDataset(join(folder, `${workers}`)) });
    expect(progress.at(-1)).toBe((await readFile(join(folder, name))).length);
  }
  for (const report of reports) expect(report).toEqual(reports[0]);
});
