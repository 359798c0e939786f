import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from '@uwdata/flechette';
import { type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow';
import pl from 'nodejs-polars';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEcgRow, readStethoRow, seriesColumnsOf } from '../../../src/columnar/read-back.ts';
import { ecgBatch, stethoBatch } from '../../../src/columnar/recording-batch.ts';
import { recordingSchema, seriesSchema } from '../../../src/columnar/schema.ts';
import { seriesBatch } from '../../../src/columnar/series-batch.ts';
import { ArgumentError, DatasetError } from '../../../src/core/errors.ts';
import { writeArrowFile } from '../../../src/export/arrow-file.ts';
import { openArrowFile } from '../../../src/export/arrow-reader.ts';
import type { Compression } from '../../../src/export/compression.ts';
import type { EcgRow, SeriesColumns } from '../../../src/signals/rows.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { ABOUT, ECG_ROWS, PROCESSING, ppgColumns, SEGMENTS, STETHO_ROWS, tableOf } from '../columnar/examples.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arrow-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

const ECG = recordingSchema('ecg', PROCESSING);
const STETHO = recordingSchema('stetho', PROCESSING);
const PPG_ROWS = 10_000;
const PPG_BATCH = 999;
const ppg = ppgColumns(PPG_ROWS);
const PPG = seriesSchema('ppg', {
  processing: PROCESSING,
  segments: SEGMENTS,
  further: [
    { name: 'zeta', type: 'float64' },
    { name: 'alpha', type: 'int32' },
  ],
  about: ABOUT,
});

describe('two other readers', () => {
  test('see every value, null and type of 10,000 PPG rows in 11 batches', async () => {
    const { bytes, rows } = await writeTo('ppg.arrow', PPG, ppgBatches());
    expect(rows).toBe(PPG_ROWS);

    const table = tableFromIPC(bytes, { useBigInt: true });
    expect(table.schema.metadata).toEqual(PPG.metadata);
    expect(fieldsOf(table.schema)).toEqual(fieldsOf(PPG));
    expect(table.schema.fields[0]?.type).toMatchObject({ unit: 2, timezone: 'UTC' });
    expect(table.schema.fields[1]?.type).toMatchObject({ unit: 0, timezone: 'UTC' });
    expect(table.getChild('ppg_red').data).toHaveLength(11);
    const frame = pl.readIPC(bytes);
    expect(frame.height).toBe(PPG_ROWS);
    expect(frame.columns).toEqual(PPG.fields.map(({ name }) => name));

    const seconds = BigInt64Array.from(ppg.timestamp, BigInt);
    const micros = BigInt64Array.from(ppg.time, BigInt);
    expect(rawValues(table, 'time')).toEqual([...micros]);
    expect(rawValues(table, 'timestamp')).toEqual([...seconds]);
    // Polars gives dates, of milliseconds.
    expect(datesOf(frame, 'time')).toEqual([...ppg.time].map((t) => Math.floor(t / 1000)));
    expect(datesOf(frame, 'timestamp')).toEqual([...ppg.timestamp].map((t) => t * 1000));
    for (const { name } of PPG.fields.slice(2)) {
      const expected = valuesOf(ppg, name);
      expect([name, Array.from(table.getChild(name).toArray())]).toEqual([name, expected]);
      expect([name, frame.getColumn(name).toArray()]).toEqual([name, expected]);
    }
  });

  test('see every fact and sample of ECG rows, empty ones too', async () => {
    const { bytes } = await writeTo('ecg.arrow', ECG, [
      ecgBatch(ECG, ECG_ROWS.slice(0, 2)),
      ecgBatch(ECG, ECG_ROWS.slice(2)),
    ]);
    const table = tableFromIPC(bytes, { useBigInt: true });
    const frame = pl.readIPC(bytes);
    const expected: Record<string, (row: EcgRow) => unknown> = {
      user_id: (row) => row.facts.userId,
      device_id: (row) => row.facts.deviceId,
      model_id: (row) => row.facts.modelId,
      model: (row) => row.facts.model,
      timezone: (row) => row.facts.timezone,
      wear_position: (row) => row.facts.wearPosition,
      heart_rate: (row) => row.facts.heartRate,
      afib: (row) => row.facts.afib,
      systole: (row) => row.facts.systole,
      diastole: (row) => row.facts.diastole,
      sampling_frequency: (row) => row.samplingFrequency,
      duration: (row) => (row.samplingFrequency === null ? null : row.ecg.length / row.samplingFrequency),
      ecg: (row) => Array.from(row.ecg),
      filtered_sampling_frequency: (row) => row.filteredSamplingFrequency,
      filtered: (row) => row.filtered && Array.from(row.filtered),
      source: (row) => row.source,
    };
    for (const [name, valueOf] of Object.entries(expected)) {
      const values = ECG_ROWS.map(valueOf);
      expect([name, Array.from(table.getChild(name), plain)]).toEqual([name, values]);
      expect([name, frame.getColumn(name).toArray().map(plain)]).toEqual([name, values]);
    }
    expect(Array.from(table.getChild('signal_id'))).toEqual([9007199254740991n, null, 7n, 0n]);
    expect(frame.getColumn('signal_id').toArray().map(nullOrNumber)).toEqual([9007199254740991, null, 7, 0]);
    expect(Array.from(table.getChild('recorded_at'))).toEqual([1594159644125, null, null, -1000]);
    expect(datesOf(frame, 'recorded_at')).toEqual([1594159644125, null, null, -1000]);
    expect(fieldsOf(table.schema)).toEqual(fieldsOf(ECG));
  });

  test('open stethoscope rows and files without rows', async () => {
    const stetho = await writeTo('stetho.arrow', STETHO, [stethoBatch(STETHO, STETHO_ROWS)]);
    expect(tableFromIPC(stetho.bytes).getChild('pcm').at(0)).toEqual(STETHO_ROWS[0]?.pcm);
    expect(pl.readIPC(stetho.bytes).getColumn('pcm').toArray().map(plain)).toEqual([[-32768, 32767, 8, -8], []]);
    for (const batches of [[], [ecgBatch(ECG, [])]]) {
      const { bytes, rows } = await writeTo('none.arrow', ECG, batches);
      expect(rows).toBe(0);
      expect(tableFromIPC(bytes).numRows).toBe(0);
      expect(pl.readIPC(bytes).columns).toEqual(ECG.fields.map(({ name }) => name));
    }
  });
});

