/** The one stethoscope recording of a saved answer. */

import { InputError } from '../../core/errors.ts';
import type { EcgRecording, StethoRecording } from '../../signals/signal.ts';
import type { DecodedSink, DocumentEnd, RejectedDocument, SeriesFrame } from '../decoded-sink.ts';
import { InputDecoder } from '../input-decoder.ts';

/**
 * Decodes an answer as `convert` does.
 *
 * @param chunks JSON
 * @param notice gets one line on what is odd but cost no samples
 * @throws InputError when it is no answer, or not one of a single stethoscope recording
 */
export async function readStethoAnswer(
  chunks: AsyncIterable<Uint8Array>,
  notice: (text: string) => void,
): Promise<StethoRecording> {
  const collector = new StethoCollector(notice);
  const decoder = new InputDecoder('answer', collector);
  for await (const chunk of chunks) decoder.push(chunk);
  decoder.finish();
  return collector.finish();
}

const WHAT = { ecg: 'an ECG', ppg: 'raw data (PPG)', accel: 'raw data (accelerometer)' } as const;

class StethoCollector implements DecodedSink {
  readonly notice: (text: string) => void;
  #first: StethoRecording | null = null;
  #recordings = 0;
  /** What else the answer holds. */
  #other: string | null = null;
  #pending = false;
  #failure: InputError | null = null;

  constructor(notice: (text: string) => void) {
    this.notice = notice;
  }

  recording(recording: EcgRecording | StethoRecording): void {
    if (recording.kind === 'ecg') {
      this.#other ??= WHAT.ecg;
      return;
    }
    this.#recordings++;
    this.#first ??= recording;
  }

  frame({ kind }: SeriesFrame): void {
    this.#other ??= WHAT[kind];
  }

  fact(): void {
    this.#other ??= 'a list of recordings or devices';
  }

  documentEnd({ status }: DocumentEnd): void {
    this.#pending ||= status === 'pending';
  }

  documentRejected({ error }: RejectedDocument): void {
    this.#failure ??= error;
  }

  elementRejected(error: InputError): void {
    this.#failure ??= error;
  }

  finish(): StethoRecording {
    if (this.#failure !== null) throw this.#failure;
    if (this.#other !== null) throw refusal(this.#other);
    if (this.#recordings > 1) throw refusal(`${this.#recordings} stethoscope recordings`);
    if (this.#first !== null) return this.#first;
    throw this.#pending
      ? new InputError('got an answer whose signal is not there yet; fetch it again later')
      : refusal('an answer without a recording');
  }
}

function refusal(got: string): InputError {
  return new InputError(`got ${got}, expected one stethoscope recording; use convert --format wav`);
}
