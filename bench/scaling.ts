/**
 * `npm run bench:scaling`: what `convert` costs from 1 MB on, and from 10 recordings on, as Markdown.
 *
 * | option             | meaning                                                             |
 * |--------------------|---------------------------------------------------------------------|
 * | `--up-to <MB>`     | largest input of raw data; the table ends at 10,000 (default: 1000) |
 * | `--recordings <n>` | most recordings (default: 50000)                                    |
 * | `--keep`           | keeps the simulated inputs, and uses those kept before              |
 */

import { parseArgs } from 'node:util';
import { convertOnce, ON_ONE_CORE, type Run, stagesOf } from './support/convert-run.ts';
import { type DiskInput, ecgAnswers, rawdata, rawdataDocument, useInputs } from './support/disk-inputs.ts';
import { median } from './support/harness.ts';

const MEGABYTES = [1, 10, 100, 1000, 10_000];
/** More than a string can hold, or a buffer. */
const DOCUMENT_MEGABYTES = [4200];
const RECORDINGS = [10, 100, 1000, 10_000, 50_000];
/** Input whose stages are told. */
const STAGES_MEGABYTES = 100;
/** Below this, bytes, the median of three runs; above, one. */
const SHORT = 200e6;

const { values: options } = parseArgs({
  options: {
    'up-to': { type: 'string', default: '1000' },
    recordings: { type: 'string', default: '50000' },
    keep: { type: 'boolean', default: false },
  },
});
useInputs({ keep: options.keep });

const inputs = [
  ...MEGABYTES.filter((size) => size <= Number(options['up-to'])).map((size) => ({
    name: `PPG and accelerometer, ${size.toLocaleString('en-US')} MB`,
    input: () => rawdata(size),
  })),
  ...DOCUMENT_MEGABYTES.filter((size) => size <= Number(options['up-to'])).map((size) => ({
    name: `the same in one document, ${size.toLocaleString('en-US')} MB`,
    input: () => rawdataDocument(size),
  })),
  ...RECORDINGS.filter((count) => count <= Number(options.recordings)).map((count) => ({
    name: `ECG, ${count.toLocaleString('en-US')} recordings`,
    input: () => ecgAnswers(count),
  })),
];

console.log(
  '| input | MB | 1 worker, s | MB/s | CPU s | peak MB | 2 workers, s | MB/s | CPU s | peak MB | 2 : 1 | on 1 core, s | 2 cores : 1 |',
);
console.log(`|---${'|--:'.repeat(12)}|`);
for (const { name, input } of inputs) {
  const made = input();
  const [one, two, onOneCore] = measure(made);
  const times = [one.seconds / two.seconds, onOneCore.seconds, onOneCore.seconds / two.seconds];
  const cells = [...cellsOf(made, one), ...cellsOf(made, two), ...times.map((time) => time.toFixed(2))];
  console.log(`| ${[name, (made.bytes / 1e6).toFixed(1), ...cells].join(' | ')} |`);
}
const stages = stagesOf(rawdata(STAGES_MEGABYTES).folder);
if (stages !== '') console.log(`\n${STAGES_MEGABYTES} MB, 2 workers:\n\n\`\`\`\n${stages}\`\`\``);

/**
 * With one worker, with two, and with one that has one core for all its threads, by turns: what a busy machine adds, it adds
 * to all. A run before them is not counted.
 */
function measure(input: DiskInput): readonly [Run, Run, Run] {
  convertOnce(input.folder, 2);
  const runs: [Run, Run, Run][] = [];
  for (let round = input.bytes < SHORT ? 3 : 1; round > 0; round--) {
    const { folder } = input;
    runs.push([convertOnce(folder, 1), convertOnce(folder, 2), convertOnce(folder, 1, ON_ONE_CORE)]);
  }
  const middle = (side: 0 | 1 | 2): Run => ({
    seconds: median(runs.map((run) => run[side].seconds)),
    cpu: median(runs.map((run) => run[side].cpu)),
    peak: Math.max(...runs.map((run) => run[side].peak)),
  });
  return [middle(0), middle(1), middle(2)];
}

function cellsOf({ bytes }: DiskInput, { seconds, cpu, peak }: Run): readonly string[] {
  const speed = bytes / 1e6 / seconds;
  return [seconds.toFixed(2), speed.toFixed(speed < 10 ? 1 : 0), cpu.toFixed(2), (peak / 1e6).toFixed(0)];
}
