import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { InputError, quoted, systemReason } from '../core/errors.ts';
import type { ArchivedPage } from './archived-page.ts';
import { readFully } from './read-fully.ts';

/**
 * The bytes of a page as they are stored (see its `encoding`), checked.
 *
 * @throws InputError when they cannot be read, or are not what was kept
 */
export async function readPage({
  file,
  offset,
  bytes,
  crc32: expected,
}: Pick<ArchivedPage, 'file' | 'offset' | 'bytes' | 'crc32'>): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(bytes);
  try {
    const handle = await open(file, 'r');
    try {
      await readFully(handle, buffer, offset);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new InputError(`cannot be read: ${systemReason(error)}`, { cause: error });
  }
  if (crc32(buffer) === expected) return buffer;
  throw new InputError(
    `damaged page at byte ${offset} of ${quoted(file, 400)}: its checksum is not that of its bytes; fetch it again into another archive`,
  );
}
