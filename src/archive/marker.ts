/** `archive.json`: tells that a folder is an archive, and of which format. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError, errorCode, quoted } from '../core/errors.ts';
import { writeFileDurably } from '../files/sink.ts';
import { FORMAT_VERSION, segmentNumbers } from './segment.ts';
import { cannot } from './system-error.ts';

export const MARKER_NAME = 'archive.json';

const FORMAT = 'withings-signals archive';
const MARKER_TEXT = `${JSON.stringify({ format: FORMAT, version: FORMAT_VERSION })}\n`;

export const DAMAGED_MARKER = {
  reason: `missing or damaged beside the segments of an archive, expected ${MARKER_TEXT.trim()}`,
  remedy: 'write that line there',
} as const;

/**
 * What tells that a folder is an archive; `damaged`: its segments alone do.
 *
 * @throws ArchiveError when it is an archive of a newer format
 */
export async function lookForMarker(folder: string): Promise<'sound' | 'damaged' | 'none'> {
  const path = join(folder, MARKER_NAME);
  const marker = parseMarker(await readMarker(path));
  if (marker === null) return (await holdsSegments(folder)) ? 'damaged' : 'none';
  if (marker.version !== FORMAT_VERSION) {
    throw new ArchiveError(
      `${quoted(path, 400)}: format version ${marker.version}, expected ${FORMAT_VERSION}; use the version of this program that made it`,
    );
  }
  return 'sound';
}

/** Whether the folder is an archive that this program can read. @throws ArchiveError when it is one of a newer format */
export async function isArchive(folder: string): Promise<boolean> {
  return (await lookForMarker(folder)) !== 'none';
}

/** Makes the folder an archive unless it is one. @throws ArchiveError when it holds something else, or a damaged archive */
export async function ensureArchive(folder: string): Promise<void> {
  const found = await lookForMarker(folder);
  if (found === 'none') await makeArchive(folder);
  if (found !== 'damaged') return;
  const { reason, remedy } = DAMAGED_MARKER;
  throw new ArchiveError(`${quoted(join(folder, MARKER_NAME), 400)}: ${reason}; ${remedy}`);
}

async function makeArchive(folder: string): Promise<void> {
  const entries = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  if (entries.length > 0) {
    throw new ArchiveError(
      `${quoted(folder, 400)}: holds ${entries.length} entries and no archive, expected an archive, or a new or empty folder; give another one`,
    );
  }
  await writeFileDurably(join(folder, MARKER_NAME), MARKER_TEXT);
}

async function readMarker(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isNothing(error)) return '';
    throw cannot('read', path, error);
  }
}

function parseMarker(text: string): { readonly version: number } | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('format' in value) || !('version' in value)) return null;
    return value.format === FORMAT && typeof value.version === 'number' ? { version: value.version } : null;
  } catch {
    // A file of that name may be anybody's: that it is none of ours is the answer.
    return null;
  }
}

async function holdsSegments(folder: string): Promise<boolean> {
  try {
    return (await segmentNumbers(folder)).length > 0;
  } catch (error) {
    if (isNothing(error)) return false;
    throw cannot('read', folder, error);
  }
}

function isNothing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}
