/** One API answer, however it is at hand, to recordings: the library's door to everything in this folder. */

import { ArgumentError, InputError, messageOf } from '../core/errors.ts';
import { encodedPieces } from '../json/text-scanner.ts';
import type { FrameColumn, Recording, StethoRecording } from '../signals/signal.ts';
import type { DecodedEcg, DecodedSink, DocumentEnd, RejectedDocument, SeriesFrame } from './decoded-sink.ts';
import { readContext } from './document-reader.ts';
import { Fields } from './fields.ts';
import { InputDecoder } from './input-decoder.ts';
import { type DocumentContext, NO_CONTEXT } from './recording-facts.ts';

/** What an answer does not tell of itself; the same words as in a wrapper. */
export interface RecordingContext {
  /** @default told by the content */
  readonly kind?: 'ecg' | 'stetho' | 'ppg' | 'accel' | 'heart-list' | 'stetho-list' | 'devices';
  /** @default unknown */
  readonly userid?: string | number;
  /** @default unknown */
  readonly signalid?: string | number;
  /** Start of the recording, Unix seconds. @default unknown */
  readonly timestamp?: number;
  /** @default unknown */
  readonly deviceid?: string;
  /** IANA name. @default unknown */
  readonly timezone?: string;
}

/** Who is told what the recordings themselves do not tell; one line each time. */
export interface DecodeOptions {
  /** Something odd that cost no samples, as a fact that is taken as not known. @default nobody is told */
  readonly onNotice?: (text: string) => void;
  /** A frame that is of no use: with this the other frames of the answer are decoded. @default it is thrown */
  readonly onRejected?: (error: InputError) => void;
}

/**
 * Decodes one API answer to its recordings: ECG in µV, stethoscope as 16-bit PCM, raw data as columns of counts.
 *
 * Frames of one device, kind and set of columns are joined in delivered order. A signal that is still pending, a page
 * without frames, and a list give no recordings.
 *
 * @param input text, UTF-8 bytes or parsed object: an envelope, its bare body, or a wrapper around one
 * @param context what the answer does not tell itself. Default: nothing is known.
 * @throws InputError when `input` is no answer, a broken one, the answer to a failed request, or has a bad frame and
 * nobody to be told of it
 * @throws ArgumentError when a value of `context` is none
 */
export function decodeResponse(
  input: string | Uint8Array | object,
  context: RecordingContext = {},
  options: DecodeOptions = {},
): Recording[] {
  const collector = new RecordingCollector(options);
  const decoder = new InputDecoder('response', collector, documentContext(context));
  if (input instanceof Uint8Array) decoder.push(input);
  else for (const piece of encodedPieces(typeof input === 'string' ? input : textOf(input))) decoder.push(piece);
  decoder.finish();
  return collector.finish();
}

function documentContext(context: RecordingContext): DocumentContext {
  try {
    return readContext(new Fields(new Map(Object.entries(context)), 'context'), NO_CONTEXT);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new ArgumentError(error.message, { cause: error });
  }
}

function textOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new InputError(`not an API answer: the object has no JSON form (${messageOf(cause)})`, { cause });
  }
}

class RecordingCollector implements DecodedSink {
  readonly #recordings: Recording[] = [];
  /** Frames that may be joined, by what they have in common. */
  readonly #series = new Map<string, OwnedFrame[]>();
  readonly #options: DecodeOptions;
  #documents = 0;
  #failure: InputError | null = null;
  /** Of the document at hand. */
  readonly #rejected: InputError[] = [];

  constructor(options: DecodeOptions) {
    this.#options = options;
  }

  frame(frame: SeriesFrame): void {
    const { kind, deviceId, sensorName, firmwareVersion, formatVersion } = frame;
    const names = [...frame.columns.keys()].sort();
    const key = JSON.stringify([kind, deviceId, sensorName, firmwareVersion, formatVersion, names]);
    const frames = this.#series.get(key);
    if (frames === undefined) this.#series.set(key, [copied(frame)]);
    else frames.push(copied(frame));
  }

  recording(recording: DecodedEcg | StethoRecording): void {
    if (recording.kind === 'stetho') this.#recordings.push(recording);
    else this.#recordings.push({ ...recording, samplingFrequency: rateOf(recording), ecg: recording.ecg.slice() });
  }

  /** Facts belong to recordings of other answers: here there is nothing to join them to. */
  fact(): void {}

  notice(text: string): void {
    this.#options.onNotice?.(text);
  }

  elementRejected(error: InputError): void {
    this.#rejected.push(error);
  }

  documentEnd({ userId, timezone }: DocumentEnd): void {
    this.#documents++;
    for (const error of this.#rejected) {
      if (this.#options.onRejected === undefined) this.#failure ??= error;
      else this.#options.onRejected(error);
    }
    for (const frames of this.#series.values()) this.#recordings.push({ ...joined(frames), userId, timezone });
    this.#series.clear();
  }

  documentRejected({ error }: RejectedDocument): void {
    this.#failure ??= error;
  }

  finish(): Recording[] {
    if (this.#failure !== null) throw this.#failure;
    if (this.#documents > 1) {
      throw new InputError(`got ${this.#documents} documents, expected one API answer; decode them one by one`);
    }
    return this.#recordings;
  }
}

/** Here is nobody else who could tell it. */
function rateOf({ samplingFrequency }: DecodedEcg): number {
  if (samplingFrequency !== null) return samplingFrequency;
  throw new InputError('sampling_frequency: got nothing, and no model; expected a rate in Hz or a model');
}

type OwnedFrame = Omit<SeriesFrame, 'constant'>;

function copied(frame: SeriesFrame): OwnedFrame {
  const columns = new Map<string, FrameColumn>();
  for (const [name, values] of frame.columns) columns.set(name, values.slice());
  const { kind, deviceId, sensorName, firmwareVersion, formatVersion } = frame;
  const [id, timestamp] = [frame.id.slice(), frame.timestamp.slice()];
  return { kind, deviceId, sensorName, firmwareVersion, formatVersion, id, timestamp, columns };
}

function joined(frames: readonly OwnedFrame[]): OwnedFrame {
  const first = frames[0] as OwnedFrame;
  if (frames.length === 1) return first;
  const rows = frames.reduce((sum, { id }) => sum + id.length, 0);
  const columns = new Map<string, FrameColumn>();
  for (const name of first.columns.keys()) {
    const parts = frames.map((frame) => frame.columns.get(name) as FrameColumn);
    const isWhole = parts.every((part) => part instanceof Int32Array);
    columns.set(name, concatenate(isWhole ? new Int32Array(rows) : new Float64Array(rows), parts));
  }
  const id = concatenate(
    new Uint32Array(rows),
    frames.map((frame) => frame.id),
  );
  const timestamp = concatenate(
    new Uint32Array(rows),
    frames.map((frame) => frame.timestamp),
  );
  return { ...first, id, timestamp, columns };
}

function concatenate<T extends FrameColumn | Uint32Array>(out: T, parts: readonly (FrameColumn | Uint32Array)[]): T {
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
