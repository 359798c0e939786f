/** The recordings of one simulated person: ECG, heart sounds, and the lists that name them. */

import { type AnswerFile, answerFile } from './answer-file.ts';
import {
  devicesBody,
  ECG_SHAPES,
  type EcgVisit,
  envelope,
  heartGetBody,
  heartListBody,
  ownedAnswer,
  recordingAnswer,
  STETHO_SHAPES,
  type StethoVisit,
  stethoGetBody,
  stethoListBody,
  type Visit,
} from './answers.ts';
import { simulateEcg } from './ecg.ts';
import type { Rhythm } from './heartbeat.ts';
import { BEAMO, BPM_CORE, type Person, SCANWATCH, seedOf } from './person.ts';
import { simulatePhonocardiogram } from './phonocardiogram.ts';
import type { Random } from './random.ts';

export interface RecordingOptions {
  /** Midnight of the first day, Unix seconds. */
  readonly start: number;
  readonly days: number;
  readonly stethoSeconds: number;
}

const DAY = 86400;

/** Where a device is worn: Withings' table of positions. */
const LEFT_WRIST = 1;
const LEFT_ARM = 3;

/** Recordings made so far, which the lists will name. */
type Book = {
  readonly person: Person;
  readonly random: Random;
  readonly ecgs: EcgVisit[];
  readonly stethos: StethoVisit[];
};

type Place = Omit<Visit, 'signalId'>;

/** ECG and stethoscope recordings of all days, and the lists that name them. */
export function* simulateRecordings(person: Person, options: RecordingOptions): Generator<AnswerFile> {
  const { start, days, stethoSeconds } = options;
  const random = person.random.fork('recordings');
  const book: Book = { person, random, ecgs: [], stethos: [] };
  const place = (modelId: number, day: number, hour: number): Place => ({
    deviceId: person.devices[modelId] ?? '',
    modelId,
    timestamp: start + day * DAY + hour * 3600 + random.integer(0, 3599),
  });
  for (let day = 0; day < days; day++) {
    yield recordEcg(book, place(SCANWATCH, day, 8), 'sinus');
    const cuff = place(BPM_CORE, day, 9); // records both at once
    yield recordEcg(book, cuff, 'sinus');
    yield recordSound(book, cuff, 15, stethoSeconds);
    yield recordSound(book, place(BEAMO, day, 18), 18, stethoSeconds);
    yield recordEcg(book, place(SCANWATCH, day, 20), person.eveningRhythm);
  }
  yield announceEcg(book, place(SCANWATCH, days - 1, 22));
  yield* lists(book, [place(SCANWATCH, 0, 7)], start + days * DAY);
}

/** Shapes take turns, so that days of one person have them all. */
function recordEcg(book: Book, place: Place, rhythm: Rhythm): AnswerFile {
  const { person, random, ecgs } = book;
  const cuff = place.modelId === BPM_CORE;
  const ecg = simulateEcg({
    seed: seedOf(random),
    samplingFrequency: cuff ? 500 : 300,
    durationSeconds: cuff ? 20 : 30,
    heartRate: person.heartRate + 4 * random.normal(),
    rhythm,
  });
  const visit: EcgVisit = {
    ...place,
    signalId: nextSignalId(book),
    heartRate: meanHeartRate(ecg.truth.rPeaks),
    afib: rhythm === 'afib' ? 1 : 0,
    wearPosition: cuff ? LEFT_ARM : LEFT_WRIST,
    ...(cuff && { bloodPressure: { systole: random.integer(110, 140), diastole: random.integer(65, 88) } }),
  };
  const shape = ECG_SHAPES[ecgs.length % ECG_SHAPES.length] ?? 'array';
  const heartRateAsObject = ecgs.length % 2 === 1;
  ecgs.push(visit);
  return recordingFile('ecg', person, visit, heartGetBody(visit, ecg, shape, heartRateAsObject));
}

/** An ECG whose samples are still on the watch. */
function announceEcg(book: Book, place: Place): AnswerFile {
  const { person, ecgs } = book;
  const visit = {
    ...place,
    signalId: nextSignalId(book),
    heartRate: person.heartRate,
    afib: 2,
    wearPosition: LEFT_WRIST,
  };
  const nothing = { signal: new Int32Array(0), samplingFrequency: 300 };
  ecgs.push(visit);
  return recordingFile('ecg', person, visit, heartGetBody(visit, nothing, 'array', false));
}

function recordSound(book: Book, place: Place, position: number, durationSeconds: number): AnswerFile {
  const { person, random, stethos } = book;
  const { heartRate, murmur } = person;
  const sound = simulatePhonocardiogram({ seed: seedOf(random), durationSeconds, heartRate, murmur });
  const visit = { ...place, signalId: nextSignalId(book), position, vhd: murmur > 0 ? 1 : 0 };
  const shape = STETHO_SHAPES[(person.number + stethos.length) % STETHO_SHAPES.length] ?? 'unsigned';
  stethos.push(visit);
  return recordingFile('stetho', person, visit, stethoGetBody(visit, sound, shape));
}

function* lists({ person, ecgs, stethos }: Book, failed: readonly Place[], lastSession: number): Generator<AnswerFile> {
  const answers = {
    'heart-list': heartListBody(ecgs, stethos, failed, person),
    'stetho-list': stethoListBody(stethos, person),
    devices: devicesBody(person.devices, lastSession, person),
  };
  for (const [kind, body] of Object.entries(answers)) {
    yield answerFile(person.folder, kind, ownedAnswer(kind, person, envelope(body)));
  }
}

function recordingFile(kind: 'ecg' | 'stetho', person: Person, visit: Visit, body: object): AnswerFile {
  return answerFile(person.folder, `${kind}-${visit.signalId}`, recordingAnswer(kind, person, visit, envelope(body)));
}

function nextSignalId({ person, ecgs, stethos }: Book): number {
  return 10_000 * (1001 + person.number) + ecgs.length + stethos.length + 1;
}

/** Whole beats a minute. */
function meanHeartRate(rPeaks: Float64Array): number {
  return Math.round((60 * (rPeaks.length - 1)) / ((rPeaks.at(-1) ?? 0) - (rPeaks[0] ?? 0)));
}
