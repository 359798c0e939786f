/** What an archive is given to keep: pages as the API sent them, and notes of what is complete. */

import { ArgumentError, quoted } from '../core/errors.ts';

/** What a page is: an answer to heart get, stetho get, rawdata get, heart list, stetho list or user getdevice. */
export const PAGE_KINDS = ['ecg', 'stetho', 'ppg', 'accel', 'heart-list', 'stetho-list', 'devices'] as const;

export type PageKind = (typeof PAGE_KINDS)[number];

export type PageEncoding = 'identity' | 'gzip';

export type PageRequest = {
  readonly endpoint: string;
  /** Without anything secret: names such as `access_token` or `signature` are refused. */
  readonly parameters: Readonly<Record<string, string>>;
};

/** What the answer itself does not tell; `null`: not known. */
export type PageAbout = {
  readonly signalId: number | null;
  /** Start of the recording, Unix seconds. */
  readonly recordedAt: number | null;
  readonly deviceId: string | null;
  /** IANA name. */
  readonly timezone: string | null;
};

export type PageToKeep = {
  readonly userId: string;
  readonly kind: PageKind;
  readonly request: PageRequest;
  /** Unix milliseconds. */
  readonly receivedAt: number;
  readonly about: PageAbout;
  /** As received; it must stay unchanged until it is kept. */
  readonly payload: Uint8Array;
  readonly encoding: PageEncoding;
  /** Of the decoded content, 64 lower-case hexadecimal digits; taken at its word. Without it, it is computed. */
  readonly sha256?: string;
  /** Places where a secret stood when it was received, and something else stands now. @default 0 */
  readonly replaced?: number;
};

/** From inclusive, to exclusive, Unix seconds. */
export type TimeWindow = { readonly from: number; readonly to: number };

/** A window as it was asked for. */
export type AskedWindow = TimeWindow & {
  /** Of the device that was asked about; `null`: of all. */
  readonly deviceId: string | null;
  /** When that device had last synchronised, as told before the window was asked for, Unix seconds; `null`: not told. */
  readonly session: number | null;
  /** When its first page was asked for, Unix seconds. */
  readonly askedAt: number;
};

/**
 * What the server would not give: a recording, a window of raw data, raw data of a device at all; or with none of these
 * named, a list or the table of devices.
 */
export type Refusal = {
  readonly signalId: number | null;
  readonly deviceId: string | null;
  readonly window: TimeWindow | null;
  /** How often in a row; 0: it was given since. */
  readonly count: number;
  /** When last, Unix seconds. */
  readonly at: number;
  /** In one line. */
  readonly reason: string;
};

/** What is done: a window (all its pages are in), a page of a window, or a recording; or what was refused. */
export type NoteContent =
  | ({ readonly what: 'refused' } & Refusal)
  | ({ readonly what: 'window' } & AskedWindow)
  /** The page asked for at `offset` is in; the window goes on at `next`. */
  | ({ readonly what: 'page'; readonly offset: number; readonly next: number } & AskedWindow)
  | {
      readonly what: 'recording';
      readonly signalId: number;
      /** Of its entry in the list, Unix seconds. */
      readonly modified: number | null;
      /** Pending: the device had not delivered the signal yet. */
      readonly state: 'held' | 'pending';
    };

/** What is complete of a user and kind. */
export type Note = { readonly userId: string; readonly kind: PageKind } & NoteContent;

/** Largest page, as stored and as decoded; the API's are below 10 MB. */
export const MAX_PAGE_BYTES = 2 ** 30;

/** Whatever lets its holder in. */
const SECRET = /token|secret|signature|nonce|password|authorization|^code$/i;

/** @throws ArgumentError when the page cannot be kept as it is; no value of a parameter is in the message */
export function checkPage(page: PageToKeep): void {
  checkOwner('page', page);
  checkWhole('page.receivedAt', page.receivedAt);
  checkWhole('page.replaced', page.replaced ?? 0);
  for (const name of ['signalId', 'recordedAt'] as const) {
    if (page.about[name] !== null) checkWhole(`page.about.${name}`, page.about[name]);
  }
  for (const name of Object.keys(page.request.parameters)) {
    if (SECRET.test(name)) {
      throw new ArgumentError(
        `page.request.parameters: got ${quoted(name, 40)}, expected no secrets; leave it out of what is kept`,
      );
    }
  }
  if (page.request.endpoint.includes('?')) {
    throw new ArgumentError('page.request.endpoint: got a query string, expected the path alone; give its parameters');
  }
  if (page.payload.byteLength > MAX_PAGE_BYTES) {
    throw new ArgumentError(`page.payload: got ${page.payload.byteLength} bytes, expected at most ${MAX_PAGE_BYTES}`);
  }
  if (page.sha256 !== undefined && !/^[0-9a-f]{64}$/.test(page.sha256)) {
    throw new ArgumentError(`page.sha256: got ${quoted(page.sha256)}, expected 64 lower-case hexadecimal digits`);
  }
}

/** @throws ArgumentError when the note says nothing that can be so */
export function checkNote(note: Note): void {
  checkOwner('note', note);
  if (note.what === 'recording') {
    checkWhole('note.signalId', note.signalId);
    if (note.modified !== null) checkWhole('note.modified', note.modified);
    return;
  }
  if (note.what === 'refused') {
    if (note.signalId !== null) checkWhole('note.signalId', note.signalId);
    checkWhole('note.count', note.count);
    checkWhole('note.at', note.at);
    return;
  }
  checkWhole('note.from', note.from);
  checkWhole('note.to', note.to);
  if (note.from >= note.to) {
    throw new ArgumentError(`note: got a window from ${note.from} to ${note.to}, expected from < to`);
  }
  checkWhole('note.askedAt', note.askedAt);
  if (note.session !== null) checkWhole('note.session', note.session);
  if (note.what === 'page') {
    checkWhole('note.offset', note.offset);
    checkWhole('note.next', note.next);
  }
}

function checkOwner(what: string, { userId, kind }: { readonly userId: string; readonly kind: string }): void {
  if (userId === '') throw new ArgumentError(`${what}.userId: got an empty text, expected the id of a user`);
  if (!(PAGE_KINDS as readonly string[]).includes(kind)) {
    throw new ArgumentError(`${what}.kind: got ${quoted(kind, 40)}, expected one of ${PAGE_KINDS.join(', ')}`);
  }
}

function checkWhole(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new ArgumentError(`${what}: got ${value}, expected a whole number from 0 on`);
  }
}
