/** Everything that crosses a thread: what is asked and what comes back. Plain data and array buffers only. */

import type { FileState, FileToCheck } from '../files/check-file.ts';
import type { Loads } from '../files/loads.ts';
import type { DecodeTask } from '../ingest/decode-inputs.ts';
import type { DecodedPart, DecodePartTask } from '../ingest/decode-part.ts';
import type { InputReport } from '../ingest/input-report.ts';
import type { InputDigest, InputFile } from '../ingest/input-stream.ts';
import type { JoinTask } from '../ingest/join-parts.ts';
import type { KernelChoice } from '../kernels/wasm/load.ts';
import type { Processing } from '../plan/plan.ts';
import type { Recording } from '../signals/signal.ts';
import type { ProcessedRecording } from '../write/process-recording.ts';
import type { RecordingsReport, WriteRecordingsTask } from '../write/write-recordings.ts';
import type { SeriesReport, WriteSeriesTask } from '../write/write-series.ts';

/** Task name to what it takes and gives. */
export type Protocol = {
  readonly decode: { readonly task: DecodeTask; readonly reply: readonly InputReport[] };
  readonly checkFile: { readonly task: FileToCheck; readonly reply: FileState };
  readonly digest: { readonly task: InputFile; readonly reply: InputDigest };
  readonly decodePart: { readonly task: DecodePartTask; readonly reply: DecodedPart | null };
  readonly joinParts: { readonly task: JoinTask; readonly reply: InputReport };
  /** Which kernels run in the thread that answers. */
  readonly kernels: { readonly task: null; readonly reply: KernelChoice };
  readonly process: { readonly task: ProcessTask; readonly reply: ProcessedRecording };
  readonly writeRecordings: { readonly task: WriteRecordingsTask; readonly reply: RecordingsReport };
  readonly writeSeries: { readonly task: WriteSeriesTask; readonly reply: SeriesReport };
};

export type ProcessTask = { readonly recording: Recording; readonly processing: Processing };

export type TaskName = keyof Protocol;

export type Task = { readonly [N in TaskName]: { readonly name: N; readonly task: Protocol[N]['task'] } }[TaskName];

/** What a thread is told once, when it starts. */
export type ThreadSetting = {
  /** Code of the thread that it may have beside it for its digests; `null`: it has none. */
  readonly digestEntry: string | null;
  /** Shared with whoever may stop it: whether that thread loads. */
  readonly loads: Loads;
};

/** An error of this package loses its class on the way through a thread; the code brings it back. */
export type Reply =
  | { readonly ok: true; readonly value: Protocol[TaskName]['reply'] }
  | { readonly ok: false; readonly code: 'INPUT' | 'ARGUMENT' | 'DATASET'; readonly message: string }
  /** What was not foreseen. */
  | { readonly ok: false; readonly code: 'WORKER'; readonly message: string; readonly stack: string | undefined };