describe('compressed with LZ4', () => {
  test('a file holds the same rows for Polars and for this program, in fewer bytes', async () => {
    const uncompressed = await writeTo('plain.arrow', PPG, ppgBatches());
    const { path, bytes, rows } = await writeTo('lz4.arrow', PPG, ppgBatches(), 'lz4');
    expect(rows).toBe(PPG_ROWS);
    expect(bytes.length).toBeLessThan(0.8 * uncompressed.bytes.length);
    const [theirs, expected] = [pl.readIPC(bytes), pl.readIPC(uncompressed.bytes)];
    expect(theirs.columns).toEqual(expected.columns);
    for (const name of theirs.columns) {
      expect([name, theirs.getColumn(name).toArray()]).toEqual([name, expected.getColumn(name).toArray()]);
    }
    const [ours, whole] = [await openArrowFile(path), await openArrowFile(uncompressed.path)];
    expect(ours.schema.metadata).toEqual(PPG.metadata);
    for (let i = 0; i < whole.batches; i++) {
      expect(seriesColumnsOf(await ours.batch(i))).toEqual(seriesColumnsOf(await whole.batch(i)));
    }
    await ours.close();
    await whole.close();
  });

  test('rows of lists and texts, of a single sample and of none are the same', async () => {
    for (const batches of [
      [ecgBatch(ECG, ECG_ROWS)],
      ECG_ROWS.map((row) => ecgBatch(ECG, [row])),
      [ecgBatch(ECG, [])],
      [],
    ]) {
      const { path, bytes, rows } = await writeTo('lz4-ecg.arrow', ECG, batches, 'lz4');
      const frame = pl.readIPC(bytes);
      expect(frame.height).toBe(rows);
      const file = await openArrowFile(path);
      for (let row = 0; row < rows; row++) {
        const { batch, index } = await file.row(row);
        expect(readEcgRow(batch, index)).toEqual(ECG_ROWS[row]);
        expect(plain(frame.getColumn('ecg').toArray()[row])).toEqual(Array.from(ECG_ROWS[row]!.ecg));
      }
      await file.close();
    }
  });
});

