/** The pages of an archive as inputs of a conversion: read where they lie, each with what its answer does not tell. */

import { basename, dirname } from 'node:path';
import type { ArchivedPage } from '../archive/archived-page.ts';
import { listPages } from '../archive/list-pages.ts';
import { SIGNAL_KINDS, type SignalKind } from '../core/signal.ts';
import type { InputFile } from '../process/input-stream.ts';

export type ArchivedInput = InputFile & { readonly bytes: number };

export type ArchiveInputs = {
  readonly files: readonly ArchivedInput[];
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
};

/** Pages of the kinds wanted, and all lists and device tables: those tell of recordings of any kind. */
export async function listArchive(folder: string, kinds: readonly SignalKind[]): Promise<ArchiveInputs> {
  const { pages, damaged } = await listPages(folder);
  const others = SIGNAL_KINDS.filter((kind) => !kinds.includes(kind));
  return {
    files: pages.filter(({ kind }) => !others.some((other) => other === kind)).map(inputOf),
    failures: damaged.map(({ file, offset, reason }) => ({
      name: `${basename(dirname(file))}/${basename(file)}`,
      reason: `byte ${offset}: ${reason}; archive verify tells what is lost`,
    })),
  };
}

function inputOf({ name, file, offset, bytes, sha256, userId, kind, about }: ArchivedPage): ArchivedInput {
  const context = { kind, userId, ...about };
  return { name, path: file, bytes, range: { offset, bytes }, sha256, context };
}
