/** Frames whose samples lie on a stage. Plain data, fit to cross a thread. */

import type { SeriesRecording } from '../signals/signal.ts';
import type { StagedRows } from './series-chunk.ts';

/** What the rows of a chunk have in common. */
export type SeriesOrigin = Pick<
  SeriesRecording,
  'kind' | 'deviceId' | 'sensorName' | 'firmwareVersion' | 'formatVersion'
>;

/** Samples of one device and UTC day, in delivered order. */
export type StagedChunk = SeriesOrigin &
  StagedRows & {
    /** Days since 1970-01-01. */
    readonly day: number;
  };

/** Samples of a user's device: what a partition is made of. */
export type StagedSeries = StagedChunk & { readonly userId: string | null; readonly timezone: string | null };
