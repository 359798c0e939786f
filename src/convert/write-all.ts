/** The partitions that change, through the pool, into scratch files; where each belongs is told, not yet done. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatasetError } from '../core/errors.ts';
import type { Dataset } from '../dataset/dataset.ts';
import type { ManifestFile, Partition } from '../dataset/manifest.ts';
import { partPath } from '../dataset/partition.ts';
import type { PresentFiles } from '../dataset/present-files.ts';
import type { Plan } from '../plan/plan.ts';
import type { TaskPool } from '../pool/pool.ts';
import { writeRows } from '../stage/row-list.ts';
import { forEachBatch } from './decode-all.ts';
import { REPAIR_REMEDY, type RecordingsWrite } from './plan/plan-recordings.ts';
import type { SeriesWrite } from './plan/plan-series.ts';

export type Written = {
  /** Made in the scratch folder under the path they will have. */
  readonly files: readonly ManifestFile[];
  readonly repeats: number;
  readonly conflicts: number;
};

export interface WriteAllOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { phase: 'write'; done: number; total: number }) => void;
}

/** @throws DatasetError when a file cannot be read or written; AbortedError. */
export async function writeAll(
  recordings: readonly RecordingsWrite[],
  series: readonly SeriesWrite[],
  plan: Plan,
  dataset: Dataset,
  present: PresentFiles,
  pool: TaskPool,
  { signal, onProgress }: WriteAllOptions,
): Promise<Written> {
  const { processing, compression } = plan;
  const files: ManifestFile[] = [];
  const counts = { repeats: 0, conflicts: 0 };
  const stop = new AbortController();
  const run = { signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]) };
  const total = recordings.length + series.length;
  let done = 0;

  async function place(partition: Partition) {
    const path = partPath(partition);
    const target = await scratchPath(path);
    const before = present.fileOf(path);
    const state = before === undefined ? null : await present.stateOf(before);
    const isSound = state !== null && 'version' in state;
    return {
      path,
      target,
      present: isSound ? { path: dataset.pathOf(path), version: state.version } : null,
      lost: state === null || isSound ? null : { ...(before as ManifestFile), damage: state.damage },
    };
  }
  async function scratchPath(path: string): Promise<string> {
    const target = dataset.scratch(path);
    await mkdir(dirname(target), { recursive: true });
    return target;
  }
  async function writeRecordings({ partition, rows, isMadeAnew }: RecordingsWrite): Promise<void> {
    const { kind } = partition;
    const { path, lost, ...where } = await place(partition);
    if (lost !== null && !isMadeAnew) throw new DatasetError(`${path}: ${lost.damage}; ${REPAIR_REMEDY}`);
    const wav = new Map<string, string>();
    async function* toScratch() {
      for (const row of rows()) {
        const target = row.wavPath && (await scratchPath(row.wavPath));
        if (target !== null) wav.set(target, row.wavPath as string);
        yield { ...row, wavPath: target };
      }
    }
    const list = await writeRows(`${where.target}.rows`, toScratch());
    const report = await pool.run('writeRecordings', { kind, processing, compression, rows: list, ...where }, run);
    const { wav: written, ...part } = report;
    files.push({ path, partition, ...part });
    for (const { path: scratch, ...file } of written) {
      files.push({ path: wav.get(scratch) as string, rows: 1, ...file });
    }
  }
  async function writeSeries({ partition, chunks, timezones, again }: SeriesWrite): Promise<void> {
    const { path, lost, ...where } = await place(partition);
    if (lost !== null && again.chunks.length === 0) throw notMadeAgain(lost, 0);
    const task = { kind: partition.kind, processing, compression, scratch: `${where.target}.present`, ...where };
    const report = await pool.run('writeSeries', { ...task, chunks, timezones }, run);
    if (lost !== null && report.sha256 !== lost.sha256) {
      // With what came beside it, it is another file: what it was made of must make what it was.
      const proof = await pool.run('writeSeries', { ...task, ...again, target: `${where.target}.again` }, run);
      if (proof.sha256 !== lost.sha256) throw notMadeAgain(lost, proof.rows);
    }
    const { repeats, conflicts, ...part } = report;
    counts.repeats += repeats;
    counts.conflicts += conflicts;
    files.push({ path, partition, ...part });
  }

  // The largest first: so no thread begins a long one when the others are done.
  const writes = [
    ...recordings.map((write) => ({ samples: write.samples, run: () => writeRecordings(write) })),
    ...series.map((write) => ({ samples: samplesOfChunks(write), run: () => writeSeries(write) })),
  ].sort((a, b) => b.samples - a.samples);
  await forEachBatch(
    pool,
    writes,
    async (write) => {
      await write.run();
      onProgress?.({ phase: 'write', done: ++done, total });
    },
    stop,
  );
  return { files, ...counts };
}

function notMadeAgain({ path, damage, rows }: ManifestFile & { readonly damage: string }, got: number): DatasetError {
  return new DatasetError(
    `${path}: ${damage}; of the inputs it was made of came ${got} samples, and not the file of ${rows} that it was; ${REPAIR_REMEDY}`,
  );
}

function samplesOfChunks({ chunks }: SeriesWrite): number {
  return chunks.reduce((sum, { rows }) => sum + rows, 0);
}
