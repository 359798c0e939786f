/** How many samples an answer brought. */

import type { DecodedSink, SeriesFrame } from '../decode/decoded-sink.ts';
import { InputDecoder } from '../decode/input-decoder.ts';
import { NO_CONTEXT } from '../decode/recording-facts.ts';
import type { EcgRecording, RecordingKind, SeriesKind, SignalKind, StethoRecording } from '../signals/signal.ts';
import { type Answer, contentOf } from '../withings/http/answer.ts';
import { breach } from '../withings/http/failure.ts';

/**
 * Rows of raw data. Arrays of numbers were counted on the way in; what is in texts only who decodes them can tell. What cannot be
 * decoded of a page is kept all the same, and told when it is converted.
 */
export function rowsIn(answer: Answer, kind: SeriesKind): number {
  return answer.envelope.samples ?? decodedSamples(answer, kind);
}

/**
 * Samples of a recording, which is decoded for that: one that nobody can read is not had.
 *
 * @throws ApiError when it cannot be decoded
 */
export function samplesOfRecording(answer: Answer, kind: RecordingKind): number {
  return decodedSamples(answer, kind, (reason) => {
    throw breach(answer, `the recording cannot be decoded: ${reason}`);
  });
}

function decodedSamples(answer: Answer, kind: SignalKind, onRejected = (_reason: string): void => undefined): number {
  const counter = new SampleCounter(onRejected);
  const decoder = new InputDecoder('answer', counter, { ...NO_CONTEXT, kind });
  decoder.push(contentOf(answer));
  decoder.finish();
  return counter.samples;
}

class SampleCounter implements DecodedSink {
  samples = 0;
  #ofDocument = 0;
  readonly #onRejected: (reason: string) => void;

  constructor(onRejected: (reason: string) => void) {
    this.#onRejected = onRejected;
  }

  frame({ id }: SeriesFrame): void {
    this.#ofDocument += id.length;
  }

  recording(recording: EcgRecording | StethoRecording): void {
    this.#ofDocument += recording.kind === 'ecg' ? recording.ecg.length : recording.pcm.length;
  }

  documentEnd(): void {
    this.samples += this.#ofDocument;
    this.#ofDocument = 0;
  }

  documentRejected({ error }: Parameters<DecodedSink['documentRejected']>[0]): void {
    this.#ofDocument = 0;
    this.#onRejected(error.message);
  }

  elementRejected(): void {}

  fact(): void {}

  notice(): void {}
}
