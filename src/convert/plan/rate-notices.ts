/** What is to be said of ECGs whose own answers do not tell their rate: others may, now or in a later run. */

import { type CatalogRecording, type FactIndex, rateOf } from '../../dataset/catalog.ts';

export interface RateChange {
  /** All there are after the run. */
  readonly recordings: Iterable<CatalogRecording>;
  readonly isNew: (recording: CatalogRecording) => boolean;
  readonly factsBefore: FactIndex;
  readonly factsAfter: FactIndex;
  /** Why an ECG of this rate, Hz, and so many samples cannot be filtered; `null`: it can. */
  readonly refusal: (samplingFrequency: number, samples: number) => string | null;
}

/** @returns a line each; those that wait for a rate have one together */
export function rateNotices({ recordings, isNew, factsBefore, factsAfter, refusal }: RateChange): readonly string[] {
  const lines: string[] = [];
  const waiting: string[] = [];
  for (const recording of recordings) {
    if (recording.kind !== 'ecg' || recording.samplingFrequency !== null) continue;
    const { source, samples } = recording;
    const rate = rateOf(recording, factsAfter.resolve(recording));
    if (rate === null) {
      waiting.push(source);
    } else if (isNew(recording) || rateOf(recording, factsBefore.resolve(recording)) !== rate) {
      const why = refusal(rate, samples);
      lines.push(`${source}: took the nominal ${rate} Hz of its model`);
      if (why !== null) lines.push(`${source}: ${why}: kept as delivered, filtered is null`);
    }
  }
  const [first] = waiting.sort();
  if (first !== undefined) {
    const which = waiting.length === 1 ? `ECG ${first}` : `${waiting.length} ECGs (${first} first)`;
    lines.push(`${which}: no sampling frequency is known yet; convert the heart list or the device table, too`);
  }
  return lines.sort();
}
