/**
 * What is damaged is made anew from inputs that are given again, when that is proof against loss: what comes of those inputs
 * among them that the data set was made of must have the digest that the manifest names.
 */

import { createHash } from 'node:crypto';
import { type Catalog, EMPTY_CATALOG, indexFacts, joinFactLists } from '../../dataset/catalog.ts';
import type { ManifestFile } from '../../dataset/manifest.ts';
import { jsonPieces } from '../../dataset/write-json.ts';
import type { GatheredSignals } from './gather-reports.ts';
import { planRecordings } from './plan-recordings.ts';

/** The catalog that these signals make. @returns `null`: not the one that the manifest names */
export function catalogAgain(
  { facts, recordings }: GatheredSignals,
  expected: ManifestFile | undefined,
): Catalog | null {
  const joined = joinFactLists(facts);
  const plan = planRecordings({
    before: EMPTY_CATALOG,
    factsBefore: indexFacts([]),
    factsAfter: indexFacts(joined),
    staged: recordings,
    wav: false,
    lost: new Map(),
    isForced: () => false,
    refusal: () => null,
  });
  const catalog: Catalog = { recordings: [...plan.recordings()], facts: joined };
  const hash = createHash('sha256');
  for (const piece of jsonPieces(catalog, 0)) hash.update(piece);
  return hash.update('\n').digest('hex') === expected?.sha256 ? catalog : null;
}
