/** What the committed samples are: simulations, so that anyone can make them again byte for byte. */

import { accountExportCsv } from '../src/simulator/account-export.ts';
import type { AnswerFile } from '../src/simulator/answer-file.ts';
import { simulateEcg } from '../src/simulator/ecg.ts';
import { simulate } from '../src/simulator/simulate.ts';

/** Two people, two minutes of raw data each: small enough to keep, with every shape of answer in it. */
export function* sampleSet(): Generator<AnswerFile> {
  for (const { path, text } of simulate({ users: 2, days: 1, hours: 1 / 30, stethoSeconds: 6, seed: 1 })) {
    yield { path: `answers/${path}`, text };
  }
  yield { path: 'signal.csv', text: accountExport() };
}

/** One ECG of a watch in µV and one of a blood-pressure monitor in mV; the doctor is invented. */
function accountExport(): string {
  return accountExportCsv([
    {
      ecg: simulateEcg({ seed: 11, heartRate: 61 }),
      timestamp: 1709454012,
      device: 'ScanWatch',
      wearPosition: 1,
      unit: 'uV',
      doctorName: 'Dr. Invented, Ada',
    },
    {
      ecg: simulateEcg({ seed: 12, heartRate: 72, samplingFrequency: 500, durationSeconds: 20 }),
      timestamp: 1709455200,
      device: 'BPM Core',
      wearPosition: 3,
      unit: 'mV',
      doctorName: 'Dr. Invented, Ada',
    },
  ]);
}