describe('writing', () => {
  test('gives equal bytes for equal rows, and their true size and digest', async () => {
    const first = await writeTo('a.arrow', PPG, ppgBatches());
    const second = await writeTo(
      'b.arrow',
      PPG,
      (async function* () {
        yield* ppgBatches();
      })(),
    );
    expect(first.bytes.equals(second.bytes)).toBe(true);
    expect(first.report).toEqual({
      bytes: first.bytes.length,
      rows: PPG_ROWS,
      sha256: createHash('sha256').update(first.bytes).digest('hex'),
    });
  });

  test('holds a whole stream between the magic bytes, as the format asks', async () => {
    const { bytes } = await writeTo('stream.arrow', ECG, [ecgBatch(ECG, ECG_ROWS)]);
    const batches = [...RecordBatchReader.from(bytes.subarray(8))];
    expect(batches.map((batch) => batch.numRows)).toEqual([ECG_ROWS.length]);
    expect(batches[0]?.schema.metadata).toEqual(ECG.metadata);
  });

  test('leaves neither a file nor a temporary one when the rows fail', async () => {
    const path = join(folder, 'failed.arrow');
    const failing = (async function* () {
      yield ecgBatch(ECG, ECG_ROWS);
      throw new ArgumentError('bad row');
    })();
    await expect(writeArrowFile(path, ECG, failing)).rejects.toThrow('bad row');
    await expect(writeArrowFile(path, ECG, [stethoBatch(STETHO, STETHO_ROWS)])).rejects.toThrow(/other fields/);
    await expect(writeArrowFile(join(folder, 'no', 'x.arrow'), ECG, [])).rejects.toThrow(DatasetError);
    expect((await readdir(folder)).filter((name) => name.includes('failed') || name.endsWith('.tmp'))).toEqual([]);
  });

  test('replaces a file only once the new one is whole', async () => {
    const { path, bytes } = await writeTo('kept.arrow', ECG, [ecgBatch(ECG, ECG_ROWS)]);
    const failing = (function* () {
      yield ecgBatch(ECG, []);
      throw new ArgumentError('bad row');
    })();
    await expect(writeArrowFile(path, ECG, failing)).rejects.toThrow(ArgumentError);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });
});

describe('reading back', () => {
  test('finds rows and batches in any order, also asked for at once', async () => {
    const { path } = await writeTo('back.arrow', PPG, ppgBatches());
    const file = await openArrowFile(path);
    expect([file.rows, file.batches]).toEqual([PPG_ROWS, 11]);
    const random = createRandom(1);
    const wanted = Array.from({ length: 30 }, () => random.integer(0, PPG_ROWS - 1));
    const found = await Promise.all(wanted.map((row) => file.row(row)));
    expect(found.map(({ batch, index }) => seriesColumnsOf(batch).id[index])).toEqual(wanted.map((row) => ppg.id[row]));
    expect((await file.batch(10)).numRows).toBe(PPG_ROWS - 10 * PPG_BATCH);
    await expect(file.row(PPG_ROWS)).rejects.toThrow(/got row 10000 of 10000/);
    await expect(file.batch(11)).rejects.toThrow(DatasetError);
    await file.close();
  });

  test('gives the rows as they were written', async () => {
    const ecg = await openArrowFile(
      (
        await writeTo(
          'e.arrow',
          ECG,
          ECG_ROWS.map((row) => ecgBatch(ECG, [row])),
        )
      ).path,
    );
    const stetho = await openArrowFile((await writeTo('s.arrow', STETHO, [stethoBatch(STETHO, STETHO_ROWS)])).path);
    for (const [row, expected] of ECG_ROWS.entries()) {
      const { batch, index } = await ecg.row(row);
      expect(readEcgRow(batch, index)).toEqual(expected);
    }
    for (const [row, expected] of STETHO_ROWS.entries()) {
      const { batch, index } = await stetho.row(row);
      expect(readStethoRow(batch, index)).toEqual(expected);
    }
    await ecg.close();
    await stetho.close();
  });

  test('writes the same bytes again from what was read', async () => {
    const { path, bytes } = await writeTo('once.arrow', PPG, ppgBatches());
    const file = await openArrowFile(path);
    const again = await writeTo(
      'again.arrow',
      file.schema,
      (async function* () {
        for (let i = 0; i < file.batches; i++) {
          const columns = seriesColumnsOf(await file.batch(i));
          yield seriesBatch(file.schema, tableOf(columns), 0, columns.rows);
        }
      })(),
    );
    await file.close();
    expect(again.bytes.equals(bytes)).toBe(true);
  });

  test.each([
    ['empty', Buffer.alloc(0), /got 0 bytes/],
    ['of another format', Buffer.from('PAR1'.padEnd(100, 'x')), /got another format/],
    ['a head alone', Buffer.from('ARROW1'.padEnd(100, '\0')), /got no end mark/],
    [
      'without room for its footer',
      Buffer.from(`ARROW1${'\0'.repeat(50)}\xff\xff\xff\x00ARROW1`, 'latin1'),
      /got a footer of 16777215 bytes/,
    ],
    [
      'without a footer',
      Buffer.from(`ARROW1${'\0'.repeat(50)}\x10\0\0\0ARROW1`, 'latin1'),
      /expected a whole Arrow IPC file/,
    ],
  ])('refuses a file that is %s', async (_, content, message) => {
    const path = join(folder, 'broken.arrow');
    await writeFile(path, content);
    await expect(openArrowFile(path)).rejects.toThrow(message);
    await expect(openArrowFile(path)).rejects.toThrow(DatasetError);
  });

  test('refuses what is not there or cut short', async () => {
    await expect(openArrowFile(join(folder, 'nowhere.arrow'))).rejects.toThrow(/ENOENT/);
    const { path, bytes } = await writeTo('cut.arrow', ECG, [ecgBatch(ECG, ECG_ROWS)]);
    await truncate(path, bytes.length - 100);
    await expect(openArrowFile(path)).rejects.toThrow(DatasetError);
  });

  test.each(['none', 'lz4'] as const)(
    'never fails on a damaged file but with one clear line (%s)',
    async (compression) => {
      const { bytes } = await writeTo('whole.arrow', PPG, [seriesBatch(PPG, tableOf(ppg), 0, 20)], compression);
      const path = join(folder, 'damaged.arrow');
      const random = createRandom(2);
      let refused = 0;
      for (let round = 0; round < 400; round++) {
        const damaged = Buffer.from(bytes);
        for (let hit = 0; hit < 3; hit++) damaged[random.integer(0, damaged.length - 1)] = random.integer(0, 255);
        await writeFile(path, damaged);
        try {
          const file = await openArrowFile(path);
          try {
            for (let i = 0; i < file.batches; i++) seriesColumnsOf(await file.batch(i));
          } finally {
            await file.close();
          }
        } catch (error) {
          expect(error).toBeInstanceOf(DatasetError);
          expect((error as Error).message).not.toContain('\n');
          refused++;
        }
      }
      expect(refused).toBeGreaterThan(50);
    },
  );
});

