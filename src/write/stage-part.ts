/** What a partition holds already, on its way to the stage like what arrives. */

import { seriesColumnsOf } from '../columnar/read-back.ts';
import { type SeriesAbout, seriesAboutOf } from '../columnar/schema.ts';
import { openArrowFile } from '../export/arrow-reader.ts';
import { type StagedRows, typeOfValues } from '../series/series-chunk.ts';
import type { BufferedType } from '../stage/column-buffer.ts';
import { RunCollector, type Step, signed } from '../stage/runs.ts';
import { type ArrayOf, type StagedArray, StageWriter } from '../stage/stage.ts';
import type { PresentPart } from './part.ts';

export type StagedPart = { readonly chunks: readonly StagedRows[]; readonly about: SeriesAbout };

/** @throws DatasetError when it cannot be read or the stage not be written */
export async function stagePart({ path, version }: PresentPart, scratch: string): Promise<StagedPart> {
  const file = await openArrowFile(path, version);
  const writer = new StageWriter(scratch);
  try {
    const chunks: StagedRows[] = [];
    let stager = new ArrayStager(writer, 0);
    for (let batch = 0; batch < file.batches; batch++) {
      const { rows, id, timestamp, columns } = seriesColumnsOf(await file.batch(batch));
      if (rows > stager.capacity) stager = new ArrayStager(writer, rows);
      chunks.push({
        rows,
        id: stager.stage('u32', id, 1),
        timestamp: stager.stage('u32', timestamp, 0),
        columns: [...columns].map(([name, { values, valid }]) => ({
          name,
          values: stager.stage(typeOfValues(values), values, 0),
          valid: valid && stager.stage('u8', valid, 0),
        })),
      });
    }
    return { chunks, about: seriesAboutOf(file.schema) };
  } finally {
    await file.close();
    await writer.close();
  }
}

/** Stages array after array, as runs where they pay for all of it. */
class ArrayStager {
  readonly #writer: StageWriter;
  readonly #runs: readonly [RunCollector, RunCollector];
  readonly #wide: Int32Array;

  /** @param capacity elements of an array at most */
  constructor(writer: StageWriter, capacity: number) {
    this.#writer = writer;
    this.#runs = [new RunCollector(0, capacity), new RunCollector(1, capacity)];
    this.#wide = new Int32Array(capacity);
  }

  get capacity(): number {
    return this.#wide.length;
  }

  stage<T extends BufferedType>(type: T, array: ArrayOf<T>, step: Step): StagedArray<T> {
    if (array instanceof Float64Array) return this.#writer.append(type, array);
    const { length } = array;
    const runs = this.#runs[step];
    runs.clear();
    const paid = runs.add(array instanceof Uint8Array ? this.#widened(array) : signed(array), 0, length, false);
    return this.#writer.stage({ type, length, content: paid === length ? runs : array });
  }

  #widened(bytes: Uint8Array): Int32Array {
    this.#wide.set(bytes);
    return this.#wide;
  }
}
