/** Random raw data of an accelerometer, and what its table must hold, from nothing but plain code. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { seriesColumnsOf } from '../../src/columnar/read-back.ts';
import { openArrowFile } from '../../src/export/arrow-reader.ts';
import type { Random } from '../../src/simulator/random.ts';

const AXES = ['acc_x', 'acc_y', 'acc_z'] as const;

type Row = { readonly id: number; readonly timestamp: number } & Readonly<Record<(typeof AXES)[number], number>>;

export type RandomRawdata = { readonly documents: readonly unknown[]; readonly truth: readonly Row[] };

/** 2024-03-04, UTC. */
const MIDNIGHT = 1_709_510_400;

/** One counter of one watch, around midnight now and then: frames that overlap, in any order, over up to four answers. */
export function randomRawdata(random: Random): RandomRawdata {
  const count = random.integer(30, 6000);
  const first = random.integer(0, 2_000_000_000);
  const start = MIDNIGHT + (random.uniform() < 0.3 ? -random.integer(1, 60) : random.integer(0, 70_000));
  const spread = random.integer(0, 2000);
  const truth = Array.from({ length: count }, (_, i): Row => {
    const axis = () => random.integer(-spread, spread);
    return { id: first + i, timestamp: start + Math.floor(i / 25), acc_x: axis(), acc_y: axis(), acc_z: axis() };
  });
  const frames: unknown[] = [];
  for (let at = 0; at < count; ) {
    const length = Math.min(count - at, random.integer(1, 900));
    const before = Math.min(at, random.uniform() < 0.3 ? random.integer(0, 200) : 0);
    frames.push(frameOf(truth.slice(at - before, at + length), random.uniform() < 0.3));
    at += length;
  }
  const answers = Array.from({ length: random.integer(1, 4) }, (): unknown[] => []);
  for (const frame of shuffled(frames, random)) answers[random.integer(0, answers.length - 1)]?.push(frame);
  const documents = answers
    .filter((rawdata) => rawdata.length > 0)
    .map((rawdata) => ({
      kind: 'accel',
      userid: 7,
      response: { status: 0, body: { rawdata, more: false, offset: 0 } },
    }));
  return { documents, truth };
}

/** `null`: the data set holds the rows, each once, in their order, and nothing else. */
export async function differenceFromTruth(out: string, truth: readonly Row[]): Promise<string | null> {
  let row = 0;
  for (const path of readdirSync(out, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (!path.endsWith('.arrow')) continue;
    const file = await openArrowFile(join(out, path));
    try {
      for (let batch = 0; batch < file.batches; batch++) {
        const { rows, id, timestamp, columns } = seriesColumnsOf(await file.batch(batch));
        for (let i = 0; i < rows; i++, row++) {
          const expected = truth[row];
          const axes = AXES.every((axis) => columns.get(axis)?.values[i] === expected?.[axis]);
          if (id[i] !== expected?.id || timestamp[i] !== expected?.timestamp || !axes) return `row ${row} of ${path}`;
        }
      }
    } finally {
      await file.close();
    }
  }
  return row === truth.length ? null : `${row} rows of ${truth.length}`;
}

function frameOf(rows: readonly Row[], asText: boolean): unknown {
  const names = ['id', 'timestamp', ...AXES] as const;
  const data = Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])]));
  return {
    data: asText ? JSON.stringify(data) : data,
    hash_deviceid: '00d27f2d3b8d778ac56a831663ebec528085faa0',
    type: 1,
    format_version: asText ? 1 : 2,
    startdate: rows[0]?.timestamp,
    enddate: rows.at(-1)?.timestamp,
  };
}

function shuffled<T>(values: readonly T[], random: Random): readonly T[] {
  return values
    .map((value) => ({ value, key: random.uniform() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
