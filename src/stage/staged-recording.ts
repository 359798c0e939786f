/** An ECG or stethoscope recording whose samples lie on a stage. Plain data, fit to cross a thread. */

import type { RecordingFacts, RecordingKind } from '../signals/signal.ts';
import type { StagedArray } from './stage.ts';

/** What samples of a recording are, and where they lie. */
export type StagedSamples = {
  /** Hz; `null`: the answer does not tell, an ECG's. */
  readonly samplingFrequency: number | null;
  readonly channels: number;
  /** µV or PCM, as delivered; int32 where int16 does not hold them. */
  readonly samples: StagedArray<'i32'> | StagedArray<'i16'>;
};

/** One ECG or stethoscope recording: told by its id, or where it has none by its source and digest. */
export type StagedRecording = StagedSamples & {
  readonly kind: RecordingKind;
  readonly signalId: number | null;
  readonly source: string;
  /** Of sampling frequency, channels and samples: first 128 bits of their SHA-256, hexadecimal. */
  readonly digest: string;
  readonly facts: RecordingFacts;
};
