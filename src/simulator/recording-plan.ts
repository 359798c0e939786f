/** What one simulated person records, without the samples: they are made when asked for, equal each time. */

import {
  ECG_SHAPES,
  type EcgShape,
  type EcgVisit,
  heartGetBody,
  STETHO_SHAPES,
  type StethoShape,
  type StethoVisit,
  stethoGetBody,
  type Visit,
} from './answers.ts';
import { type EcgOptions, simulateEcg } from './ecg.ts';
import type { Rhythm } from './heartbeat.ts';
import { BEAMO, BPM_CORE, type Person, SCANWATCH, seedOf } from './person.ts';
import { type PhonocardiogramOptions, simulatePhonocardiogram } from './phonocardiogram.ts';

export interface PlanOptions {
  /** Midnight of the first day, Unix seconds. */
  readonly start: number;
  readonly days: number;
  readonly stethoSeconds: number;
  /** The ECG that is awaited has come. */
  readonly arrived: boolean;
}

export type PlannedEcg = {
  readonly kind: 'ecg';
  readonly visit: EcgVisit;
  readonly options: EcgOptions;
  readonly shape: EcgShape;
  readonly heartRateAsObject: boolean;
  /** Its samples are still on the watch. */
  readonly awaited: boolean;
};

export type PlannedStetho = {
  readonly kind: 'stetho';
  readonly visit: StethoVisit;
  readonly options: PhonocardiogramOptions;
  readonly shape: StethoShape;
};

/** An ECG that came to nothing: the heart list knows its time and device only. */
export type FailedEcg = { readonly kind: 'failed'; readonly place: Place };

export type PlannedRecording = PlannedEcg | PlannedStetho;

type Place = Omit<Visit, 'signalId'>;

const DAY = 86400;

/** Where a device is worn: Withings' table of positions. */
const LEFT_WRIST = 1;
const LEFT_ARM = 3;

/** All recordings of a person in the order of their signal ids; on the last day one that is awaited, at the end one that failed. */
export function* planRecordings(person: Person, options: PlanOptions): Generator<PlannedRecording | FailedEcg> {
  const { start, days, stethoSeconds, arrived } = options;
  const random = person.random.fork('recordings');
  let ecgs = 0;
  let stethos = 0;
  const nextSignalId = (): number => 10_000 * (1001 + person.number) + ecgs + stethos + 1;

  const place = (modelId: number, day: number, hour: number): Place => ({
    deviceId: person.devices[modelId] ?? '',
    modelId,
    timestamp: start + day * DAY + hour * 3600 + random.integer(0, 3599),
  });

  /** Shapes take turns, so that days of one person have them all. */
  const ecg = (at: Place, rhythm: Rhythm): PlannedEcg => {
    const cuff = at.modelId === BPM_CORE;
    const recipe: EcgOptions = {
      seed: seedOf(random),
      samplingFrequency: cuff ? 500 : 300,
      durationSeconds: cuff ? 20 : 30,
      heartRate: person.heartRate + 4 * random.normal(),
      rhythm,
    };
    const visit: EcgVisit = {
      ...at,
      signalId: nextSignalId(),
      heartRate: meanHeartRate(simulateEcg(recipe).truth.rPeaks),
      afib: rhythm === 'afib' ? 1 : 0,
      wearPosition: cuff ? LEFT_ARM : LEFT_WRIST,
      ...(cuff && { bloodPressure: { systole: random.integer(110, 140), diastole: random.integer(65, 88) } }),
    };
    const shape = ECG_SHAPES[ecgs % ECG_SHAPES.length] ?? 'array';
    return { kind: 'ecg', visit, options: recipe, shape, heartRateAsObject: ecgs++ % 2 === 1, awaited: false };
  };

  const sound = (at: Place, position: number): PlannedStetho => {
    const { heartRate, murmur } = person;
    return {
      kind: 'stetho',
      visit: { ...at, signalId: nextSignalId(), position, vhd: murmur > 0 ? 1 : 0 },
      options: { seed: seedOf(random), durationSeconds: stethoSeconds, heartRate, murmur },
      shape: STETHO_SHAPES[(person.number + stethos++) % STETHO_SHAPES.length] ?? 'unsigned',
    };
  };

  for (let day = 0; day < days; day++) {
    yield ecg(place(SCANWATCH, day, 8), 'sinus');
    const cuff = place(BPM_CORE, day, 9); // records both at once
    yield ecg(cuff, 'sinus');
    yield sound(cuff, 15);
    yield sound(place(BEAMO, day, 18), 18);
    yield ecg(place(SCANWATCH, day, 20), person.eveningRhythm);
  }
  const { heartRate } = person;
  yield {
    kind: 'ecg',
    visit: {
      ...place(SCANWATCH, days - 1, 22),
      signalId: nextSignalId(),
      heartRate,
      afib: 2,
      wearPosition: LEFT_WRIST,
    },
    options: { seed: seedOf(random.fork('awaited')), samplingFrequency: 300, durationSeconds: 30, heartRate },
    shape: 'array',
    heartRateAsObject: false,
    awaited: !arrived,
  };
  yield { kind: 'failed', place: place(SCANWATCH, 0, 7) };
}

/** Heart get or stetho get of a recording. A watch that has not delivered the samples yet answers with an empty signal. */
export function recordingBody(recording: PlannedRecording, pending: boolean): object {
  if (recording.kind === 'stetho') {
    return stethoGetBody(recording.visit, simulatePhonocardiogram(recording.options), recording.shape);
  }
  const { visit, options, shape, heartRateAsObject } = recording;
  const nothing = { signal: new Int32Array(0), samplingFrequency: options.samplingFrequency ?? 300 };
  return heartGetBody(visit, pending ? nothing : simulateEcg(options), pending ? 'array' : shape, heartRateAsObject);
}

/** Whole beats a minute. */
function meanHeartRate(rPeaks: Float64Array): number {
  return Math.round((60 * (rPeaks.length - 1)) / ((rPeaks.at(-1) ?? 0) - (rPeaks[0] ?? 0)));
}
