/** The pages of an archive as inputs of a conversion: read where they lie, each with what its answer does not tell. */

import type { ArchivedPage } from '../../archive/archived-page.ts';
import { listPages } from '../../archive/list-pages.ts';
import { nameOfPage } from '../../dataset/input-names.ts';
import { SIGNAL_KINDS, type SignalKind } from '../../signals/signal.ts';
import type { ListedFile } from './found-inputs.ts';

export type ArchiveInputs = {
  readonly pages: readonly ListedFile[];
  readonly damaged: readonly { readonly file: string; readonly reason: string }[];
};

/** Pages of the kinds wanted, and all lists and device tables: those tell of recordings of any kind. */
export async function listArchive(
  folder: string,
  kinds: readonly SignalKind[],
  signal: AbortSignal | undefined,
): Promise<ArchiveInputs> {
  const { pages, damaged } = await listPages(folder, signal === undefined ? {} : { signal });
  const others = SIGNAL_KINDS.filter((kind) => !kinds.includes(kind));
  return {
    pages: pages.filter(({ kind }) => !others.some((other) => other === kind)).map(inputOf),
    damaged: damaged.map(({ file, offset, reason }) => ({
      file,
      reason: `byte ${offset}: ${reason}; archive verify tells what is lost`,
    })),
  };
}

function inputOf({ name, file, offset, bytes, sha256, userId, kind, about }: ArchivedPage): ListedFile {
  const context = { kind, userId, ...about };
  return { name: nameOfPage(name), path: file, bytes, range: { offset, bytes }, sha256, context };
}
