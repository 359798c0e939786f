/**
 * An Arrow file of a day, columns in memory to synced file, hash included, against only writing and syncing its bytes; and
 * what LZ4 costs.
 */

import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERIES_COLUMN_NAMES, seriesSchema } from '../src/columnar/schema.ts';
import { seriesBatch } from '../src/columnar/series-batch.ts';
import { writeArrowFile } from '../src/export/arrow-file.ts';
import type { Compression } from '../src/export/compression.ts';
import type { SeriesTable } from '../src/signals/rows.ts';
import type { Comparison } from './support/harness.ts';
import { ppgCounts } from './support/inputs.ts';

/** A day at 25 Hz: 110 MB. */
const ROWS = 25 * 86_400;
const BATCH_ROWS = 65_536;

const NO_ABOUT = { sensorNames: [], firmwareVersions: [], formatVersions: [], timezones: [] };

export const comparisons: readonly Comparison[] = [
  {
    name: 'export: Arrow file of a PPG day, from columns, against writing the same bytes',
    async prepare() {
      const { folder, write, close } = await openDay();
      const file = join(folder, 'day.arrow');
      await write(file);
      const bytes = await readFile(file);
      return { ours: () => write(file), rival: () => writeRaw(join(folder, 'raw'), bytes), bytes: bytes.length, close };
    },
  },
  {
    name: 'export: Arrow file of a PPG day, from columns, against writing and hashing the same bytes',
    async prepare() {
      const { folder, write, close } = await openDay();
      const file = join(folder, 'day.arrow');
      await write(file);
      const bytes = await readFile(file);
      return {
        ours: () => write(file),
        rival: () => writeHashed(join(folder, 'raw'), bytes),
        bytes: bytes.length,
        close,
      };
    },
  },
  {
    name: 'export: Arrow file of a PPG day, with LZ4, against without',
    async prepare() {
      const { folder, write, close } = await openDay();
      const file = join(folder, 'day.arrow');
      return { ours: () => write(file, 'lz4'), rival: () => write(file), close };
    },
  },
];

async function openDay() {
  const folder = await mkdtemp(join(tmpdir(), 'withings-signals-bench-'));
  const columns = ppgDay();
  return {
    folder,
    write: (file: string, compression?: Compression) => writeDay(file, columns, compression),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

function writeDay(file: string, columns: SeriesTable, compression?: Compression): Promise<unknown> {
  const schema = seriesSchema('ppg', { processing: {}, segments: [], further: [], about: NO_ABOUT });
  function* batches() {
    for (let row = 0; row < ROWS; row += BATCH_ROWS) {
      yield seriesBatch(schema, columns, row, Math.min(row + BATCH_ROWS, ROWS));
    }
  }
  return writeArrowFile(file, schema, batches(), compression);
}

function ppgDay(): SeriesTable {
  const counts = ppgCounts(ROWS);
  const range = new Uint8Array(ROWS).fill(3);
  return {
    rows: ROWS,
    time: BigInt64Array.from({ length: ROWS }, (_, row) => BigInt(1.7e15 + 40_000 * row)),
    timestamp: BigInt64Array.from({ length: ROWS }, (_, row) => BigInt(1.7e9 + Math.floor(row / 25))),
    id: Uint32Array.from({ length: ROWS }, (_, row) => row),
    segment: new Uint32Array(ROWS),
    columns: new Map(
      SERIES_COLUMN_NAMES.ppg.map((name) => [name, { values: name.endsWith('range') ? range : counts, valid: null }]),
    ),
  };
}

/** Hashed piece by piece while the piece is on its way, as our files are. */
function writeHashed(path: string, bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  return writeRaw(path, bytes, (piece) => hash.update(piece)).then(() => hash.digest('hex'));
}

async function writeRaw(path: string, bytes: Uint8Array, meanwhile?: (piece: Uint8Array) => void): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (let from = 0; from < bytes.length; from += 4 << 20) {
      const piece = bytes.subarray(from, from + (4 << 20));
      const written = file.writev([piece]);
      meanwhile?.(piece);
      await written;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
