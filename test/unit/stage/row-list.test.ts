import { truncateSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NO_FACTS } from '../../../src/signals/signal.ts';
import type { RecordingRow } from '../../../src/stage/row-list.ts';
import { readRows, writeRows } from '../../../src/stage/row-list.ts';

const folder = await mkdtemp(join(tmpdir(), 'row-list-'));
afterAll(() => rm(folder, { recursive: true }));

/** Sources with what lines are cut at, and characters of several bytes. */
function rowsOf(count: number): readonly RecordingRow[] {
  return Array.from({ length: count }, (_, i) => ({
    signalId: i === 0 ? null : i,
    source: `ä\n\u2028 ${i}`,
    facts: { ...NO_FACTS, recordedAt: i + 0.25 },
    samplingFrequency: i === 1 ? null : 300,
    samples: i,
    wavPath: null,
  }));
}

async function* each<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

describe('rows in a scratch file', () => {
  it('are read back in order, many or none', async () => {
    for (const count of [0, 1, 256, 1000]) {
      const list = await writeRows(join(folder, `rows-${count}`), each(rowsOf(count)));
      expect([...readRows(list)]).toEqual(rowsOf(count));
    }
  });

  it('that are not all there are an error, as is a file that cannot be made', async () => {
    const list = await writeRows(join(folder, 'cut'), each(rowsOf(300)));
    truncateSync(list.file, 1000);
    expect(() => [...readRows(list)]).toThrow(/end early/);
    await expect(writeRows(join(folder, 'none', 'rows'), each(rowsOf(1)))).rejects.toThrow(/cannot stage rows/);
  });
});
