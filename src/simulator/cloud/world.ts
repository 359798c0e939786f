/** The people of the cloud, and how much of what they recorded has come so far. */

import { createPerson, type Person, SCANWATCH } from '../person.ts';
import { type FailedEcg, type PlannedRecording, planRecordings, recordingBody } from '../recording-plan.ts';
import { ByteCache } from './byte-cache.ts';
import type { ResolvedCloud } from './options.ts';
import { shareOf } from './variation.ts';

/** A recording as it stands now. */
export type Listed = {
  readonly recording: PlannedRecording;
  /** Unix seconds. */
  readonly modified: number;
};

/** What the servers have of one person. */
type Synchronised = {
  /** Whole days from the first on. */
  days: number;
  late: boolean;
  /** Signals that were empty and are no more. */
  readonly released: Set<number>;
  /** Asks for signals that answer empty a few times. */
  readonly asks: Map<number, number>;
  /** Changes of list entries by signal id. */
  readonly changes: Map<number, number>;
};

const DAY = 86_400;

/** From a recording to its list entry, from an empty signal to a full one, and for each change, seconds. */
const UPLOAD = 300;
const DELIVERY = 600;
const CHANGE = 3600;

/** From the end of the last day to the synchronisation that brings what was late, seconds. */
const LATE_SESSION = 1800;

/** Share of a watch's ECGs that are pending at first, if any are. */
const PENDING_SHARE = 0.25;

/** Of one planned recording, about. */
const PLAN_BYTES = 600;

export class World {
  readonly options: ResolvedCloud;
  readonly #people = new Map<number, Person>();
  readonly #synchronised = new Map<number, Synchronised>();
  readonly #plans = new ByteCache<readonly (PlannedRecording | FailedEcg)[]>(2 ** 26);

  constructor(options: ResolvedCloud) {
    this.options = options;
  }

  person(number: number): Person {
    const person = this.#people.get(number) ?? createPerson(number, this.options.seed);
    this.#people.set(number, person);
    return person;
  }

  /** From an id as the API gives it, or `undefined`: nobody. */
  numberOf(userId: string): number | undefined {
    const number = /^\d+$/.test(userId) ? Number(userId) - 1001 : -1;
    return number >= 0 && number < this.options.users ? number : undefined;
  }

  /** By number from 0, or by id. */
  find(user: string): number | undefined {
    return /^\d+$/.test(user) && Number(user) < this.options.users ? Number(user) : this.numberOf(user);
  }

  /** Whose a device is, among the people that anybody has asked about. */
  device(id: string): { readonly user: number; readonly modelId: number } | undefined {
    for (const { number, devices } of this.#people.values()) {
      for (const [modelId, deviceId] of Object.entries(devices)) {
        if (deviceId === id) return { user: number, modelId: Number(modelId) };
      }
    }
    return undefined;
  }

  /** Days that have come, and whether what was late has. */
  synchronised(number: number): Synchronised {
    const state = this.#synchronised.get(number) ?? {
      days: this.options.days - this.options.heldBackDays,
      late: false,
      released: new Set(),
      asks: new Map(),
      changes: new Map(),
    };
    this.#synchronised.set(number, state);
    return state;
  }

  /** End of the last day that has come, Unix seconds; what was late came with a synchronisation of its own. */
  lastSession(number: number): number {
    const { days, late } = this.synchronised(number);
    return this.options.start + days * DAY + (late ? LATE_SESSION : 0);
  }

  /** Recordings that have come, in the order they were made. */
  recordings(number: number): readonly Listed[] {
    return this.#plan(number)
      .filter((planned) => planned.kind !== 'failed')
      .filter(({ visit }) => this.#hasCome(number, visit.timestamp, visit.signalId))
      .map((recording) => ({ recording, modified: this.#modified(number, recording) }));
  }

  /** Failed ECGs that have come. */
  failed(number: number): readonly FailedEcg['place'][] {
    return this.#plan(number)
      .filter((planned) => planned.kind === 'failed')
      .map(({ place }) => place)
      .filter(({ timestamp }) => this.#hasCome(number, timestamp, 'failed'));
  }

  recording(number: number, signalId: number): PlannedRecording | undefined {
    return this.recordings(number).find(({ recording }) => recording.visit.signalId === signalId)?.recording;
  }

  /** Heart get or stetho get; each ask brings a pending signal nearer. */
  ask(number: number, recording: PlannedRecording): object {
    const { signalId } = recording.visit;
    const pending = this.isPending(number, recording);
    const { asks } = this.synchronised(number);
    asks.set(signalId, (asks.get(signalId) ?? 0) + 1);
    return recordingBody(recording, pending);
  }

  isPending(number: number, recording: PlannedRecording): boolean {
    const { released, asks } = this.synchronised(number);
    const { signalId } = recording.visit;
    if (recording.kind === 'stetho' || released.has(signalId)) return false;
    return (
      recording.awaited || (this.#pendingAtFirst(recording) && (asks.get(signalId) ?? 0) < this.options.pendingAsks)
    );
  }

  /** Hidden until what is late is revealed. */
  isLate(number: number, ...what: readonly (string | number)[]): boolean {
    const { lateShare, seed } = this.options;
    if (lateShare === 0 || this.synchronised(number).late) return false;
    return shareOf(seed, 'late', number, ...what) < lateShare;
  }

  #hasCome(number: number, timestamp: number, what: string | number): boolean {
    return timestamp < this.lastSession(number) && !this.isLate(number, what);
  }

  #pendingAtFirst({ visit }: PlannedRecording): boolean {
    const { pendingAsks, seed } = this.options;
    return pendingAsks > 0 && visit.modelId === SCANWATCH && shareOf(seed, 'pending', visit.signalId) < PENDING_SHARE;
  }

  #modified(number: number, recording: PlannedRecording): number {
    const { signalId, timestamp } = recording.visit;
    const emptyAtFirst = recording.kind === 'ecg' && (recording.awaited || this.#pendingAtFirst(recording));
    const delivered = emptyAtFirst && !this.isPending(number, recording);
    const changes = this.synchronised(number).changes.get(signalId) ?? 0;
    return timestamp + UPLOAD + (delivered ? DELIVERY : 0) + CHANGE * changes;
  }

  #plan(number: number): readonly (PlannedRecording | FailedEcg)[] {
    const known = this.#plans.get(String(number));
    if (known !== undefined) return known;
    const { start, days, stethoSeconds } = this.options;
    const plan = [...planRecordings(this.person(number), { start, days, stethoSeconds, arrived: false })];
    this.#plans.set(String(number), plan, plan.length * PLAN_BYTES);
    return plan;
  }
}
