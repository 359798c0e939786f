/** Pages of an archive never change: what was converted of it before is in the data set, and need not be read again. */

import { SCHEMA_VERSION } from '../columnar/metadata.ts';
import type { Manifest } from '../dataset/manifest.ts';
import type { Plan } from '../plan/plan.ts';
import type { InputList, ListedFile } from './inputs/found-inputs.ts';

/**
 * What is left to convert, and how many inputs the data set has already.
 *
 * @param isMissed the data set has lost what came of it
 */
export function leaveOutKnown(
  listed: InputList,
  manifest: Manifest | null,
  isMissed: (file: ListedFile) => boolean,
): { readonly list: InputList; readonly unchanged: number } {
  const known = new Set(
    manifest?.inputs.flatMap(({ name, sha256, status }) => (status === 'ok' ? `${name} ${sha256}` : [])),
  );
  const files = listed.files.filter(
    (file) => file.sha256 === undefined || !known.has(`${file.name} ${file.sha256}`) || isMissed(file),
  );
  return { list: { ...listed, files }, unchanged: listed.files.length - files.length };
}

/** ECG tables of an earlier version are written anew: with the others they are read as one. */
export function isOfEarlierSchema(manifest: Manifest | null): boolean {
  return manifest !== null && manifest.schema_version !== SCHEMA_VERSION;
}

/** The data set is of this version, and no kind, format or compression is asked for that it was not made with. */
export function isPlanOf(manifest: Manifest | null, plan: Plan): boolean {
  return !isOfEarlierSchema(manifest) && JSON.stringify(manifest?.plan) === JSON.stringify(plan);
}
