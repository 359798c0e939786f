import { cp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert, openArchive } from 'withings-signals';
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
import { runCli } from '../support/cli.ts';

const START = 1_594_166_400;
const OPTIONS = { formats: ['arrow', 'wav'], workers: 0 } as const;

const ACCEL = `accel/user=363/device=${DEVICE}/date=2020-07-08/part-00000.arrow`;
const ECG = 'ecg/user=363/part-00000.arrow';
const STETHO = 'stetho/user=363/part-00000.arrow';
const WAV = 'wav/user=363/stetho-77.wav';

const table = (zone: string) => ({
  status: 0,
  body: { devices: [{ deviceid: DEVICE, hash_deviceid: DEVICE, model: 'ScanWatch', model_id: 93, timezone: zone }] },
});

const FILES = {
  'in/accel-1.json': rawdataAnswer('accel', [accelFrame(0, 200, START)]),
  'in/accel-2.json': rawdataAnswer('accel', [accelFrame(150, 300, START + 6)]),
  'in/devices.json': table('Europe/Oslo'),
  'in/ecg-48.json': ecgAnswer({ signal: wave(300) }),
  'in/ecg-49.json': ecgAnswer({ signalid: 49, timestamp: 1_594_150_000, signal: wave(300, 2) }),
  'in/stetho.json': stethoAnswer(),
  'in/other.json': ecgAnswer({ signalid: 7, userid: 5, signal: wave(300, 4) }),
};

const MORE = {
  'more/accel.json': rawdataAnswer('accel', [accelFrame(450, 100, START + 18)]),
  'more/devices.json': table('Europe/Rome'),
  'more/ecg.json': ecgAnswer({ signalid: 50, signal: wave(300, 3) }),
  'more/stetho.json': stethoAnswer({ signalid: 78, timestamp: 1_594_160_000 }),
};

async function makeDataset() {
  const folder = await temporaryFolder();
  await writeFiles(folder, { ...FILES, ...MORE });
  const [inputs, more] = [join(folder, 'in'), join(folder, 'more')];
  const out = join(folder, 'out');
  await convert({ ...OPTIONS, inputs: [inputs], out });
  const before = await readDataset(out);
  const grown = join(folder, 'grown');
  await convert({ ...OPTIONS, inputs: [inputs, more], out: grown });
  return { folder, out, inputs, more, before, after: await readDataset(grown) };
}

type Damage = (path: string) => Promise<void>;

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
  await writeFile(path, bytes);
}

const DAMAGES: Readonly<Record<string, Damage>> = {
  deleted: (path) => rm(path),
  flipped: flip,
  truncated: async (path) => writeFile(path, (await readFile(path)).subarray(0, -1)),
  empty: (path) => writeFile(path, ''),
};

const REMEDY =
  /; give again all inputs that it was made of, bring back a copy of it, or convert all inputs into another/;

