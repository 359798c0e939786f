import type { FileHandle } from 'node:fs/promises';
import { readPayload, type ScannedGap, type ScannedRecord, scanSegment } from './scan-segment.ts';

/**
 * How far the last segment can be trusted after a crash: up to the first part that is torn.
 *
 * Each record tells how much of the segment was on the disk before it was written, and `end.json` tells it from outside. What
 * lies before the highest such mark was promised: if it is not sound, it was damaged later, and it is told and kept. Behind
 * the mark nothing was promised, and a power cut may have left any of it unwritten; a record there counts only while all
 * before it are whole, so that no note outlives a page it speaks of.
 *
 * @param told bytes that were on the disk as far as is told from outside
 */
export async function soundEnd(file: FileHandle, number: number, size: number, told: number): Promise<number> {
  let promised = told;
  let unpromised: (ScannedRecord | ScannedGap)[] = [];
  for await (const item of scanSegment(file, number, size)) {
    if (item.what === 'record' && item.synced > promised) {
      promised = item.synced;
      unpromised = unpromised.filter(({ offset }) => offset >= promised);
    }
    if (item.offset >= promised) unpromised.push(item);
  }
  for (const item of unpromised) {
    if (item.what === 'gap' || (await readPayload(file, item)) === null) return item.offset;
  }
  return size;
}
