/**
 * One API answer to recordings, frames and facts: tells which answer it is by its content.
 *
 * | shape | members |
 * |---|---|
 * | wrapper | `response`, beside it `kind`, `userid`, `signalid`, `timestamp`, `deviceid`, `timezone`, in any order |
 * | envelope | `status` (0 is good), `body`, `error` |
 * | body of heart get, stetho get | `signal` |
 * | body of rawdata get | `rawdata[]` |
 * | body of heart list, stetho list | `series[]` |
 * | body of user getdevice | `devices[]` |
 * | body with nothing in it | no data, or no right to it: no failure, and nothing to decode |
 */

import { type ApiFailureReason, InputError, quoted } from '../core/errors.ts';
import { MAX_FRAME_SAMPLES } from '../core/limits.ts';
import { isAbsent, isEmptyList, isNoObject, isSilent } from '../core/reading.ts';
import { familyOf, meaningOf, waitSecondsOf } from '../core/status.ts';
import type { JsonStream } from '../json/json-builder.ts';
import { isJsonArray, isJsonObject, type JsonPath, type JsonValue } from '../json/json-value.ts';
import { TextScanner } from '../json/text-scanner.ts';
import type { SeriesKind } from '../signals/signal.ts';
import type { DecodedSink, DocumentEnd, SeriesFrame } from './decoded-sink.ts';
import { readEcg } from './ecg.ts';
import { describe, Fields, UINT32_MAX } from './fields.ts';
import { readFrame } from './frame.ts';
import { readDevice, readSeriesEntry } from './listed-facts.ts';
import { type DocumentContext, findDevice, modelFacts } from './recording-facts.ts';
import { readStetho } from './stetho.ts';

type ListName = 'rawdata' | 'series' | 'devices';

const LIST_NAMES: ReadonlySet<string> = new Set<ListName>(['rawdata', 'series', 'devices']);

/** Members that may be a text of JSON, and how it begins: `signal` may be other texts, too. */
export const JSON_TEXTS: ReadonlyMap<string, string> = new Map([
  ['data', '{['],
  ['signal', '['],
]);

/** Where a list may stand in a document. */
const LIST_PATH = /^(?:response\.)?(?:body\.)?(\w+)$/;

/** `kind` of a wrapper, and what its document must then be. */
const KINDS = {
  ecg: 'ecg',
  stetho: 'stetho',
  ppg: 'rawdata',
  accel: 'rawdata',
  'heart-list': 'series',
  'stetho-list': 'series',
  devices: 'devices',
} as const;

type Content = (typeof KINDS)[keyof typeof KINDS];

/** Members that only the body of a stethoscope recording has, and those only an ECG has. */
const STETHO_ONLY = ['frequency', 'format', 'size', 'resolution', 'channel', 'position', 'vhd', 'duration'];
const ECG_ONLY = ['sampling_frequency', 'wearposition', 'heart_rate', 'afib'];

/** Reads one document at a time: elements of its list as they come, then {@link finish}. */
export class DocumentReader implements JsonStream {
  readonly listNames = LIST_NAMES;
  readonly #sink: DecodedSink;
  readonly #context: DocumentContext;
  readonly #texts = new TextScanner();
  readonly #notice: (text: string) => void;
  #document = 0;
  #list: ListName | null = null;
  #elements = 0;
  #rejectedElements = 0;
  #firstRejection: InputError | null = null;
  #failure: InputError | null = null;
  readonly #frameKinds = new Set<string>();

  /** @param context stands in for what a document does not tell itself */
  constructor(sink: DecodedSink, context: DocumentContext) {
    this.#sink = sink;
    this.#context = context;
    this.#notice = (text) => sink.notice(text, this.#document);
  }

  /** Forgets the document at hand; `document` is the index of the next. */
  reset(document: number): void {
    this.#document = document;
    this.#list = null;
    this.#elements = 0;
    this.#rejectedElements = 0;
    this.#firstRejection = null;
    this.#failure = null;
    this.#frameKinds.clear();
    this.#texts.clear();
  }

  /** Frames of the document so far, good or bad; `null`: no list of frames was opened, or more than one. */
  get frames(): number | null {
    return this.#list === 'rawdata' && this.#failure === null ? this.#elements : null;
  }

  /** Frames that were read elsewhere. */
  skipFrames(frames: number, kinds: Iterable<SeriesKind>): void {
    this.#elements += frames;
    for (const kind of kinds) this.#frameKinds.add(kind);
  }

