import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import { convert } from 'withings-signals';
import { ecgAnswer, readDataset, stethoAnswer, temporaryFolder, wave, writeFiles } from '../support/answers.ts';
import { startCli } from '../support/cli.ts';

/** Moments of the kill, as fractions of the time an undisturbed run takes. */
const MOMENTS = [0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

describe('a conversion that is killed', () => {
  it('leaves a data set that readers open, and the next run completes it to the same bytes', async () => {
    const folder = await temporaryFolder();
    const files: Record<string, unknown> = {};
    for (let i = 0; i < 400; i++) {
      files[`in/ecg-${i}.json`] = ecgAnswer({ signalid: i, userid: i % 40, signal: wave(3000, i) });
    }
    await writeFiles(folder, files);
    const input = join(folder, 'in');
    const undisturbed = join(folder, 'undisturbed');
    const started = performance.now();
    await finished(startCli(['convert', input, '--out', undisturbed, '--quiet']));
    const duration = performance.now() - started;
    const expected = await readDataset(undisturbed);

    const out = join(folder, 'killed');
    for (const moment of MOMENTS) {
      const child = startCli(['convert', input, '--out', out, '--quiet']);
      const timer = setTimeout(() => child.kill('SIGKILL'), duration * moment);
      await finished(child);
      clearTimeout(timer);
      await expectReadable(out);
    }
    await finished(startCli(['convert', input, '--out', out, '--quiet']));
    expect(await readDataset(out)).toEqual(expected);
  });

  it('is finished by the next run when it died while moving the files', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'ecg.json': ecgAnswer(), 'stetho.json': stethoAnswer() });
    const inputs = [join(folder, 'ecg.json'), join(folder, 'stetho.json')];
    const whole = join(folder, 'whole');
    await convert({ inputs, out: whole, workers: 0 });
    const expected = await readDataset(whole);

    // The state between two renames: some files are in place, the rest still where they were made.
    const moves = [
      'ecg/user=363/part-00000.arrow',
      'stetho/user=363/part-00000.arrow',
      'catalog.json',
      'manifest.json',
    ];
    await mkdir(join(whole, '.staging/stetho/user=363'), { recursive: true });
    await writeFile(join(whole, '.staging/moves.json'), JSON.stringify(moves));
    for (const file of moves.slice(1)) await rename(join(whole, file), join(whole, '.staging', file));
    await writeFiles(folder, { 'nothing.json': { status: 0, body: { series: [], more: false, offset: 0 } } });
    await convert({ inputs: [join(folder, 'nothing.json')], out: whole, workers: 0 });

    const finishedSet = await readDataset(whole);
    expect(finishedSet['ecg/user=363/part-00000.arrow']).toBe(expected['ecg/user=363/part-00000.arrow']);
    expect(finishedSet['stetho/user=363/part-00000.arrow']).toBe(expected['stetho/user=363/part-00000.arrow']);
    expect(existsSync(join(whole, '.staging'))).toBe(false);
  });

  it('is told from one that still runs', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.json': ecgAnswer(), 'out/.lock': { pid: process.ppid, host: hostname() } });
    const run = convert({ inputs: [join(folder, 'a.json')], out: join(folder, 'out'), workers: 0 });
    await expect(run).rejects.toThrow(/in use by process \d+ on "[^"]+"; wait for it, or delete the file/);
  });
});

function finished(child: ReturnType<typeof startCli>): Promise<void> {
  return new Promise((resolve) => child.on('close', () => resolve()));
}

async function expectReadable(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of await readdir(folder, { recursive: true })) {
    if (entry.startsWith('.')) continue;
    const path = join(folder, entry);
    if (entry.endsWith('.arrow')) expect(tableFromIPC(await readFile(path)).numRows).toBeGreaterThan(0);
    if (entry.endsWith('.json')) expect(JSON.parse(await readFile(path, 'utf8'))).toBeTypeOf('object');
  }
}
