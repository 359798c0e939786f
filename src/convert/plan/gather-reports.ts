/** What the reports of all inputs tell, in little memory: by the ten thousand, only what later steps need is kept of them. */

import type { InputStatus, ManifestInput } from '../../dataset/manifest.ts';
import type { InputReport, OwnedFact } from '../../ingest/input-report.ts';
import type { StagedSeries } from '../../series/staged-series.ts';
import type { StagedArray } from '../../stage/stage.ts';
import { type Arrival, ArrivalList } from './arrivals.ts';

/** What samples and facts came of inputs. */
export type GatheredSignals = {
  readonly facts: readonly OwnedFact[];
  readonly recordings: readonly Arrival[];
  readonly series: readonly StagedSeries[];
};

export type Gathered = GatheredSignals & {
  /** In name order, as are the next three. */
  readonly inputs: readonly ManifestInput[];
  /** Names of those that wait for a signal. */
  readonly pending: readonly string[];
  /** One for each document, or part of one, that was rejected. */
  readonly rejected: readonly Rejected[];
  /** One line each. */
  readonly notices: readonly string[];
  /** Of it all, what came of inputs that the data set has. */
  readonly again: GatheredSignals;
};

export type Rejected = {
  /** Of the input, and in it the document where there are several. */
  readonly name: string;
  readonly input: string;
  readonly reason: string;
};

export class ReportGatherer {
  readonly #one = createInterner();
  readonly #inputs: ManifestInput[] = [];
  readonly #pending: string[] = [];
  readonly #refused: Refused[] = [];
  readonly #noticed: Pick<InputReport, 'name' | 'notices'>[] = [];
  readonly #facts: OwnedFact[] = [];
  readonly #recordings = new ArrivalList();
  readonly #series: StagedSeries[] = [];
  readonly #known: ReadonlySet<string>;
  readonly #again = { facts: [] as OwnedFact[], recordings: [] as Arrival[], series: [] as StagedSeries[] };

  /** @param known digests of the inputs that the data set has */
  constructor(known: ReadonlySet<string>) {
    this.#known = known;
  }

  add(report: InputReport): void {
    const { name, documents, rejections, moreRejections, notices } = report;
    this.#inputs.push(inputOf(report));
    if (report.pending > 0) this.#pending.push(name);
    if (rejections.length > 0) this.#refused.push({ name, documents, rejections, moreRejections });
    if (notices.length > 0) this.#noticed.push({ name, notices });
    const before = [this.#facts.length, this.#recordings.all.length, this.#series.length] as const;
    for (const fact of report.facts) this.#facts.push(fact);
    for (const recording of report.recordings) this.#recordings.add(recording, name);
    for (const chunk of report.series) this.#series.push(this.#chunk(chunk));
    if (report.sha256 === null || !this.#known.has(report.sha256)) return;
    const [facts, recordings, series] = before;
    for (const fact of this.#facts.slice(facts)) this.#again.facts.push(fact);
    for (const arrival of this.#recordings.all.slice(recordings)) this.#again.recordings.push(arrival);
    for (const chunk of this.#series.slice(series)) this.#again.series.push(chunk);
  }

  finish(): Gathered {
    return {
      inputs: this.#inputs.sort(byName),
      pending: this.#pending.sort(),
      rejected: this.#refused.sort(byName).flatMap(rejectedOf),
      notices: this.#noticed.sort(byName).flatMap(({ name, notices }) => notices.map((notice) => `${name}: ${notice}`)),
      facts: this.#facts,
      recordings: this.#recordings.all,
      series: this.#series,
      again: this.#again,
    };
  }

  #chunk(chunk: StagedSeries): StagedSeries {
    const one = this.#one;
    return {
      ...chunk,
      kind: one(chunk.kind),
      deviceId: one(chunk.deviceId),
      sensorName: one(chunk.sensorName),
      userId: one(chunk.userId),
      timezone: one(chunk.timezone),
      id: this.#array(chunk.id),
      timestamp: this.#array(chunk.timestamp),
      columns: chunk.columns.map(({ name, values, valid }) => ({
        name: one(name),
        values: this.#array(values),
        valid: valid && this.#array(valid),
      })),
    };
  }

  #array<A extends StagedArray>(array: A): A {
    return { ...array, file: this.#one(array.file), type: this.#one(array.type) };
  }
}

/** Of equal texts (files, users, devices, zones) it keeps one: what came through a thread came as copies of its own. */
function createInterner() {
  const texts = new Map<string, string>();
  return <T extends string | null>(text: T): T => {
    if (text === null) return text;
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return (known ?? text) as T;
  };
}

type Refused = Pick<InputReport, 'name' | 'documents' | 'rejections' | 'moreRejections'>;

function rejectedOf({ name: input, documents, rejections, moreRejections }: Refused): readonly Rejected[] {
  const rejected = rejections.map(({ document, reason }) => {
    const name = documents > 1 ? `${input}, document ${document + 1}` : input;
    return { name, input, reason };
  });
  const reason = `${moreRejections} more of its documents, too many to name each`;
  return moreRejections === 0 ? rejected : [...rejected, { name: input, input, reason }];
}

function inputOf(report: InputReport): ManifestInput {
  const { name, sha256, documents, rejections, notices } = report;
  const [first] = rejections;
  const status = statusOf(report);
  // Most are this and no more; made by spreading, each of them would get a shape of its own, which is larger than it.
  if (first === undefined && notices.length === 0) return { name, sha256, status };
  const about = { name, sha256, ...(notices.length > 0 && { notices }), status } as const;
  if (first === undefined) return about;
  const others = rejections.length - 1 + report.moreRejections;
  if (others === 0) return { ...about, reason: first.reason };
  const lines = rejections.map(({ document, reason }) =>
    documents > 1 ? `document ${document + 1}: ${reason}` : reason,
  );
  return { ...about, reason: `${first.reason} (and ${others} more)`, rejections: lines };
}

function statusOf({ accepted, pending, rejections }: InputReport): InputStatus {
  if (rejections.length > 0) return accepted > 0 ? 'partly' : 'rejected';
  return pending > 0 ? 'pending' : 'ok';
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
