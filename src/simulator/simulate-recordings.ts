/** The recordings of one simulated person: ECG, heart sounds, and the lists that name them. */

import { type AnswerFile, answerFile } from './answer-file.ts';
import {
  devicesBody,
  type EcgVisit,
  envelope,
  heartListBody,
  ownedAnswer,
  recordingAnswer,
  type StethoVisit,
  stethoListBody,
  type Visit,
} from './answers.ts';
import type { Person } from './person.ts';
import { type PlanOptions, planRecordings, recordingBody } from './recording-plan.ts';

/** ECG and stethoscope recordings of all days, and the lists that name them. */
export function* simulateRecordings(person: Person, options: PlanOptions): Generator<AnswerFile> {
  const ecgs: EcgVisit[] = [];
  const stethos: StethoVisit[] = [];
  const failed: Omit<Visit, 'signalId'>[] = [];
  for (const recording of planRecordings(person, options)) {
    if (recording.kind === 'failed') {
      failed.push(recording.place);
      continue;
    }
    if (recording.kind === 'ecg') ecgs.push(recording.visit);
    else stethos.push(recording.visit);
    const { kind, visit } = recording;
    const body = recordingBody(recording, recording.kind === 'ecg' && recording.awaited);
    yield answerFile(person.folder, `${kind}-${visit.signalId}`, recordingAnswer(kind, person, visit, envelope(body)));
  }
  const answers = {
    'heart-list': heartListBody(ecgs, stethos, failed, person),
    'stetho-list': stethoListBody(stethos, person),
    devices: devicesBody(person.devices, options.start + options.days * 86400, person),
  };
  for (const [kind, body] of Object.entries(answers)) {
    yield answerFile(person.folder, kind, ownedAnswer(kind, person, envelope(body)));
  }
}
