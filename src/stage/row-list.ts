/**
 * Rows on their way to the thread that writes them, in a scratch file: many thousand at once would be held three times, as
 * objects of either thread and as the message between them.
 */

import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { DatasetError, messageOf, writeRemedy } from '../core/errors.ts';
import type { RecordingFacts } from '../signals/signal.ts';
import type { StagedSamples } from './staged-recording.ts';

export type RecordingRow = {
  readonly signalId: number | null;
  readonly source: string;
  readonly facts: RecordingFacts;
  /** Hz, as its own answer or what is told elsewhere has it; `null`: not known yet. */
  readonly samplingFrequency: number | null;
  /** Newly decoded, or the row number in the partition's present file. */
  readonly samples: StagedSamples | number;
  /** Where to write the samples as WAV; `null`: nowhere. */
  readonly wavPath: string | null;
};

/** The file is a sequence of JSON lists. */
export type RowList = {
  readonly file: string;
  /** Of each list, in order. */
  readonly bytes: readonly number[];
};

/** Rows of a list: some 100 kB. */
const LIST_ROWS = 256;

/** @throws DatasetError when the file cannot be written */
export async function writeRows(file: string, rows: AsyncIterable<RecordingRow>): Promise<RowList> {
  const bytes: number[] = [];
  try {
    const out = await open(file, 'wx', 0o600);
    try {
      for await (const some of listsOf(rows)) {
        const text = Buffer.from(JSON.stringify(some));
        await out.writeFile(text);
        bytes.push(text.length);
      }
    } finally {
      await out.close();
    }
  } catch (error) {
    throw new DatasetError(`cannot stage rows in ${file}: ${messageOf(error)}; ${writeRemedy(error)}`, {
      cause: error,
    });
  }
  return { file, bytes };
}

/** @throws DatasetError when the file is not whole */
export function* readRows({ file, bytes }: RowList): Generator<RecordingRow> {
  const descriptor = openSync(file, 'r');
  try {
    for (const length of bytes) {
      const text = Buffer.allocUnsafe(length);
      for (let done = 0; done < length; ) {
        const got = readSync(descriptor, text, done, length - done, null);
        if (got === 0) throw new DatasetError(`rows in ${file} end early; run the conversion again`);
        done += got;
      }
      yield* JSON.parse(text.toString()) as readonly RecordingRow[];
    }
  } finally {
    closeSync(descriptor);
  }
}

async function* listsOf(rows: AsyncIterable<RecordingRow>): AsyncGenerator<readonly RecordingRow[]> {
  let list: RecordingRow[] = [];
  for await (const row of rows) {
    list.push(row);
    if (list.length === LIST_ROWS) {
      yield list;
      list = [];
    }
  }
  if (list.length > 0) yield list;
}
