import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { Field, RecordBatch, RecordBatchFileWriter, RecordBatchReader, Schema } from 'apache-arrow';
import pl from 'nodejs-polars';
import { describe, expect, it } from 'vitest';
import { convert, inspect, openArchive } from 'withings-signals';
import { ecgAnswer, readDataset, temporaryFolder, wave, writeFiles } from '../support/answers.ts';

const PART = 'ecg/user=363/part-00000.arrow';

type Row = {
  readonly signal_id: number;
  readonly model_id: number | null;
  readonly sampling_frequency: number | null;
  readonly duration: number | null;
  readonly ecg: readonly number[];
  readonly filtered_sampling_frequency: number | null;
  readonly filtered: readonly number[] | null;
};

async function rowsOf(out: string): Promise<readonly Row[]> {
  const table = tableFromIPC(await readFile(join(out, PART)));
  return table.toArray().map((row: Record<string, unknown>) => ({
    ...row,
    signal_id: Number(row['signal_id']),
    ecg: Array.from(row['ecg'] as Int32Array),
    filtered: row['filtered'] && Array.from(row['filtered'] as Float32Array),
  })) as unknown as Row[];
}

describe('an ECG that cannot be filtered', () => {
  const odd = [
    ['a rate in no simple ratio to 250 Hz', { body: { sampling_frequency: 299.987 } }, 'cannot be resampled'],
    ['a rate too low for the band', { body: { sampling_frequency: 75 } }, 'does not fit a recording of 75 Hz'],
    ['27 samples', { signal: wave(27) }, 'too short to filter'],
  ] as const;

  it.each(odd)('because of %s keeps its samples, and the others are filtered', async (_, options, why) => {
    const folder = await temporaryFolder();
    const answers = [ecgAnswer({ signalid: 1 }), ecgAnswer({ signalid: 2, ...options }), ecgAnswer({ signalid: 3 })];
    await writeFiles(folder, { 'in.ndjson': answers.map((answer) => JSON.stringify(answer)).join('\n') });
    const out = join(folder, 'out');
    const report = await convert({ inputs: [join(folder, 'in.ndjson')], base: folder, out, workers: 0 });
    expect(report.inputs).toMatchObject({ ok: 1, partly: 0, rejected: 0 });
    expect(report.notices).toEqual([expect.stringMatching(`^in.ndjson: document 2: .*${why}.*: kept as delivered`)]);
    const rows = await rowsOf(out);
    const signal = 'signal' in options ? options.signal : wave(1000);
    expect(rows.map(({ ecg }) => ecg)).toEqual([wave(1000), signal, wave(1000)]);
    expect(rows.map(({ filtered }) => filtered?.length ?? null)).toEqual([834, null, 834]);
    expect(rows[0]?.filtered).toEqual(rows[2]?.filtered);
    expect(rows.map((row) => row.filtered_sampling_frequency)).toEqual([250, null, 250]);
    const frame = pl.readIPC(await readFile(join(out, PART)));
    expect(frame.getColumn('filtered').nullCount()).toBe(1);
    expect(frame.getColumn('filtered_sampling_frequency').toArray()).toEqual([250, null, 250]);
    const described = await inspect(join(out, PART), { head: 3 });
    expect(described).toMatchObject({ head: [{}, { filtered: null }, {}] });

    // Rows that are there are kept as they are when others come.
    await writeFiles(folder, { 'later.json': ecgAnswer({ signalid: 9 }) });
    await convert({ inputs: [join(folder, 'later.json')], base: folder, out, workers: 0 });
    expect((await rowsOf(out)).slice(0, 3)).toEqual(rows);
  });
});

