/** Which PPG and accelerometer partitions change, and what comes to them. */

import type { FactIndex } from '../../dataset/catalog.ts';
import type { Manifest, Partition } from '../../dataset/manifest.ts';
import { dateOfDay, partPath } from '../../dataset/partition.ts';
import type { OwnedFact } from '../../ingest/input-report.ts';
import type { StagedSeries } from '../../series/staged-series.ts';
import type { SeriesKind } from '../../signals/signal.ts';

export type SeriesPartition = Partition & { readonly kind: SeriesKind; readonly device: string | null };

export type SeriesWrite = {
  readonly partition: SeriesPartition;
  readonly chunks: readonly StagedSeries[];
  readonly timezones: readonly string[];
  /** What the partition was made of, as far as that has come again: proof that nothing of a damaged one is lost. */
  readonly again: Pick<SeriesWrite, 'chunks' | 'timezones'>;
};

export interface SeriesChange {
  readonly before: Manifest | null;
  readonly staged: readonly StagedSeries[];
  /** Of these, what came of inputs that the data set has. */
  readonly again: readonly StagedSeries[];
  /** Facts that were not known before. */
  readonly news: readonly OwnedFact[];
  readonly factsBefore: FactIndex;
  readonly factsAfter: FactIndex;
}

/** Partitions that get samples, and those whose device the device table now tells more of. */
export function planSeries(change: SeriesChange): readonly SeriesWrite[] {
  const { before, staged, news, factsBefore, factsAfter } = change;
  const again = new Set(change.again);
  const writes = new Map<string, { partition: SeriesPartition; chunks: StagedSeries[] }>();
  const devices = new Set(news.filter((fact) => fact.subject === 'device').map((fact) => fact.id));
  for (const { partition } of before?.files ?? []) {
    if (isSeries(partition) && partition.device !== null && devices.has(partition.device)) {
      writes.set(partPath(partition), { partition, chunks: [] });
    }
  }
  for (const chunk of staged) {
    const { kind, userId: user, deviceId: device, day } = chunk;
    const partition = { kind, user, device, date: dateOfDay(day) };
    const path = partPath(partition);
    const write = writes.get(path);
    if (write === undefined) writes.set(path, { partition, chunks: [chunk] });
    else write.chunks.push(chunk);
  }
  return [...writes.values()].map(({ partition, chunks }) => ({
    partition,
    chunks,
    timezones: factsAfter.timezonesOf(partition.device),
    again: {
      chunks: chunks.filter((chunk) => again.has(chunk)),
      timezones: factsBefore.timezonesOf(partition.device),
    },
  }));
}

function isSeries(partition: Partition | undefined): partition is SeriesPartition {
  return partition !== undefined && partition.date !== undefined;
}
