/** What an API call answers: an envelope of status and body, always with HTTP status 200. */

export type Answer = {
  readonly status: number;
  readonly body?: object;
  readonly error?: string;
  /** The whole envelope already written; `body` is then left out. */
  readonly written?: readonly Buffer[];
};

/**
 * Status codes this cloud answers with; their families are those of the API text's table of response statuses.
 *
 * Which code of a family a breach has is not written there: 503, 601 and 2554 are as seen in real answers, the others are
 * the first of their family or, for notifications, as in older documents of the API.
 */
export const STATUS = {
  ok: 0,
  /** Authentication failed. */
  badToken: 401,
  /** Unauthorized. */
  missingScope: 277,
  /** Invalid params. */
  noSubscription: 286,
  badCallback: 293,
  badParameters: 503,
  /** Timeout. */
  timeout: 522,
  /** Too many requests. */
  tooMany: 601,
  /** Not implemented. */
  unknownService: 2554,
} as const;

export function good(body: object = {}): Answer {
  return { status: STATUS.ok, body };
}

export function refused(status: number, error: string): Answer {
  return { status, body: {}, error };
}

export function badParameters(what: string): Answer {
  return refused(STATUS.badParameters, `Invalid Params: ${what}`);
}

export function tooMany(waitMs: number, error: string): Answer {
  return { status: STATUS.tooMany, body: { wait_seconds: Math.max(1, Math.ceil(waitMs / 1000)) }, error };
}

/** The envelope as it goes over the wire, in pieces. */
export function bytesOf({ status, body, error, written }: Answer): readonly Buffer[] {
  return written ?? [Buffer.from(JSON.stringify({ status, body, ...(error !== undefined && { error }) }))];
}
