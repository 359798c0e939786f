/** How many samples an answer brought. */

import type { DecodedSink, SeriesFrame } from '../decode/decoded-sink.ts';
import { InputDecoder } from '../decode/input-decoder.ts';
import { NO_CONTEXT } from '../decode/recording-facts.ts';
import type { EcgRecording, SignalKind, StethoRecording } from '../signals/signal.ts';
import { type Answer, contentOf } from '../withings/http/answer.ts';

/**
 * Samples of a recording, rows of raw data. Arrays of numbers were counted on the way in; what is in texts only who decodes them
 * can tell.
 */
export function samplesIn(answer: Answer, kind: SignalKind): number {
  return answer.envelope.samples ?? decodedSamples(answer, kind);
}

function decodedSamples(answer: Answer, kind: SignalKind): number {
  const counter = new SampleCounter();
  const decoder = new InputDecoder('answer', counter, { ...NO_CONTEXT, kind });
  decoder.push(contentOf(answer));
  decoder.finish();
  return counter.samples;
}

/** What cannot be decoded is kept all the same, and told when it is converted. */
class SampleCounter implements DecodedSink {
  samples = 0;
  #ofDocument = 0;

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

  documentRejected(): void {
    this.#ofDocument = 0;
  }

  elementRejected(): void {}

  fact(): void {}

  notice(): void {}
}
