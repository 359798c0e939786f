import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { expect, it } from 'vitest';
import { convert } from 'withings-signals';
import { ecgAnswer, temporaryFolder, wave, writeFiles } from '../support/answers.ts';

it('keeps every microvolt, also where 16 bits do not hold it', async () => {
  const folder = await temporaryFolder();
  const ends = [32_767, -32_768, 32_768, -32_769, 2 ** 31 - 1, -(2 ** 31)];
  const signals = ends.map((end) => [...wave(600), end, ...wave(600)]);
  const answers = signals.map((signal, i) => [`${i}.json`, ecgAnswer({ signalid: i, timestamp: 1e9 + i, signal })]);
  await writeFiles(join(folder, 'in'), Object.fromEntries(answers));
  const out = join(folder, 'out');
  await convert({ inputs: [join(folder, 'in')], out, workers: 0 });
  const table = tableFromIPC(await readFile(join(out, 'ecg/user=363/part-00000.arrow')));
  const column = table.getChild('ecg');
  expect(signals.map((_, row) => Array.from(column.at(row) as Int32Array))).toEqual(signals);
});
