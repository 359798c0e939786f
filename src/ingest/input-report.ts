/** What decoding an input yields: what came, where it lies, what was wrong. Plain data, fit to cross a thread. */

import { messageOf } from '../core/errors.ts';
import type { Fact } from '../decode/decoded-sink.ts';
import type { StagedSeries } from '../series/staged-series.ts';
import type { StagedRecording } from '../stage/staged-recording.ts';
import type { InputFile } from './input-stream.ts';
import type { ToldLines } from './told-lines.ts';

/** A fact of the user whose answer it came in; `null`: the answer did not tell. */
export type OwnedFact = Fact & { readonly userId: string | null };

/** Of a document, or of an element of its list where the rest of the document is kept. */
export type Rejection = { readonly document: number; readonly reason: string };

/** `document`: the index of the one it is about; `null`: the text tells. */
export type Notice = { readonly document: number | null; readonly text: string };

export type InputReport = {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly documents: number;
  /** Documents that were taken: what came of them counts, also where some of it was rejected. */
  readonly accepted: number;
  readonly pending: number;
  /** The first ones; {@link moreRejections} is how many others there were. */
  readonly rejections: readonly Rejection[];
  readonly moreRejections: number;
  readonly notices: readonly string[];
  readonly facts: readonly OwnedFact[];
  readonly recordings: readonly StagedRecording[];
  readonly series: readonly StagedSeries[];
};

/** What some documents of an input yield; documents are counted from the first of these. */
export type DocumentsReport = Pick<InputReport, 'documents' | 'accepted' | 'pending' | 'facts' | 'series'> & {
  readonly rejections: ToldLines<Rejection>;
  readonly notices: ToldLines<Notice>;
  readonly recordings: readonly (Omit<StagedRecording, 'source'> & { readonly document: number })[];
};

/** One line for a failure that is not an error of this package's own. */
export function failedInput(input: InputFile, error: unknown): InputReport {
  return {
    name: input.name,
    bytes: 0,
    sha256: null,
    documents: 0,
    accepted: 0,
    pending: 0,
    rejections: [{ document: 0, reason: messageOf(error) }],
    moreRejections: 0,
    notices: [],
    facts: [],
    recordings: [],
    series: [],
  };
}