describe('a damaged file of a data set', () => {
  for (const [how, damage] of Object.entries(DAMAGES)) {
    it(`that is ${how} comes back, byte for byte, when its inputs are given again`, async () => {
      const { folder, out, inputs, more, before, after } = await makeDataset();
      const all = [ACCEL, ECG, 'catalog.json', WAV];
      const alone = [[ACCEL], [ECG], [STETHO], [WAV], ['catalog.json']];
      for (const workers of [0, 2]) {
        for (const paths of how === 'flipped' && workers === 0 ? [...alone, all] : [all]) {
          const broken = join(folder, 'broken');
          await cp(out, broken, { recursive: true });
          for (const path of paths) await damage(join(broken, path));
          await convert({ ...OPTIONS, workers, inputs: [inputs], out: broken });
          expect(await readDataset(broken)).toEqual(before);
          // With more beside it, the file is another one.
          for (const path of paths) await damage(join(broken, path));
          await convert({ ...OPTIONS, workers, inputs: [more, inputs], out: broken });
          expect(await readDataset(broken)).toEqual(after);
          await rm(broken, { recursive: true });
        }
      }
    });

    it(`that is ${how} is never added to, and what is not given again is not lost in silence`, async () => {
      const { out, inputs, more } = await makeDataset();
      const cases = [
        [ACCEL, join(inputs, 'accel-1.json')],
        [ACCEL, join(more, 'accel.json')],
        [ACCEL, join(more, 'devices.json')],
        [ECG, join(inputs, 'ecg-49.json')],
        [ECG, join(more, 'ecg.json')],
        [STETHO, join(more, 'stetho.json')],
        ['catalog.json', join(inputs, 'ecg-49.json')],
        ['catalog.json', join(more, 'ecg.json')],
      ] as const;
      for (const [path, input] of cases) {
        const whole = await readFile(join(out, path));
        await damage(join(out, path));
        const damaged = await readDataset(out);
        const conversion = convert({ ...OPTIONS, inputs: [input], out });
        await expect(conversion, `${path} and ${input}`).rejects.toMatchObject({ code: 'DATASET' });
        await expect(conversion).rejects.toThrow(REMEDY);
        await expect(conversion).rejects.toThrow(path);
        expect(await readDataset(out)).toEqual(damaged);
        await writeFile(join(out, path), whole);
      }
    });
  }

  it('that nothing was given for costs only itself: it is named, and the rest is converted', async () => {
    const { folder, out } = await makeDataset();
    await flip(join(out, ECG));
    await rm(join(out, ACCEL));
    await writeFiles(folder, { 'new.json': ecgAnswer({ userid: 5, signalid: 8, signal: wave(300) }) });
    const args = ['convert', join(folder, 'new.json'), '--out', out, '--format', 'arrow,wav'];
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBe(3);
    expect(stdout).toContain('1 file written');
    expect(stderr.trimEnd().split('\n')).toEqual([
      `damaged ${ACCEL}: missing; give again all inputs that it was made of`,
      expect.stringMatching(`^damaged ${ECG}: got SHA-256 \\w{64}, expected \\w{64}; give again all`),
    ]);
    expect((await runCli(['convert', join(folder, 'in'), '--out', out, '--format', 'arrow,wav'])).code).toBe(0);
    expect(Object.keys(await readDataset(out))).toContain(ACCEL);
  });

  it('that was damaged without a trace is met when it is read', async () => {
    const { out, more } = await makeDataset();
    await flip(join(out, ECG));
    // The manifest is the youngest file again, as where a disk has rotted.
    const manifest = join(out, 'manifest.json');
    await writeFile(manifest, await readFile(manifest));
    await utimes(manifest, 1, 1);
    const conversion = convert({ ...OPTIONS, inputs: [join(more, 'ecg.json')], out });
    await expect(conversion).rejects.toThrow(
      /ecg\/user=363\/part-00000\.arrow: got SHA-256 \w{64}, expected \w{64}; of its recordings 2 did not come again \(49, 48\); /,
    );
  });

  it('comes back from an archive whose pages are known; pages that went elsewhere are not read again', async () => {
    const folder = await temporaryFolder();
    const archive = join(folder, 'archive');
    const body = (content: object): string => JSON.stringify({ status: 0, body: content });
    await keepPages(archive, [
      ['ecg', '363', 48, body({ signal: wave(300), sampling_frequency: 300 })],
      ['ecg', '5', 7, body({ signal: wave(300, 2), sampling_frequency: 300 })],
      ['accel', '363', null, body({ rawdata: [accelFrame(0, 200, START)], more: false, offset: 0 })],
    ]);
    const out = join(folder, 'out');
    await convert({ ...OPTIONS, inputs: [archive], out });
    const before = await readDataset(out);
    for (const [path, unchanged] of [
      [ACCEL, 2],
      [ECG, 2],
      ['catalog.json', 0],
    ] as const) {
      for (const damage of [DAMAGES['deleted'] as Damage, flip]) {
        await damage(join(out, path));
        const report = await convert({ ...OPTIONS, inputs: [archive], out });
        expect(report).toMatchObject({ inputs: { unchanged }, damaged: [] });
        expect(await readDataset(out)).toEqual(before);
      }
    }
    const { files, inputs } = await convert({ ...OPTIONS, inputs: [archive], out });
    expect([files, inputs.unchanged]).toEqual([[], 3]);
  });
});

type Kept = readonly [kind: 'ecg' | 'accel', userId: string, signalId: number | null, content: string];

async function keepPages(folder: string, pages: readonly Kept[]): Promise<void> {
  const archive = await openArchive(folder);
  for (const [kind, userId, signalId, content] of pages) {
    const parameters = signalId === null ? { offset: '0' } : { signalid: String(signalId) };
    await archive.append(
      {
        userId,
        kind,
        request: { endpoint: kind, parameters },
        receivedAt: 1e12,
        about: { signalId, recordedAt: null, deviceId: null, timezone: 'Europe/Paris' },
        payload: Buffer.from(content),
        encoding: 'identity',
      },
      null,
    );
  }
  await archive.close();
}
