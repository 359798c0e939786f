/** A data set as an earlier version would have left it. */

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Rewrites catalog and manifest, with the catalog's digest in the manifest, which tells none of its own. */
export async function rewriteAsEarlier(out: string, rewrite: (text: string) => string): Promise<void> {
  const catalog = rewrite(await readFile(join(out, 'catalog.json'), 'utf8'));
  await writeFile(join(out, 'catalog.json'), catalog);
  const path = join(out, 'manifest.json');
  const { files, run, ...about } = JSON.parse(rewrite(await readFile(path, 'utf8'))) as {
    readonly files: readonly { readonly path: string }[];
    readonly run: Readonly<Record<string, unknown>>;
  };
  const { sha256: _, ...told } = run;
  const digest = { bytes: Buffer.byteLength(catalog), sha256: createHash('sha256').update(catalog).digest('hex') };
  const listed = files.map((file) => (file.path === 'catalog.json' ? { ...file, ...digest } : file));
  await writeFile(path, JSON.stringify({ ...about, files: listed, run: told }));
}
