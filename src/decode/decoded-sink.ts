/** What decoding an input file yields, in the order of the file. */

import type { InputError } from '../core/errors.ts';
import type { EcgRecording, RecordingFacts, SeriesRecording, StethoRecording } from '../signals/signal.ts';

/** One frame of a raw-data answer. Who it belongs to is known at the end of its document. */
export type SeriesFrame = Omit<SeriesRecording, 'userId' | 'timezone'> & {
  /** Columns as delivered that are known to hold one value only, as gain settings mostly do: none has to be looked at. */
  readonly constant: ReadonlySet<string>;
};

/** An ECG whose answer may not tell its rate: a list or a device table can. */
export type DecodedEcg = Omit<EcgRecording, 'samplingFrequency'> & {
  /** Hz; `null`: not told, nor the model. */
  readonly samplingFrequency: number | null;
};

/** What a list of recordings or devices tells of one of them; only what is known stands in `facts`. */
export type Fact = {
  readonly subject: 'ecg' | 'stetho' | 'device';
  /** Signal id in decimal digits, or device id. */
  readonly id: string;
  /** Unix seconds of the last change of these facts: of two tellings the later counts. */
  readonly modified: number | null;
  readonly facts: Partial<RecordingFacts>;
};

export type DocumentEnd = {
  /** Of the document within its input, from 0. */
  readonly index: number;
  /** `pending`: the signal is not there yet, the watch has not finished its synchronisation. */
  readonly status: 'ok' | 'pending';
  readonly userId: string | null;
  /** IANA name. */
  readonly timezone: string | null;
};

export type RejectedDocument = { readonly index: number; readonly error: InputError };

export interface DecodedSink {
  /**
   * Its arrays are valid during the call only.
   *
   * @throws InputError when its samples fit no table: then nothing of it is kept
   */
  frame(frame: SeriesFrame): void;
  /** The samples of an ECG are valid during the call only; those of a stethoscope belong to the receiver. */
  recording(recording: DecodedEcg | StethoRecording): void;
  fact(fact: Fact): void;
  /**
   * One line on something odd that did not stop the decoding.
   *
   * @param document index of the one it is about, where the text does not tell
   */
  notice(text: string, document?: number): void;
  /** An element of the list of the document at hand is of no use: the others are. Its place stands in the message. */
  elementRejected(error: InputError): void;
  /** All since the last end or rejection belongs to this document and is good. */
  documentEnd(document: DocumentEnd): void;
  /** All since the last end or rejection is to be forgotten, rejected elements included. */
  documentRejected(document: RejectedDocument): void;
}
