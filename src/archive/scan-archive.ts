import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../core/errors.ts';
import { DAMAGED_MARKER, lookForMarker, MARKER_NAME } from './marker.ts';
import { type ScannedGap, type ScannedRecord, scanSegment } from './scan-segment.ts';
import { segmentName, segmentNumbers } from './segment.ts';
import { soundEnd } from './sound-end.ts';
import { DAMAGED_END, END_NAME, readSyncedBytes, type SyncedBytes } from './synced-bytes.ts';
import { cannot } from './system-error.ts';

/** Where in the archive a thing is. `file` is open until the next item is asked for. */
export type Located = { readonly segment: number; readonly path: string; readonly file: FileHandle };

/**
 * Last of all, unless the last segment is missing: what can be trusted ends at `offset`. Up to `end` follows what a crash tore,
 * or what a writer is writing now.
 */
export type SoundEnd = {
  readonly what: 'end';
  readonly offset: number;
  readonly end: number;
  /** Where that begins which the file once had; `null`: it is not cut. */
  readonly cutAt: number | null;
  /** Neither a seal nor `end.json` says that it ends here: a writer is at work or was killed, or else it is cut. */
  readonly unended: boolean;
};

/** A segment that has no file. */
export type MissingSegment = { readonly what: 'missing'; readonly segment: number; readonly path: string };

/** First of all: one of the small files beside the segments is not as it was written. */
export type DamagedFile = {
  readonly what: 'damaged file';
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
};

export type ArchiveItem = ((ScannedRecord | ScannedGap | SoundEnd) & Located) | MissingSegment | DamagedFile;

/**
 * Everything in an archive, in the order it was kept.
 *
 * @throws ArchiveError when a file cannot be read
 */
export async function* scanArchive(folder: string, signal?: AbortSignal): AsyncGenerator<ArchiveItem> {
  if ((await lookForMarker(folder)) === 'damaged') {
    yield { what: 'damaged file', path: join(folder, MARKER_NAME), ...DAMAGED_MARKER };
  }
  // Before the segments: a writer may be at work, and makes them longer before it says so.
  const told = await readSyncedBytes(folder);
  if (told === null) yield { what: 'damaged file', path: join(folder, END_NAME), ...DAMAGED_END };
  const promised: SyncedBytes = told ?? [];
  const numbers = await reading(folder, () => segmentNumbers(folder));
  const last = Math.max(numbers.at(-1) ?? -1, promised.length - 1);
  for (let segment = 0; segment <= last; segment++) {
    const path = join(folder, segmentName(segment));
    const isLast = segment === last;
    if (numbers.includes(segment))
      yield* scanFile(segment, path, { isLast, promised: promised[segment] ?? null }, signal);
    else yield { what: 'missing', segment, path };
  }
}

/** Bytes of all segments. @throws ArchiveError when a file cannot be read */
export async function archiveBytes(folder: string): Promise<number> {
  return reading(folder, async () => {
    const numbers = await segmentNumbers(folder);
    const files = await Promise.all(numbers.map((number) => stat(join(folder, segmentName(number)))));
    return files.reduce((sum, { size }) => sum + size, 0);
  });
}

async function* scanFile(
  segment: number,
  path: string,
  { isLast, promised }: { readonly isLast: boolean; readonly promised: number | null },
  signal: AbortSignal | undefined,
): AsyncGenerator<ArchiveItem> {
  const file = await reading(path, () => open(path, 'r'));
  const where: Located = { segment, path, file };
  try {
    const { size } = await file.stat();
    const end = isLast ? await soundEnd(file, segment, size, promised ?? 0) : size;
    const whole = Math.max(end, promised ?? 0);
    let cutAt = end;
    let sealed = false;
    for await (const item of scanSegment(file, segment, end)) {
      throwIfAborted(signal);
      sealed = item.what === 'record' && item.header === null;
      // What the cut has torn is told with what it has taken.
      if (item.what === 'gap' && item.end === end && end < whole) cutAt = item.offset;
      else yield { ...item, ...where };
    }
    if (end < whole) yield { ...cutGap(cutAt, end, whole), ...where };
    else if (!isLast && promised === null && !sealed) yield { ...unsealedGap(end), ...where };
    if (isLast) {
      const unended = promised === null && !(sealed && end === size);
      yield {
        what: 'end',
        offset: whole,
        end: Math.max(size, whole),
        cutAt: end < whole ? cutAt : null,
        unended,
        ...where,
      };
    }
  } catch (error) {
    throw cannot('read', path, error);
  } finally {
    await file.close();
  }
}

function cutGap(offset: number, size: number, whole: number): ScannedGap {
  const reason = `the file is cut: it ends at byte ${size}, expected ${whole}, all of which were on the disk`;
  return { what: 'gap', offset, end: whole, reason, beyond: whole - size };
}

/** Before a segment is begun, the one before it is sealed. */
function unsealedGap(offset: number): ScannedGap {
  const reason = 'the file is cut: it ends without a seal, expected one at the end of every segment but the last';
  return { what: 'gap', offset, end: offset, reason, beyond: 0 };
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw cannot('read', path, error);
  }
}
