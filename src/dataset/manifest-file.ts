/**
 * `manifest.json` on the disk. It carries the digest of what it says, so that whatever happens to it there is noticed:
 * nothing else tells how many rows a data set should have.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SCHEMA_VERSIONS } from '../columnar/metadata.ts';
import { DatasetError, errorCode, messageOf, quoted } from '../core/errors.ts';
import { COMPRESSIONS } from '../export/compression.ts';
import { EXPORT_FORMATS } from '../export/index.ts';
import { fsyncFolder } from '../files/sink.ts';
import { SIGNAL_KINDS } from '../signals/signal.ts';
import { count, finite, isObject, listOf, nullOr, objectOf, oneOf, sha256, suchThat, text } from './json-shape.ts';
import { INPUT_STATUSES, type Manifest, type ManifestFile, summarise } from './manifest.ts';
import { partPath } from './partition.ts';
import { isDatasetPath } from './path.ts';
import { jsonPieces, writeJson } from './write-json.ts';

export const MANIFEST = 'manifest.json';

/** @throws DatasetError when it is damaged, or of another version; @returns `null`: the folder holds no data set */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, MANIFEST);
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new DatasetError(`${path}: ${messageOf(error)}`, { cause: error });
  }
  return parseManifest(path, content);
}

/** The file is on the disk when this resolves. @throws DatasetError */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await writeJson(path, { ...manifest, run: { ...manifest.run, sha256: digestOf(manifest) } }, 1);
  await fsyncFolder(dirname(path));
}

const REMEDY = 'bring back a copy of it, or convert all inputs again into another --out';

/** @param path for messages */
function parseManifest(path: string, content: string): Manifest {
  const refuse = (why: string, cause?: unknown): never => {
    throw new DatasetError(`${path}: ${why}; ${REMEDY}`, { cause });
  };
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    return refuse(`got ${content.length} characters that are no JSON, expected the manifest of a data set`, error);
  }
  const version = isObject(value) ? value['schema_version'] : undefined;
  if (typeof version === 'string' && !SCHEMA_VERSIONS.includes(version)) {
    throw new DatasetError(
      `${path}: got schema version ${quoted(version, 20)}, expected ${SCHEMA_VERSIONS.join(' or ')}; use the version of this program that made it`,
    );
  }
  const breach = MANIFEST_SHAPE(value);
  if (breach !== null) {
    const where = breach.path === '' ? '' : `${breach.path.slice(1)}: `;
    return refuse(`${where}got ${breach.got}, expected ${breach.expected}`);
  }
  const { run, ...about } = value as Manifest & { readonly run: { readonly sha256?: string } };
  const { sha256: recorded, ...told } = run;
  const manifest: Manifest = { ...about, run: told };
  // Those of earlier versions carry none.
  if (recorded !== undefined && recorded !== digestOf(manifest)) {
    return refuse('got content that is not what was written, expected that of the SHA-256 in its run section');
  }
  if (JSON.stringify(summarise(manifest.files)) !== JSON.stringify(manifest.summary)) {
    return refuse('summary: got one that is not of its files');
  }
  return manifest;
}

const DIGESTED_CHARACTERS = 1 << 16;

/** Of all it says, as JSON without white space. */
function digestOf(manifest: Manifest): string {
  const hash = createHash('sha256');
  let waiting = '';
  for (const piece of jsonPieces(manifest, 0)) {
    waiting += piece;
    if (waiting.length < DIGESTED_CHARACTERS) continue;
    hash.update(waiting);
    waiting = '';
  }
  return hash.update(waiting).digest('hex');
}

const KIND = oneOf(SIGNAL_KINDS);

const SUMMARY = objectOf({
  recordings: count,
  samples: count,
  segments: count,
  gaps: count,
  restarts: count,
  rates: nullOr(objectOf({ min: finite, max: finite })),
  start: nullOr(finite),
  end: nullOr(finite),
});

const PARTITION = objectOf(
  { kind: KIND, user: nullOr(text) },
  {
    device: nullOr(text),
    date: suchThat((date) => typeof date === 'string' && /^\d{4}-\d\d-\d\d$/.test(date), 'a date such as 2026-11-01'),
  },
);

const FILE_MEMBERS = objectOf(
  { path: suchThat(isDatasetPath, 'a path within the data set'), rows: count, bytes: count, sha256 },
  { partition: PARTITION, summary: SUMMARY },
);

const FILE = (value: unknown) => {
  const found = FILE_MEMBERS(value);
  if (found !== null) return found;
  const { path, partition } = value as ManifestFile;
  if (partition === undefined || path === partPath(partition)) return null;
  return { path: '.path', got: quoted(path, 200), expected: `${partPath(partition)} as its partition says` };
};

const PLAN = objectOf(
  {
    kinds: listOf(KIND),
    formats: listOf(oneOf(Object.keys(EXPORT_FORMATS))),
    processing: objectOf({
      ecg: objectOf({
        band: nullOr(listOf(finite)),
        bandOrder: finite,
        notch: nullOr(finite),
        notchQ: finite,
        rate: nullOr(finite),
      }),
    }),
  },
  { compression: oneOf(COMPRESSIONS) },
);

const MANIFEST_SHAPE = objectOf({
  schema_version: text,
  package: objectOf({ name: text, version: text }),
  plan: PLAN,
  files: listOf(FILE),
  inputs: listOf(
    objectOf(
      { name: text, sha256: nullOr(text), status: oneOf(INPUT_STATUSES) },
      { reason: text, rejections: listOf(text), notices: listOf(text) },
    ),
  ),
  summary: objectOf({}, Object.fromEntries(SIGNAL_KINDS.map((kind) => [kind, SUMMARY]))),
  run: objectOf(
    {
      started: text,
      finished: text,
      workers: count,
      files_written: count,
      duplicates_dropped: count,
      conflicts: count,
    },
    { sha256 },
  ),
});
