/** `catalog.json` on the disk: what it says counts when its bytes are those that the manifest names. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError, errorCode, messageOf } from '../core/errors.ts';
import type { Catalog } from './catalog.ts';
import type { ManifestFile } from './manifest.ts';

export const CATALOG = 'catalog.json';

/** What a catalog is, or why it is not to be had. */
export type ReadCatalog = { readonly catalog: Catalog } | { readonly damage: string };

/**
 * @param expected as the manifest has it; `undefined`: it names none
 * @throws DatasetError when the file is there and cannot be read
 */
export async function readCatalog(folder: string, expected: ManifestFile | undefined): Promise<ReadCatalog> {
  if (expected === undefined) return { damage: 'not named by the manifest' };
  const path = join(folder, CATALOG);
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { damage: 'missing' };
    throw new DatasetError(`${path}: ${messageOf(error)}`, { cause: error });
  }
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (sha256 !== expected.sha256) {
    const got = `${content.length} bytes of SHA-256 ${sha256}`;
    return {
      damage: `got ${got}, expected ${expected.bytes} bytes of SHA-256 ${expected.sha256} as the manifest has it`,
    };
  }
  return { catalog: JSON.parse(content.toString()) as Catalog };
}
