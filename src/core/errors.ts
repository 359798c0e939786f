/**
 * The errors a caller can act on: one class per decision.
 *
 * Every message is one line that says what, where, got, expected and the remedy. Text from outside is passed through
 * {@link quoted}, so that it can never break a line or drive a terminal.
 */

const CODES = ['INPUT', 'ARGUMENT', 'DATASET', 'WORKER', 'STATE', 'TOKEN', 'ABORTED', 'API', 'ARCHIVE'] as const;

export type WithingsSignalsErrorCode = (typeof CODES)[number];

/** The same symbol in every realm and every copy of this package; nobody else's errors carry it. */
const BRAND = Symbol.for('withings-signals.error');

/** Base of all errors thrown on purpose by this package; `code` tells them apart without parsing text. */
export abstract class WithingsSignalsError extends Error {
  abstract readonly code: WithingsSignalsErrorCode;

  static {
    Object.defineProperty(this.prototype, BRAND, { value: true });
  }

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What an answer to a request that failed says of itself. */
export type RefusedAnswer = { readonly status: number; readonly waitSeconds: number | null };

/** The bytes given are not a usable answer: skip this input, keep the rest. */
export class InputError extends WithingsSignalsError {
  override readonly code = 'INPUT';
  /** `status` of an answer to a request that failed; `null`: it is none. */
  readonly status: number | null;
  /** `wait_seconds` of such an answer; `null`: it does not say. */
  readonly waitSeconds: number | null;

  constructor(message: string, options?: { readonly cause?: unknown; readonly refused?: RefusedAnswer }) {
    super(message, options);
    this.status = options?.refused?.status ?? null;
    this.waitSeconds = options?.refused?.waitSeconds ?? null;
  }
}

/** An argument or option is out of its domain: a programming or usage error, nothing was done. */
export class ArgumentError extends WithingsSignalsError {
  override readonly code = 'ARGUMENT';
}

/** The data set on disk cannot be read, written or added to: stop, it is left as it was. */
export class DatasetError extends WithingsSignalsError {
  override readonly code = 'DATASET';
}

/** The archive on disk cannot be read, written or added to: stop asking for pages, what it holds is left as it was. */
export class ArchiveError extends WithingsSignalsError {
  override readonly code = 'ARCHIVE';
}

/** A worker thread died while it held this piece of work: skip the piece, keep the rest. */
export class WorkerError extends WithingsSignalsError {
  override readonly code = 'WORKER';
}

/** What is kept between runs (tokens, the budget of requests) cannot be read or written: stop, it is left as it was. */
export class StateError extends WithingsSignalsError {
  override readonly code = 'STATE';
}

/** There is no token of this user that the server takes: the user must authorise again, others can go on. */
export class TokenError extends WithingsSignalsError {
  override readonly code = 'TOKEN';
}

/** The caller's AbortSignal fired. */
export class AbortedError extends WithingsSignalsError {
  override readonly code = 'ABORTED';
}

/** Why a request failed: what the caller can do about it differs. */
export type ApiFailureReason =
  | 'authentication'
  | 'unauthorized'
  | 'invalid parameters'
  | 'rate limited'
  | 'timeout'
  | 'server'
  | 'protocol'
  | 'network';

/** What may make the same request succeed: nothing, time, the time that the server names, or another token. */
export type ApiRetry = 'never' | 'later' | 'when told' | 'with another token';

export type ApiFailure = {
  /** Name in the table of endpoints. */
  readonly endpoint: string;
  readonly reason: ApiFailureReason;
  readonly retry: ApiRetry;
  /** `status` of the answer; `null`: there was none. */
  readonly status: number | null;
  /** How long the server asks to wait; `null`: it does not, or does not say. */
  readonly waitSeconds: number | null;
};

/** A request to Withings failed, after all retries that could help: see `reason`. */
export class ApiError extends WithingsSignalsError {
  override readonly code = 'API';
  readonly endpoint: string;
  readonly reason: ApiFailureReason;
  readonly retry: ApiRetry;
  readonly status: number | null;
  readonly waitSeconds: number | null;

  constructor(message: string, failure: ApiFailure, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.endpoint = failure.endpoint;
    this.reason = failure.reason;
    this.retry = failure.retry;
    this.status = failure.status;
    this.waitSeconds = failure.waitSeconds;
  }
}

/**
 * Guard for errors of this package, also of another realm (a `vm` context) or another copy of it. What came out of a
 * structured clone is none: it has lost its class and its code on the way.
 */
export function isWithingsSignalsError(error: unknown): error is WithingsSignalsError {
  if (!isError(error)) return false;
  const { [BRAND]: brand, code } = error as { readonly [BRAND]?: unknown; readonly code?: unknown };
  return brand === true && CODES.some((known) => known === code);
}

/** Also of another realm, as errors of Node.js itself are to code that a test runner keeps in one of its own. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** Guard for failed requests, also across realms and copies of this package. */
export function isApiError(error: unknown): error is ApiError {
  return isWithingsSignalsError(error) && error.code === 'API';
}

/** Whether an error concerns the one user it was met with: others can go on. */
export function isOfOneUser(error: unknown): boolean {
  if (!isWithingsSignalsError(error)) return false;
  return error.code === 'TOKEN' || error.code === 'STATE' || (isApiError(error) && error.reason !== 'network');
}

/** One-line text of any thrown value, safe to print. */
export function messageOf(error: unknown): string {
  return escapeControls(isError(error) ? error.message : String(error));
}

/**
 * Outside text made safe for a message: control characters and line breaks escaped, cut to `limit` characters, in
 * double quotes.
 */
export function quoted(text: string, limit = 80): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return `"${escapeControls(cut)}"`;
}

/** C0 and C1 controls, line separators, bidirectional overrides and halves of surrogate pairs as `\u` escapes. */
export function escapeControls(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What the system said, without the call and the path it was about: `EACCES: permission denied`. */
export function systemReason(error: unknown): string {
  const text = messageOf(error);
  return errorCode(error) === undefined ? text : text.replace(/, \w+(?: '.*')?$/u, '');
}

/** The `code` of a Node.js system error (`ENOENT`, `EACCES`, ...), if it has one. */
export function errorCode(error: unknown): string | undefined {
  return isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What may help where a file could not be made or written. */
export function writeRemedy(error: unknown): string {
  const code = errorCode(error);
  if (code === 'EMFILE') return 'allow this process more open files (ulimit -n) or use fewer --workers';
  if (code === 'ENFILE') return 'the machine has as many files open as it may: end other programs';
  return 'free space or choose another --out';
}

/** @throws AbortedError when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError('interrupted; nothing was changed', { cause: signal.reason });
}
