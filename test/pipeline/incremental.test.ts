import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert } from 'withings-signals';
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

const DAY_START = 1_594_166_400;

/** Midnight lies inside the accelerometer frames; frames overlap; one file repeats another's signal. */
const FILES: Readonly<Record<string, unknown>> = {
  'accel-1.json': rawdataAnswer('accel', [
    accelFrame(2600, 1300, DAY_START - 20 + 51.8),
    accelFrame(0, 1300, DAY_START - 71.8),
  ]),
  'accel-2.json': rawdataAnswer('accel', [
    accelFrame(1300, 1300, DAY_START - 20),
    accelFrame(2600, 1300, DAY_START - 20 + 51.8),
  ]),
  'devices.json': {
    status: 0,
    body: {
      devices: [{ deviceid: DEVICE, hash_deviceid: DEVICE, model: 'ScanWatch', model_id: 93, timezone: 'Europe/Oslo' }],
    },
  },
  'ecg-48.json': ecgAnswer(),
  'ecg-48-again.json': ecgAnswer(),
  'ecg-49.json': ecgAnswer({ signalid: 49, signal: wave(900, 2), timestamp: 1_594_150_000 }),
  'bare.json': { status: 0, body: { signal: wave(900, 3), sampling_frequency: 300 } },
  'heart-list.json': {
    status: 0,
    body: {
      series: [
        {
          deviceid: DEVICE,
          model: 93,
          ecg: { signalid: 49, afib: 1 },
          heart_rate: 71,
          timestamp: 1_594_150_000,
          modified: 1_594_160_000,
        },
        { deviceid: DEVICE, model: 93, timestamp: 1_594_150_500, modified: 1_594_160_000 },
      ],
      more: false,
      offset: 0,
    },
  },
  'stetho-77.json': stethoAnswer(),
};

const OPTIONS = { formats: ['arrow', 'wav'] } as const;

async function writeAnswers(): Promise<{ folder: string; inputs: readonly string[] }> {
  const folder = await temporaryFolder();
  await writeFiles(folder, FILES);
  return { folder, inputs: Object.keys(FILES).map((name) => join(folder, name)) };
}

describe('converting in pieces', () => {
  it('gives a partition the same bytes whatever its thread has written before', async () => {
    const folder = await temporaryFolder();
    // Long and short, with and without a gap: each finds memory that another has filled.
    const rows = [5000, 90, 2600, 1, 4000];
    const inputs = rows.map((_, user) => join(folder, `user-${user}.json`));
    const answers = rows.map((count, user) => {
      const frames = [
        accelFrame(7 * user, count, DAY_START + 1000 * user),
        accelFrame(9000, count, DAY_START + 20_000),
      ];
      return [`user-${user}.json`, rawdataAnswer('accel', frames, user)] as const;
    });
    await writeFiles(folder, Object.fromEntries(answers));
    const together = join(folder, 'together');
    await convert({ inputs, out: together, workers: 0 });
    const all = await readDataset(together);
    const parts = Object.keys(all).filter((path) => path.endsWith('.arrow'));
    expect(parts).toHaveLength(rows.length);
    for (const [user, input] of inputs.entries()) {
      const alone = join(folder, `alone-${user}`);
      await convert({ inputs: [input], out: alone, workers: 1 });
      const [path, bytes] = Object.entries(await readDataset(alone)).find(([name]) => name.endsWith('.arrow')) ?? [];
      expect(all[path ?? '']).toBe(bytes);
    }
  });

  it('gives the bytes of converting everything at once, in any order and with repeats', async () => {
    const { folder, inputs } = await writeAnswers();
    const together = join(folder, 'together');
    await convert({ ...OPTIONS, inputs, out: together, workers: 0 });
    const expected = await readDataset(together);
    expect(Object.keys(expected)).toEqual([
      `accel/user=363/device=${DEVICE}/date=2020-07-07/part-00000.arrow`,
      `accel/user=363/device=${DEVICE}/date=2020-07-08/part-00000.arrow`,
      'catalog.json',
      'ecg/user=363/part-00000.arrow',
      'ecg/user=unknown/part-00000.arrow',
      'manifest.json',
      'stetho/user=363/part-00000.arrow',
      'wav/user=363/stetho-77.wav',
    ]);

    const orders = [inputs, inputs.toReversed(), [...inputs.slice(3), ...inputs, ...inputs.slice(0, 5)]];
    for (const [index, order] of orders.entries()) {
      const out = join(folder, `pieces-${index}`);
      for (const input of order) await convert({ ...OPTIONS, inputs: [input], out, workers: 0 });
      expect(await readDataset(out)).toEqual(expected);
    }
  });

  it('gives the same bytes for any number of workers, and when run again', async () => {
    const { folder, inputs } = await writeAnswers();
    const outs = [0, 1, 2].map((workers) => join(folder, `workers-${workers}`));
    for (const [workers, out] of outs.entries()) await convert({ ...OPTIONS, inputs, out, workers });
    const [inThread, ...others] = await Promise.all(outs.map(readDataset));
    for (const other of others) expect(other).toEqual(inThread);
    await convert({ ...OPTIONS, inputs, out: join(folder, 'workers-0'), workers: 1 });
    expect(await readDataset(join(folder, 'workers-0'))).toEqual(inThread);
  });

  it('leaves samples alone when a device table tells the same after another synchronisation', async () => {
    const folder = await temporaryFolder();
    const device = { hash_deviceid: DEVICE, model: 'ScanWatch', model_id: 93, timezone: 'Europe/Oslo' };
    const table = (at: number) => ({ status: 0, body: { devices: [{ ...device, last_session_date: at }] } });
    const samples = rawdataAnswer('accel', [accelFrame(0, 1300, DAY_START)]);
    await writeFiles(folder, {
      'accel.json': samples,
      'before.json': table(DAY_START),
      'after.json': table(DAY_START + 9),
    });
    const out = join(folder, 'out');
    const first = await convert({ inputs: [join(folder, 'accel.json'), join(folder, 'before.json')], out, workers: 0 });
    expect(first.files).toHaveLength(1);
    const again = await convert({ inputs: [join(folder, 'after.json')], out, workers: 0 });
    expect(again.files).toEqual([]);
  });
});