async function writeTo(
  name: string,
  schema: Schema,
  batches: Iterable<RecordBatch> | AsyncIterable<RecordBatch>,
  compression: Compression = 'none',
) {
  const path = join(folder, name);
  const report = await writeArrowFile(path, schema, batches, compression);
  return { path, report, rows: report.rows, bytes: await readFile(path) };
}

function* ppgBatches() {
  for (let row = 0; row < PPG_ROWS; row += PPG_BATCH) {
    yield seriesBatch(PPG, tableOf(ppg), row, Math.min(row + PPG_BATCH, PPG_ROWS));
  }
}

/** Name, nullability and metadata: flechette's and apache-arrow's types differ in form. */
function fieldsOf(schema: {
  fields: readonly { name: string; nullable: boolean; metadata: Map<string, string> | null }[];
}) {
  return schema.fields.map(({ name, nullable, metadata }) => [name, nullable, metadata]);
}

function rawValues(table: ReturnType<typeof tableFromIPC>, name: string): bigint[] {
  return table.getChild(name).data.flatMap(({ values, length }) => [...(values as BigInt64Array).subarray(0, length)]);
}

function datesOf(frame: pl.DataFrame, name: string): (number | null)[] {
  const dates: readonly unknown[] = frame.getColumn(name).toArray();
  return dates.map((date) => (date instanceof Date ? date.getTime() : null));
}

function valuesOf(columns: SeriesColumns, name: string): (number | null)[] {
  if (name === 'id' || name === 'segment') return [...columns[name]];
  const column = columns.columns.get(name);
  return Array.from({ length: columns.rows }, (_, row) =>
    column === undefined || column.valid?.[row] === 0 ? null : (column.values[row] ?? null),
  );
}

/** Typed arrays and Polars' series as arrays. */
function plain(value: unknown): unknown {
  return value !== null && typeof value === 'object' ? Array.from(value as Iterable<unknown>) : value;
}

function nullOrNumber(value: unknown): number | null {
  return value === null ? null : Number(value);
}