  elementColumnLimit(path: JsonPath): number | null {
    const name = LIST_PATH.exec(path.join('.'))?.[1];
    if (name === undefined || !LIST_NAMES.has(name)) return null;
    // What was handed out cannot be taken back when a later key of the same name overrides it.
    if (this.#list !== null) this.#failure ??= new InputError(`${path.join('.')}: got a second list, expected one`);
    this.#list = name as ListName;
    return MAX_FRAME_SAMPLES;
  }

  /** What is wrong with an element ends with it: a document of which others are good is good. */
  element(path: JsonPath, value: JsonValue): void {
    const where = `${path.join('.')}[${this.#elements++}]`;
    if (this.#failure !== null) return;
    try {
      this.#readElement(Fields.of(value, where), where);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#rejectedElements++;
      this.#firstRejection ??= error;
      this.#sink.elementRejected(error);
    }
  }

  /**
   * The document is complete: the rest of what it holds goes to the sink.
   *
   * @throws InputError when it is no answer, or not one to use
   */
  finish(root: JsonValue): Omit<DocumentEnd, 'index'> {
    if (this.#failure !== null) throw this.#failure;
    const { answer, context } = unwrap(root, this.#context, this.#notice);
    const body = openEnvelope(answer);
    if (body === null) return this.#silence(answer, context);
    const content = contentOf(body, context.kind);
    if (this.#list !== null && this.#list !== content) {
      throw new InputError(`${this.#list}: got a list in an answer of another kind (${CONTENT_WORDS[content]})`);
    }
    this.#checkKind(context.kind, content);
    this.#checkElements();
    const { userId, timezone } = context;
    if (content !== 'ecg' && content !== 'stetho') return { status: 'ok', userId, timezone };
    const read = content === 'ecg' ? readEcg : readStetho;
    const recording = read(body, context, this.#texts, this.#notice);
    if (recording !== null) this.#sink.recording(recording);
    return { status: recording === null ? 'pending' : 'ok', userId, timezone };
  }

  /** A recording that is asked for and not there is one that is awaited. */
  #silence(answer: Fields, { kind, userId, timezone }: DocumentContext): Omit<DocumentEnd, 'index'> {
    // What was handed on is in no body, so that nothing vouches for it.
    if (this.#list !== null) throw new InputError(`${this.#list}: got a list beside an empty body, expected it within`);
    this.#notice(`${answer.path('body')} holds nothing, with status 0: no data, or no entitlement to it`);
    return { status: kind === 'ecg' || kind === 'stetho' ? 'pending' : 'ok', userId, timezone };
  }

  #readElement(element: Fields, where: string): void {
    if (this.#list === 'series') {
      for (const fact of readSeriesEntry(element, this.#notice)) this.#sink.fact(fact);
    } else if (this.#list === 'devices') {
      for (const fact of readDevice(element, this.#notice)) this.#sink.fact(fact);
    } else {
      const frame = readFrame(element, this.#texts, this.#notice);
      if (frame === null) return;
      this.#frameKinds.add(frame.kind);
      this.#handOver(frame, where);
    }
  }

  #handOver(frame: SeriesFrame, where: string): void {
    try {
      this.#sink.frame(frame);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`${where}: ${error.message}`, { cause: error });
    }
  }

  /** A document none of whose elements is of use is of none itself. */
  #checkElements(): void {
    const first = this.#firstRejection;
    if (first === null || this.#rejectedElements < this.#elements) return;
    if (this.#elements === 1) throw first;
    throw new InputError(`${first.message}; none of the other ${this.#elements - 1} in the list can be used either`, {
      cause: first,
    });
  }

  #checkKind(kind: string | null, content: Content): void {
    if (kind === null) return;
    if (KINDS[kind as keyof typeof KINDS] !== content) {
      throw new InputError(`kind: got ${quoted(kind, 40)}, but the response is ${CONTENT_WORDS[content]}`);
    }
    for (const frameKind of this.#frameKinds) {
      if (frameKind !== kind) throw new InputError(`kind: got "${kind}", but the response holds ${frameKind} frames`);
    }
  }
}

const CONTENT_WORDS: Readonly<Record<Content, string>> = {
  ecg: 'an ECG',
  stetho: 'a stethoscope recording',
  rawdata: 'raw data',
  series: 'a list of recordings',
  devices: 'a list of devices',
};

function unwrap(
  root: JsonValue,
  outer: DocumentContext,
  notice: (text: string) => void,
): { answer: Fields; context: DocumentContext } {
  if (!isJsonObject(root)) throw new InputError(`not an API answer: got ${describe(root)}, expected an object`);
  const fields = new Fields(root, '');
  if (!fields.has('response')) return { answer: fields, context: outer };
  return {
    answer: Fields.of(fields.get('response'), 'response'),
    context: readContext(fields, outer, fields.forgiving(notice)),
  };
}

/**
 * What stands beside the response of a wrapper, completed by what is known from outside.
 *
 * @param told the same members, for all that does not decide how the document is read
 */
export function readContext(fields: Fields, outer: DocumentContext, told = fields): DocumentContext {
  const kind = fields.text('kind') ?? outer.kind;
  if (kind !== null && !Object.hasOwn(KINDS, kind)) fields.refuse('kind', `one of ${Object.keys(KINDS).join(', ')}`);
  return {
    kind,
    userId: told.identifier('userid') ?? outer.userId,
    signalId: told.numericId('signalid') ?? outer.signalId,
    recordedAt: told.time('timestamp') ?? outer.recordedAt,
    deviceId: told.identifier('deviceid') ?? outer.deviceId,
    timezone: told.text('timezone') ?? outer.timezone,
  };
}

/** The body of an envelope; an object that is none is a body itself. `null`: the answer is good and holds nothing. */
function openEnvelope(answer: Fields): Fields | null {
  if (!answer.has('status') && !answer.has('body')) return answer;
  const status = answer.integer('status', 0, UINT32_MAX) ?? 0;
  if (status !== 0) {
    throw refusedAnswer(answer, status);
  }
  const value = answer.get('body');
  if (isNoObject(value) || value === '') return null;
  const body = Fields.of(value, answer.path('body'));
  return isSilent(body.names()) ? null : body;
}

function refusedAnswer(answer: Fields, status: number): InputError {
  const error = answer.get('error');
  const words = quoted(typeof error === 'string' && error !== '' ? error : familyOf(status), 200);
  const body = answer.get('body');
  const told = isJsonObject(body) ? body.get('wait_seconds') : answer.get('wait_seconds');
  const waitSeconds = waitSecondsOf(told);
  return new InputError(
    `the API refused this request: status ${status} ${words}, expected status 0; ${remedyFor(meaningOf(status).reason, waitSeconds)}`,
    { refused: { status, waitSeconds } },
  );
}

function remedyFor(reason: ApiFailureReason, waitSeconds: number | null): string {
  switch (reason) {
    case 'authentication':
      return 'the token was no good: fetch it again with another one';
    case 'unauthorized':
      return 'the user has not granted this, or it is in no contract of the application: fetch it again when that has changed';
    case 'invalid parameters':
      return 'fetch it again with other parameters, since the same ones give the same answer';
    case 'rate limited':
      return `there were too many requests: fetch it again in ${waitSeconds === null ? 'a minute' : `${waitSeconds} s`}`;
    case 'timeout':
    case 'server':
    case 'protocol':
    case 'network':
      return 'the server failed: fetch it again later';
  }
}

function contentOf(body: Fields, kind: string | null): Content {
  const lists = (['rawdata', 'series', 'devices'] as const).filter((name) => body.has(name));
  const list = lists.find((name) => !isAbsent(body.get(name)));
  if (list !== undefined) {
    const value = body.get(list);
    return isJsonArray(value) || isEmptyList(value) ? list : body.refuse(list, 'an array');
  }
  if (body.has('signal')) return signalContent(body, kind);
  if (lists[0] !== undefined) return lists[0];
  throw new InputError(
    'not a known answer: got an object without signal, rawdata, series or devices, expected heart get, stetho get, rawdata get, heart list, stetho list or getdevice',
  );
}

/** The two kinds of recording differ in what stands beside `signal`. */
function signalContent(body: Fields, kind: string | null): 'ecg' | 'stetho' {
  if (body.has('sampling_frequency') !== body.has('frequency')) return body.has('frequency') ? 'stetho' : 'ecg';
  const stetho = STETHO_ONLY.some((key) => body.has(key));
  const ecg = ECG_ONLY.some((key) => body.has(key));
  if (stetho !== ecg) return stetho ? 'stetho' : 'ecg';
  if (kind === 'ecg' || kind === 'stetho') return kind;
  // What is odd about the model is said where it is read as a fact.
  const device = findDevice(modelFacts(body.forgiving(() => undefined)));
  const hears = device?.stethoSamplingFrequency !== undefined;
  const leads = device?.ecgSamplingFrequency !== undefined;
  if (hears !== leads) return hears ? 'stetho' : 'ecg';
  throw new InputError(
    `${body.path('signal')}: got nothing beside it that tells an ECG from a stethoscope recording, expected sampling_frequency or frequency; or give its kind in a wrapper`,
  );
}
