/** Where a partition lies: `<kind>/user=<id>/[device=<hash>/date=<day>/]part-00000.arrow`. */

import { pathSegment } from '../files/sink.ts';
import type { Partition } from './manifest.ts';

/** Of the sound files of a partition's recordings. */
export function wavFolder({ user }: Partition): string {
  return `wav/user=${pathSegment(user)}`;
}

export function partitionFolder({ kind, user, device, date }: Partition): string {
  const ofUser = `${kind}/user=${pathSegment(user)}`;
  return date === undefined ? ofUser : `${ofUser}/device=${pathSegment(device ?? null)}/date=${date}`;
}

export function partPath(partition: Partition): string {
  return `${partitionFolder(partition)}/part-00000.arrow`;
}

const MILLISECONDS_PER_DAY = 86_400_000;

/** `YYYY-MM-DD` of a number of days since 1970-01-01. */
export function dateOfDay(day: number): string {
  return new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}
