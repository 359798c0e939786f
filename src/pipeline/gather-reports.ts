/** What the reports of all inputs tell, in little memory: by the ten thousand, only what later steps need is kept of them. */

import type { InputReport, OwnedFact, StagedSeries } from '../process/input-report.ts';
import type { StagedArray } from '../process/stage.ts';
import { type Arrival, ArrivalList } from './arrivals.ts';
import type { InputStatus, ManifestInput } from './manifest.ts';

export type Gathered = {
  /** In name order, as are the next three. */
  readonly inputs: readonly ManifestInput[];
  /** Names of those that wait for a signal. */
  readonly pending: readonly string[];
  /** One for each document that was rejected. */
  readonly rejected: readonly { readonly name: string; readonly reason: string }[];
  /** One line each. */
  readonly notices: readonly string[];
  readonly facts: readonly OwnedFact[];
  readonly recordings: readonly Arrival[];
  readonly series: readonly StagedSeries[];
};

export class ReportGatherer {
  readonly #one = createInterner();
  readonly #inputs: ManifestInput[] = [];
  readonly #pending: string[] = [];
  readonly #refused: Pick<InputReport, 'name' | 'documents' | 'rejections'>[] = [];
  readonly #noticed: Pick<InputReport, 'name' | 'notices'>[] = [];
  readonly #facts: OwnedFact[] = [];
  readonly #recordings = new ArrivalList();
  readonly #series: StagedSeries[] = [];

  add(report: InputReport): void {
    const { name, documents, rejections, notices } = report;
    this.#inputs.push(inputOf(report));
    if (report.pending > 0) this.#pending.push(name);
    if (rejections.length > 0) this.#refused.push({ name, documents, rejections });
    if (notices.length > 0) this.#noticed.push({ name, notices });
    for (const fact of report.facts) this.#facts.push(fact);
    for (const recording of report.recordings) this.#recordings.add(recording, name);
    for (const chunk of report.series) this.#series.push(this.#chunk(chunk));
  }

  finish(): Gathered {
    return {
      inputs: this.#inputs.sort(byName),
      pending: this.#pending.sort(),
      rejected: this.#refused.sort(byName).flatMap(({ name, documents, rejections }) =>
        rejections.map(({ document, reason }) => ({
          name: documents > 1 ? `${name}, document ${document + 1}` : name,
          reason,
        })),
      ),
      notices: this.#noticed.sort(byName).flatMap(({ name, notices }) => notices.map((notice) => `${name}: ${notice}`)),
      facts: this.#facts,
      recordings: this.#recordings.all,
      series: this.#series,
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

function inputOf(report: InputReport): ManifestInput {
  const { name, sha256, rejections, notices } = report;
  const [first, ...others] = rejections;
  const status = statusOf(report);
  // Most are this and no more; made by spreading, each of them would get a shape of its own, which is larger than it.
  if (first === undefined && notices.length === 0) return { name, sha256, status };
  const about = { name, sha256, ...(notices.length > 0 && { notices }), status } as const;
  if (first === undefined) return about;
  const more = others.length > 0 ? ` (and ${others.length} more of its documents)` : '';
  return { ...about, reason: `${first.reason}${more}` };
}

function statusOf({ accepted, pending, rejections }: InputReport): InputStatus {
  if (rejections.length > 0) return accepted > 0 ? 'partly' : 'rejected';
  return pending > 0 ? 'pending' : 'ok';
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
