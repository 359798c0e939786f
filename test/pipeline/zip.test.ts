import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { convert } from 'withings-signals';
import { readDataset, temporaryFolder, wave, writeFiles } from '../support/answers.ts';
import { type ZipEntry, zipOf } from '../support/zip.ts';

const HEADER = 'type,date,frequency,duration,signal,wearposition,device\n';

const exportOf = (...days: readonly number[]): string =>
  HEADER +
  days
    .map(
      (day) =>
        `ECG,2023-01-${String(day + 1).padStart(2, '0')}T10:00:00Z,300,2,"[${wave(600, day).join(',')}]",,Move ECG\n`,
    )
    .join('');

const OTHERS: readonly ZipEntry[] = [
  { name: 'data_abc/', content: '', stored: true },
  { name: 'data_abc/weight.csv', content: 'Date,Weight\n' },
  { name: 'data_abc/raw/hr.csv', content: 'start,duration,value\n', stored: true },
];

async function convertZip(zip: Uint8Array, name = 'export.zip') {
  const folder = await temporaryFolder();
  await writeFiles(folder, { [name]: zip });
  const out = join(folder, 'out');
  const report = await convert({ inputs: [join(folder, name)], base: folder, out, workers: 0 });
  return { folder, out, report };
}

describe('the zip of an account export', () => {
  it.each([
    ['deflated', {}],
    ['stored', { stored: true }],
    ['written to a pipe', { descriptor: true }],
    ['with sizes of 64 bits', { zip64: true }],
  ] as const)('%s gives the recordings of its signal.csv, and tells of its other files', async (_, how) => {
    const { folder, out, report } = await convertZip(
      zipOf([...OTHERS, { name: 'data_abc/signal.csv', content: exportOf(1, 2, 3), ...how }]),
    );
    expect(report.rejected).toEqual([]);
    expect(report.summary.ecg).toMatchObject({ recordings: 3, samples: 1800 });
    expect(report.passedOver.map(({ name }) => name)).toEqual([
      'export.zip/data_abc/raw/hr.csv',
      'export.zip/data_abc/weight.csv',
    ]);
    // The same but for the name and the digest of the input.
    await writeFiles(folder, { 'export.zip': '' });
    const plain = await temporaryFolder();
    await writeFiles(plain, { 'export.zip/data_abc/signal.csv': exportOf(1, 2, 3) });
    await convert({ inputs: [join(plain, 'export.zip')], base: plain, out: join(plain, 'out'), workers: 0 });
    const [mine, expected] = [await readDataset(out), await readDataset(join(plain, 'out'))];
    for (const path of Object.keys(expected).filter((name) => name !== 'manifest.json'))
      expect(mine[path]).toBe(expected[path]);
  });

  it('is told by its content, be it named otherwise, in a folder or at standard input', async () => {
    const zip = zipOf([
      { name: 'signal.csv', content: exportOf(1, 2) },
      { name: 'b/Signal.CSV', content: exportOf(4) },
      ...OTHERS,
    ]);
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      download: zip,
      'in/export.ZIP': zip,
      'in/others.zip': zipOf(OTHERS),
      'in/text.zip': 'no zip',
      'in/a.txt': '',
    });
    const run = async (inputs: readonly string[], workers: number) => {
      const out = join(folder, `out-${inputs.join('')}`.replaceAll('/', '_'));
      const given = inputs.map((input) => (input === '-' ? input : join(folder, input)));
      return convert({
        inputs: given,
        base: folder,
        out: join(folder, 'outs', `${workers}`, out.slice(folder.length)),
        stdin: Readable.from([zip]),
        workers,
      });
    };
    for (const [inputs, workers] of [
      [['download'], 0],
      [['-'], 1],
      [['in'], 2],
      [['in', 'download', '-'], 0],
    ] as const) {
      const report = await run(inputs, workers);
      expect(report.rejected).toEqual([]);
      expect(report.summary.ecg?.recordings).toBe(3);
      expect(report.inputs.ok).toBe(2 * inputs.length);
    }
    const { passedOver } = await run(['in'], 1);
    expect(passedOver.map(({ name }) => name)).toEqual([
      'in/a.txt',
      'in/export.ZIP/data_abc/raw/hr.csv',
      'in/export.ZIP/data_abc/weight.csv',
      'in/others.zip',
      'in/text.zip',
    ]);
  });

  it.each<readonly [string, Uint8Array, string, RegExp]>([
    [
      'without a signal.csv',
      zipOf(OTHERS),
      'export.zip',
      /^a zip with 2 files, none of them a signal\.csv; expected the account export/,
    ],
    ['without anything', zipOf([]), 'export.zip', /^a zip with 0 files/],
    [
      'that is cut off',
      zipOf([{ name: 'signal.csv', content: exportOf(1) }]).subarray(0, -30),
      'export.zip',
      /; expected the account export/,
    ],
    [
      'that is encrypted',
      zipOf([{ name: 'signal.csv', content: exportOf(1), encrypted: true }]),
      'export.zip/signal.csv',
      /^encrypted; unpack/,
    ],
    [
      'of another method',
      zipOf([{ name: 'signal.csv', content: exportOf(1), claims: { method: 12 } }]),
      'export.zip/signal.csv',
      /^compressed by method 12, expected 0 or 8/,
    ],
    [
      'of another CRC',
      zipOf([{ name: 'signal.csv', content: exportOf(1, 2), claims: { crc32: 7 } }]),
      'export.zip/signal.csv',
      /^damaged: got \d+ bytes of CRC-32 \w{8}, expected \d+ bytes of CRC-32 00000007/,
    ],
    [
      'of fewer bytes than it unpacks to',
      zipOf([{ name: 'signal.csv', content: exportOf(1, 2), claims: { bytes: 900 } }]),
      'export.zip/signal.csv',
      /^damaged: unpacks to more than 900 bytes/,
    ],
    [
      'of more bytes than it unpacks to',
      zipOf([{ name: 'signal.csv', content: exportOf(1), claims: { bytes: 90_000 } }]),
      'export.zip/signal.csv',
      /^damaged: got \d+ bytes of .*, expected 90000 bytes/,
    ],
    [
      'that would unpack to a flood',
      zipOf([{ name: 'signal.csv', content: exportOf(1), claims: { bytes: 2 ** 32 - 2 } }]),
      'export.zip',
      /^a zip of \d+ bytes that would unpack to 4294967294/,
    ],
    [
      'with two of one name',
      zipOf([
        { name: 'signal.csv', content: exportOf(1) },
        { name: 'signal.csv', content: exportOf(2) },
      ]),
      'export.zip/signal.csv',
      /^one of 2 entries of this name/,
    ],
  ])('%s is rejected in one line', async (_, zip, name, says) => {
    const { report } = await convertZip(zip);
    expect(report.rejected.map((rejection) => rejection.name)).toEqual([name]);
    expect(report.rejected[0]?.reason).toMatch(says);
    expect(report.rejected[0]?.reason).not.toMatch(/\p{Cc}/u);
    expect(report.inputs.ok + report.inputs.partly).toBe(0);
    expect(report.summary.ecg).toBeUndefined();
  });

  it('costs only the entry that is bad', async () => {
    const good: ZipEntry = { name: 'a/signal.csv', content: exportOf(1) };
    const { report } = await convertZip(
      zipOf([good, { name: 'b/signal.csv', content: exportOf(2), claims: { crc32: 7 } }]),
    );
    expect(report.inputs).toMatchObject({ ok: 1, rejected: 1 });
    expect(report.summary.ecg?.recordings).toBe(1);
  });

  it('keeps what it calls its entries out of lines', async () => {
    const names = ['../../signal.csv', 'a\nb/signal.csv', '/etc/signal.csv'];
    const { report } = await convertZip(
      zipOf(names.map((name, day) => ({ name, content: exportOf(day, day + 5), claims: { crc32: 1 } }))),
    );
    expect(report.rejected.map(({ name }) => name)).toEqual([
      'export.zip/../../signal.csv',
      'export.zip//etc/signal.csv',
      'export.zip/a\\u000ab/signal.csv',
    ]);
  });
});
