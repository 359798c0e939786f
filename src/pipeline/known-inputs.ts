/** Pages of an archive never change: what was converted of it before is in the data set, and need not be read again. */

import type { Plan } from '../process/plan.ts';
import type { InputList, ListedFile } from './found-inputs.ts';
import type { Manifest } from './manifest.ts';

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

/** No kind, format or compression is asked for that the data set was not made with. */
export function isPlanOf(manifest: Manifest | null, plan: Plan): boolean {
  return JSON.stringify(manifest?.plan) === JSON.stringify(plan);
}
