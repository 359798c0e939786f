/** What came and what the data set holds, joined: which partitions change, and how. */

import { DatasetError } from '../../core/errors.ts';
import { type Catalog, factContent, indexFacts, joinFactLists } from '../../dataset/catalog.ts';
import { CATALOG } from '../../dataset/catalog-file.ts';
import type { Dataset } from '../../dataset/dataset.ts';
import { partPath } from '../../dataset/partition.ts';
import type { PresentFiles } from '../../dataset/present-files.ts';
import { ecgChainsOf, filterRefusal } from '../../dsp/ecg-chains.ts';
import { pathSegment } from '../../files/sink.ts';
import type { Plan } from '../../plan/plan.ts';
import { isOfEarlierSchema } from '../known-inputs.ts';
import type { Gathered } from './gather-reports.ts';
import { planRecordings, REPAIR_REMEDY, type RecordingsPlan } from './plan-recordings.ts';
import { planSeries, type SeriesWrite } from './plan-series.ts';
import { catalogAgain } from './repair.ts';

export type Change = {
  readonly facts: Catalog['facts'];
  readonly recordings: RecordingsPlan;
  readonly series: readonly SeriesWrite[];
};

/**
 * @param damaged files of the data set known to be damaged, and why
 * @throws DatasetError where something is damaged that did not come again
 */
export async function planChange(
  dataset: Dataset,
  plan: Plan,
  decoded: Gathered,
  present: PresentFiles,
  damaged: ReadonlyMap<string, string>,
): Promise<Change> {
  const { manifest } = dataset;
  const catalog = catalogOf(dataset, decoded, present);
  const facts = joinFactLists(catalog.facts, decoded.facts);
  const known = new Set(catalog.facts.map(factContent));
  const [factsBefore, factsAfter] = [indexFacts(catalog.facts), indexFacts(facts)];
  const arrived = decoded.recordings.map(({ recording: { kind, facts: own } }) => partPath({ kind, user: own.userId }));
  const wav = plan.formats.includes('wav');
  const wavIsNew = wav && manifest !== null && !manifest.plan.formats.includes('wav');
  const chains = ecgChainsOf(plan.processing.ecg);
  const damagedPaths = [...damaged.keys()];
  return {
    facts,
    recordings: planRecordings({
      before: catalog,
      factsBefore,
      factsAfter,
      staged: decoded.recordings,
      wav,
      lost: new Map([...damaged, ...(await present.damagedOf(arrived))]),
      isForced: ({ kind, user }) =>
        kind === 'stetho'
          ? wavIsNew || damagedPaths.some((path) => path.startsWith(`wav/user=${pathSegment(user)}/`))
          : isOfEarlierSchema(manifest),
      refusal: (rate, samples) => filterRefusal(chains, rate, samples),
    }),
    series: planSeries({
      before: manifest,
      staged: decoded.series,
      again: decoded.again.series,
      news: facts.filter((fact) => !known.has(factContent(fact))),
      factsBefore,
      factsAfter,
    }),
  };
}

function catalogOf(dataset: Dataset, { again }: Gathered, present: PresentFiles): Catalog {
  const { catalog: read } = dataset;
  if ('catalog' in read) return read.catalog;
  const made = catalogAgain(again, present.fileOf(CATALOG));
  if (made !== null) return made;
  throw new DatasetError(`${dataset.pathOf(CATALOG)}: ${read.damage}; ${REPAIR_REMEDY}`);
}