describe('an ECG that tells neither rate nor model', () => {
  const bare = (signalid: number) =>
    ecgAnswer({ signalid, deviceid: 'd1', body: { sampling_frequency: undefined, model: undefined } });
  const list = {
    kind: 'heart-list',
    userid: 363,
    response: {
      status: 0,
      body: { series: [{ model: 44, ecg: { signalid: 1, afib: 0 }, timestamp: 1_594_159_644, modified: 5 }] },
    },
  };
  const devices = {
    kind: 'devices',
    userid: 363,
    response: { status: 0, body: { devices: [{ deviceid: 'd1', model: 'ScanWatch', model_id: 93 }] } },
  };
  const files = { '1.json': bare(1), '2.json': bare(2), 'devices.json': devices, 'list.json': list };

  async function inputFolder(): Promise<string> {
    const folder = await temporaryFolder();
    await writeFiles(folder, files);
    return folder;
  }

  it('takes both from its list entry, or its device, in any order and any number of runs', async () => {
    const folder = await inputFolder();
    const names = Object.keys(files);
    const orders = [names, names.toReversed(), ['1.json', 'list.json', 'devices.json', '2.json']];
    const sets = [];
    for (const [i, order] of orders.entries()) {
      const out = join(folder, `out-${i}`);
      for (const name of order) await convert({ inputs: [join(folder, name)], base: folder, out, workers: 0 });
      sets.push(await readDataset(out));
    }
    const batch = join(folder, 'batch');
    const inputs = names.map((name) => join(folder, name));
    const { notices } = await convert({ inputs, base: folder, out: batch, workers: 0 });
    for (const set of sets) expect(set).toEqual(await readDataset(batch));

    const rows = await rowsOf(batch);
    expect(rows.map((row) => [row.signal_id, row.model_id, row.sampling_frequency])).toEqual([
      [1, 44, 500],
      [2, 93, 300],
    ]);
    expect(rows.map(({ filtered }) => filtered?.length)).toEqual([500, 834]);
    expect(rows.map(({ duration }) => duration)).toEqual([2, 1000 / 300]);
    expect(notices).toContain('1.json: took the nominal 500 Hz of its model');
  });

  it('gives what one that tells them gives', async () => {
    const folder = await inputFolder();
    await writeFiles(folder, {
      'told/1.json': ecgAnswer({ signalid: 1, deviceid: 'd1', body: { sampling_frequency: 500, model: 44 } }),
    });
    for (const out of ['bare', 'told']) {
      const file = join(folder, out === 'told' ? 'told/1.json' : '1.json');
      await convert({
        inputs: [file, join(folder, 'list.json')],
        base: folder,
        out: join(folder, 'out', out),
        workers: 0,
      });
    }
    const [bareRow] = await rowsOf(join(folder, 'out/bare'));
    const [toldRow] = await rowsOf(join(folder, 'out/told'));
    expect({ ...bareRow, source: '' }).toEqual({ ...toldRow, source: '', wear_position: 1 });
  });

  it('keeps its samples until then, and says what is missing', async () => {
    const folder = await inputFolder();
    const out = join(folder, 'out');
    const report = await convert({ inputs: [join(folder, '1.json')], base: folder, out, workers: 0 });
    expect(report.inputs).toMatchObject({ ok: 1, rejected: 0 });
    expect(report.notices).toContain(
      'ECG 1.json: no sampling frequency is known yet; convert the heart list or the device table, too',
    );
    expect(report.summary.ecg).toMatchObject({ recordings: 1, samples: 1000, rates: null });
    expect(await rowsOf(out)).toEqual([
      expect.objectContaining({ sampling_frequency: null, duration: null, filtered: null, ecg: wave(1000) }),
    ]);
  });

  it('is rejected where nobody can tell: it has no id and no device', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'in.json': { kind: 'ecg', response: { status: 0, body: { signal: [1, 2] } } } });
    const report = await convert({ inputs: [join(folder, 'in.json')], out: join(folder, 'out'), workers: 0 });
    expect(report.rejected[0]?.reason).toContain('sampling_frequency: got nothing');
  });
});

describe('a data set of schema version 1', () => {
  async function archiveWith(folder: string, answers: readonly Record<string, unknown>[]): Promise<string> {
    const archive = await openArchive(join(folder, 'archive'));
    for (const [i, answer] of answers.entries()) {
      const page = {
        userId: '363',
        kind: 'ecg',
        request: { endpoint: 'heart get', parameters: { signalid: String(i + 1) } },
        receivedAt: 1_709_600_000_000,
        about: { signalId: i + 1, recordedAt: 1_594_159_644 + i, deviceId: null, timezone: null },
        payload: Buffer.from(JSON.stringify(answer['response'])),
        encoding: 'identity',
      } as const;
      await archive.append(page, null);
    }
    await archive.close();
    return join(folder, 'archive');
  }

  /** Its ECG tables had no nullable rate and no nullable filtered samples. */
  async function makeOld(out: string): Promise<void> {
    const path = join(out, PART);
    const batches = [...RecordBatchReader.from(await readFile(path))] as RecordBatch[];
    const [first] = batches;
    const required = new Set(['sampling_frequency', 'duration', 'filtered_sampling_frequency', 'filtered']);
    const fields = first!.schema.fields.map((field) =>
      required.has(field.name) ? new Field(field.name, field.type, false, field.metadata) : field,
    );
    const metadata = new Map(first!.schema.metadata).set('withings_signals.schema_version', '1');
    const schema = new Schema(fields, metadata);
    const writer = RecordBatchFileWriter.writeAll(batches.map((batch) => new RecordBatch(schema, batch.data)));
    const bytes = await writer.toUint8Array();
    await writeFile(path, bytes);
    const { run, ...manifest } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as {
      run: Record<string, unknown>;
      files: { path: string; bytes: number; sha256: string }[];
    };
    const part = manifest.files.find((file) => file.path === PART)!;
    part.bytes = bytes.length;
    part.sha256 = createHash('sha256').update(bytes).digest('hex');
    delete run['sha256'];
    await writeFile(join(out, 'manifest.json'), JSON.stringify({ ...manifest, schema_version: '1', run }, null, 1));
  }

  it('is inspected as it is, and brought to version 2 once, also where nothing is new', async () => {
    const folder = await temporaryFolder();
    const archive = await archiveWith(folder, [ecgAnswer(), ecgAnswer({ signal: wave(900, 3) })]);
    const out = join(folder, 'out');
    await convert({ inputs: [archive], out, workers: 0 });
    const fresh = await readDataset(out);
    await makeOld(out);
    expect(await readDataset(out)).not.toEqual(fresh);
    expect(await inspect(out)).toMatchObject({ what: 'dataset', examples: [{ kind: 'ecg', rows: 2 }] });

    const report = await convert({ inputs: [archive], out, workers: 0 });
    expect(report.notices).toEqual(['the data set had schema version 1: its ECG tables are written anew in version 2']);
    expect(report.files).toEqual([PART]);
    expect(await readDataset(out)).toEqual(fresh);

    const again = await convert({ inputs: [archive], out, workers: 0 });
    expect(again).toMatchObject({ notices: [], files: [], inputs: { unchanged: 2 } });
  });
});
