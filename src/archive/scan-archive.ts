import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../core/errors.ts';
import { type ScannedGap, type ScannedRecord, scanSegment } from './scan-segment.ts';
import { segmentName, segmentNumbers } from './segment.ts';
import { soundEnd } from './sound-end.ts';
import { cannot } from './system-error.ts';

/** Where in the archive a thing is. `file` is open until the next item is asked for. */
export type Located = { readonly segment: number; readonly path: string; readonly file: FileHandle };

/** Last of all: what can be trusted ends at `offset`. Up to `end` follows what a crash tore, or what a writer is writing now. */
export type SoundEnd = { readonly what: 'end'; readonly offset: number; readonly end: number };

/** A segment that has no file. */
export type MissingSegment = { readonly what: 'missing'; readonly segment: number; readonly path: string };

export type ArchiveItem = ((ScannedRecord | ScannedGap | SoundEnd) & Located) | MissingSegment;

/**
 * Everything in an archive, in the order it was kept.
 *
 * @throws ArchiveError when a file cannot be read
 */
export async function* scanArchive(folder: string, signal?: AbortSignal): AsyncGenerator<ArchiveItem> {
  const numbers = await reading(folder, () => segmentNumbers(folder));
  const last = numbers.at(-1) ?? -1;
  for (let segment = 0; segment <= last; segment++) {
    const path = join(folder, segmentName(segment));
    if (numbers.includes(segment)) yield* scanFile(segment, path, segment === last, signal);
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
  isLast: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<ArchiveItem> {
  const file = await reading(path, () => open(path, 'r'));
  const where: Located = { segment, path, file };
  try {
    const { size } = await file.stat();
    const end = isLast ? await soundEnd(file, segment, size) : size;
    for await (const item of scanSegment(file, segment, end)) {
      throwIfAborted(signal);
      yield { ...item, ...where };
    }
    if (isLast) yield { what: 'end', offset: end, end: size, ...where };
  } catch (error) {
    throw cannot('read', path, error);
  } finally {
    await file.close();
  }
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw cannot('read', path, error);
  }
}
