/**
 * Withings' high-frequency signals to analysis-ready columns.
 *
 * ```ts
 * import { convert } from 'withings-signals';
 *
 * const report = await convert({ inputs: ['answers'], out: 'signals' });
 * console.log(report.summary.ecg?.recordings);
 * ```
 *
 * @packageDocumentation
 */

// Pages of the API as they were received.
export { type Archive, type ArchiveOptions, openArchive } from './archive/archive.ts';
export type { ArchivedPage, DamagedPart, PageList } from './archive/archived-page.ts';
export { listPages, type ReadArchiveOptions } from './archive/list-pages.ts';
export type {
  Note,
  NoteContent,
  PageAbout,
  PageEncoding,
  PageKind,
  PageRequest,
  PageToKeep,
  Refusal,
  TimeWindow,
} from './archive/page.ts';
export { readPage } from './archive/read-page.ts';
export type { ArchiveState, KeptRecording, OpenWindow, PageIdentity } from './archive/state.ts';
export { type ArchiveProblem, type VerifyOptions, type VerifyReport, verifyArchive } from './archive/verify-archive.ts';
export type { ColumnDescription, FileMetadata } from './columnar/describe.ts';
export type { SeriesAbout } from './columnar/metadata.ts';
export { type AlawToWavOptions, type AlawToWavReport, alawToWav } from './convert/alaw-to-wav.ts';
// A batch of answers to a data set, and what a data set holds.
export { convert } from './convert/convert.ts';
export type { ConvertOptions, ConvertProgress } from './convert/convert-options.ts';
export type { ConvertReport } from './convert/convert-report.ts';
// What is thrown on purpose.
export {
  AbortedError,
  ApiError,
  type ApiFailureReason,
  ArchiveError,
  ArgumentError,
  DatasetError,
  InputError,
  isApiError,
  isWithingsSignalsError,
  type RefusedAnswer,
  StateError,
  TokenError,
  WithingsSignalsError,
  type WithingsSignalsErrorCode,
  WorkerError,
} from './core/errors.ts';
export { type FileReport, type InspectOptions, type InspectReport, inspect } from './dataset/inspect.ts';
export type { Manifest, ManifestFile, ManifestInput, Partition, RunReport } from './dataset/manifest.ts';
export type { DatasetProblem } from './dataset/problem.ts';
export {
  type VerifyDatasetOptions,
  type VerifyDatasetReport,
  verifyDataset,
} from './dataset/verify-dataset.ts';
// ITU-T G.711.
export { decodeAlaw, encodeAlaw } from './decode/g711.ts';
// One answer, one recording.
export { type DecodeOptions, decodeResponse, type RecordingContext } from './decode/response.ts';
// A file of A-law to WAV.
export type { AlawFormat } from './decode/sound/alaw-data.ts';
// Filters, resampling and spectra, in SciPy's words.
export { type ButterOptions, butter } from './dsp/design/butterworth.ts';
export { type FirwinOptions, firwin } from './dsp/design/fir.ts';
export { iirnotch } from './dsp/design/notch.ts';
export type { Window } from './dsp/design/windows.ts';
export { sosfilt, sosfiltfilt, sosfiltZi } from './dsp/filter.ts';
export { rfft, type Spectrum } from './dsp/fourier.ts';
export { resamplePoly } from './dsp/resample.ts';
export type { Sos } from './dsp/sos.ts';
export { type PowerSpectrum, type WelchOptions, welch } from './dsp/spectrum.ts';
export type { ExportFormat } from './export/index.ts';
// From the cloud to an archive, and on to a data set.
export {
  type AuthoriseByCodeOptions,
  type AuthoriseOptions,
  authorise,
  authoriseByCode,
  authoriseDemo,
  listTokens,
  refreshAll,
  revokeAll,
  type UserTokens,
} from './fetch/authorise.ts';
export { type FetchOptions, type FetchReport, fetchArchive, type UserReport } from './fetch/fetch.ts';
export { openSession, type Session, type SessionOptions } from './fetch/session.ts';
export { type SyncOptions, type SyncReport, sync } from './fetch/sync.ts';
export type { FetchProgress, KindTally } from './fetch/tally.ts';
export { type Plan, type PlanOptions, type Processing, resolvePlan } from './plan/plan.ts';
export { openPool, type Pool, type PoolOptions, type TaskOptions } from './pool/pool.ts';
export type { SeriesColumns, SeriesValues } from './signals/rows.ts';
export {
  type EcgRecording,
  type FrameColumn,
  type Recording,
  type RecordingFacts,
  type SeriesKind,
  type SeriesRecording,
  SIGNAL_KINDS,
  type SignalKind,
  type StethoRecording,
} from './signals/signal.ts';
// A cloud of people who do not exist, to try all this on.
export type { CloudReport } from './simulator/cloud/ledger.ts';
export type { CloudOptions } from './simulator/cloud/options.ts';
export { type SimulatedCloud, startCloud } from './simulator/cloud/start-cloud.ts';
export type { Segment } from './timeline/segment.ts';
// Sample times.
export { rebuildTimeline, type Timeline, type TimelineInput, type TimelineSegment } from './timeline/timeline.ts';
export type { PartSummary } from './write/part.ts';
export type { Processed, ProcessedEcg, ProcessedRecording, ProcessedSeries } from './write/process-recording.ts';
