import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSpans } from '../../../src/series/key-spans.ts';
import { memoryChunk, type SeriesChunk, stagedChunks } from '../../../src/series/series-chunk.ts';
import { openSource } from '../../../src/series/series-source.ts';
import { findRuns } from '../../../src/stage/runs.ts';
import { StageReader, StageWriter } from '../../../src/stage/stage.ts';

/** A gap, a change of second, the greatest id before the least, an id twice. */
const id = Uint32Array.of(7, 8, 10, 11, 12, 4_294_967_294, 4_294_967_295, 0, 1, 2, 2);
const timestamp = Uint32Array.of(5, 5, 5, 5, 6, 6, 6, 6, 6, 4_294_967_295, 4_294_967_295);
const rows = id.length;

const spans = {
  second: Uint32Array.of(5, 5, 6, 6, 6, 4_294_967_295, 4_294_967_295),
  id: Uint32Array.of(7, 10, 12, 4_294_967_294, 0, 2, 2),
  rows: Uint32Array.of(2, 2, 1, 2, 2, 1, 1),
  row: Uint32Array.of(0, 2, 4, 5, 7, 9, 10),
};

function spansOf(chunks: readonly SeriesChunk[]) {
  return readSpans(openSource(chunks, []));
}

describe('stretches of keys', () => {
  it('are consecutive ids of one second', () => {
    expect(spansOf([memoryChunk({ id, timestamp }, new Map())])).toEqual(spans);
  });

  it('go on from one chunk to the next', () => {
    const chunkOf = (from: number, to: number) =>
      memoryChunk({ id: id.subarray(from, to), timestamp: timestamp.subarray(from, to) }, new Map());
    expect(spansOf([chunkOf(0, 1), chunkOf(1, 6), chunkOf(6, rows)])).toEqual(spans);
  });

  it('are read from the stage, from values and from runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'key-spans-'));
    const writer = new StageWriter(join(folder, 'stage'));
    const stage = new StageReader();
    try {
      const values = { id: writer.append('u32', id), timestamp: writer.append('u32', timestamp) };
      const runs = {
        id: writer.stage({ type: 'u32', length: rows, content: findRuns(id, 1) }),
        timestamp: writer.stage({ type: 'u32', length: rows, content: findRuns(timestamp, 0) }),
      };
      await writer.close();
      for (const keys of [values, runs, { ...values, id: runs.id }]) {
        expect(spansOf(stagedChunks([{ rows, columns: [], ...keys }], stage))).toEqual(spans);
      }
    } finally {
      stage.close();
      rmSync(folder, { recursive: true });
    }
  });
});
