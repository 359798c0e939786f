/** What a file or data set holds: all that a stranger needs to use it. */

import { join } from 'node:path';
import {
  type ColumnDescription,
  describeColumns,
  describeMetadata,
  type FileMetadata,
  headRows,
} from '../columnar/describe.ts';
import { openArrowFile } from '../export/arrow-reader.ts';
import { readWavInfo, type WavInfo } from '../export/wav-reader.ts';
import type { SignalKind } from '../signals/signal.ts';
import { expectManifest, isFolder } from './expect-manifest.ts';
import { countStatuses, type InputStatus, type Manifest, type ManifestFile } from './manifest.ts';

export interface InspectOptions {
  /** Rows to show of each kind. @default 0 */
  readonly head?: number;
}

export type FileReport = {
  readonly path: string;
  readonly kind: SignalKind;
  readonly rows: number;
  readonly batches: number;
  readonly columns: readonly ColumnDescription[];
  readonly metadata: FileMetadata;
  /** Values of the first rows by column name; long lists are cut. */
  readonly head: readonly Readonly<Record<string, unknown>>[];
};

export type InspectReport =
  | ({ readonly what: 'wav'; readonly path: string } & WavInfo)
  | ({ readonly what: 'file' } & FileReport)
  | {
      readonly what: 'dataset';
      readonly path: string;
      readonly package: Manifest['package'];
      readonly plan: Manifest['plan'];
      readonly summary: Manifest['summary'];
      readonly inputs: Readonly<Record<InputStatus, number>>;
      readonly files: readonly ManifestFile[];
      /** The first file of each kind, as an example of all. */
      readonly examples: readonly FileReport[];
    };

/** @throws DatasetError when `path` is neither a part file nor a data set of this program. */
export async function inspect(path: string, { head = 0 }: InspectOptions = {}): Promise<InspectReport> {
  if (!(await isFolder(path))) {
    if (path.endsWith('.wav')) return { what: 'wav', path, ...(await readWavInfo(path)) };
    return { what: 'file', ...(await inspectFile(path, path, head)) };
  }
  const manifest = await expectManifest(path, 'name a file in it instead');
  const examples = new Map<SignalKind, ManifestFile>();
  for (const file of manifest.files) {
    if (file.partition && !examples.has(file.partition.kind)) examples.set(file.partition.kind, file);
  }
  const reports: FileReport[] = [];
  for (const file of examples.values()) reports.push(await inspectFile(join(path, file.path), file.path, head));
  return {
    what: 'dataset',
    path,
    package: manifest.package,
    plan: manifest.plan,
    summary: manifest.summary,
    inputs: countStatuses(manifest.inputs),
    files: manifest.files,
    examples: reports,
  };
}

async function inspectFile(path: string, name: string, head: number): Promise<FileReport> {
  const file = await openArrowFile(path);
  try {
    const metadata = describeMetadata(file.schema);
    const rows: Readonly<Record<string, unknown>>[] = [];
    for (let batch = 0; batch < file.batches && rows.length < head; batch++) {
      rows.push(...headRows(await file.batch(batch), head - rows.length));
    }
    return {
      path: name,
      kind: metadata.kind,
      rows: file.rows,
      batches: file.batches,
      columns: describeColumns(file.schema),
      metadata,
      head: rows,
    };
  } finally {
    await file.close();
  }
}
