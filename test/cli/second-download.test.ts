import { join } from 'node:path';
import { expect, it } from 'vitest';
import { convert } from 'withings-signals';
import { temporaryFolder, wave, writeFiles } from '../support/answers.ts';
import { runCli } from '../support/cli.ts';
import { zipOf } from '../support/zip.ts';

const exportOf = (day: number): string =>
  `type,date,frequency,duration,signal,wearposition,device\nECG,2023-01-0${day}T10:00:00Z,300,2,"[${wave(600, day).join(',')}]",,Move ECG\n`;

const TAKEN = ['signal (1).csv', 'signal(12).csv', 'signal-1.csv', 'signal 2.csv', 'SIGNAL (3).CSV', 'signal.csv'];
const OTHERS = [
  'my signal.csv',
  'signal (a).csv',
  'signal ().csv',
  'signal_1.csv',
  'signals.csv',
  'signal (1).csv.txt',
];

it('what a browser calls a second download of signal.csv is taken from a folder, other names are not', async () => {
  const folder = await temporaryFolder();
  await writeFiles(
    folder,
    Object.fromEntries([...TAKEN, ...OTHERS].map((name, i) => [`in/${name}`, exportOf((i % 9) + 1)])),
  );
  const { code, stdout } = await runCli(['convert', 'in', '--json', '--workers', '0'], { cwd: folder });
  const report = JSON.parse(stdout) as {
    readonly inputs: { readonly ok: number };
    readonly passedOver: readonly { readonly name: string }[];
  };
  expect([code, report.inputs.ok]).toEqual([0, TAKEN.length]);
  expect(report.passedOver.map(({ name }) => name)).toEqual(OTHERS.map((name) => `in/${name}`).sort());
});

it('two downloads of one export are its recordings once, out of folders, gzip files and zips alike', async () => {
  const folder = await temporaryFolder();
  const zip = zipOf([{ name: 'data/signal (1).csv', content: exportOf(1) }]);
  await writeFiles(folder, { 'in/signal.csv': exportOf(1), 'in/signal (1).csv': exportOf(1), 'in/data (1).zip': zip });
  const report = await convert({ inputs: [join(folder, 'in')], out: join(folder, 'out'), workers: 0 });
  expect([report.inputs.ok, report.rejected, report.passedOver]).toEqual([3, [], []]);
  expect(report.summary.ecg).toMatchObject({ recordings: 1, samples: 600 });
});
