/** `archive.json`: tells that a folder is an archive, and of which format. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ArchiveError, errorCode, quoted } from '../core/errors.ts';
import { writeFileDurably } from '../files/sink.ts';
import { FORMAT_VERSION, segmentNumbers } from './segment.ts';
import { cannot } from './system-error.ts';

const FORMAT = 'withings-signals archive';
const MARKER_TEXT = `${JSON.stringify({ format: FORMAT, version: FORMAT_VERSION })}\n`;

/**
 * Whether the folder is an archive that this program can read.
 *
 * @throws ArchiveError when it is one of a newer format, or one whose `archive.json` is damaged
 */
export async function isArchive(folder: string): Promise<boolean> {
  const path = join(folder, 'archive.json');
  const marker = parseMarker(await readMarker(path));
  if (marker === null) {
    if (await holdsSegments(folder)) {
      throw new ArchiveError(
        `${quoted(path, 400)}: missing or damaged beside the segments of an archive, expected ${MARKER_TEXT.trim()}; write that line there`,
      );
    }
    return false;
  }
  if (marker.version !== FORMAT_VERSION) {
    throw new ArchiveError(
      `${quoted(path, 400)}: format version ${marker.version}, expected ${FORMAT_VERSION}; use the version of this program that made it`,
    );
  }
  return true;
}

/** Makes an empty folder an archive. @throws ArchiveError when it holds something else */
export async function makeArchive(folder: string): Promise<void> {
  const entries = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  if (entries.length > 0) {
    throw new ArchiveError(
      `${quoted(folder, 400)}: holds ${entries.length} entries and no archive, expected an archive, or a new or empty folder; give another one`,
    );
  }
  await writeFileDurably(join(folder, 'archive.json'), MARKER_TEXT);
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
