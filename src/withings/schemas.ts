/**
 * Bodies of small answers, checked at the border and brought to our words.
 *
 * Withings' documents and servers disagree on types: ids come as numbers or texts, `more` as a boolean or 0 and 1, and
 * what is not known is absent, `null` or empty. Members that are not read here may be anything.
 */

import { z } from 'zod';

/** An id that stays as it is said. */
const textId = z.union([z.string().min(1), z.int()]).transform(String);

/** A whole number, as such or as text; one beyond 2^53 cannot be told exactly. */
const whole = z
  .union([z.int(), z.string().regex(/^\d{1,16}$/)])
  .transform(Number)
  .refine(Number.isSafeInteger, 'Invalid input: expected a whole number below 2^53');

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

const optionalText = z
  .string()
  .nullish()
  .transform((value) => (value === '' ? null : (value ?? null)));

/** Absent, `null` or, as PHP says of an empty object, `[]`. */
const optionalObject = <T extends z.ZodType>(schema: T) =>
  optional(z.union([schema, z.tuple([]).transform(() => null)]));

const flag = z
  .union([
    z.boolean(),
    z.int(),
    z.enum(['0', '1', 'true', 'false']).transform((text) => text === '1' || text === 'true'),
  ])
  .transform(Boolean);

/**
 * Body with one list. No data and no right to it look the same: a body with nothing in it, but for what pages say of
 * the next. Anything else without the list is refused, so that a change of the API is not taken for silence.
 */
function listBody<T extends z.ZodType>(name: string, entry: T): z.ZodType<readonly z.output<T>[]> {
  const list = z.object({ [name]: z.array(entry) }).transform((body) => body[name] ?? []);
  return z.preprocess((body) => (isSilent(body) ? { [name]: [] } : body), list);
}

function isSilent(body: unknown): boolean {
  return Object.keys(body as object).every((name) => name === 'more' || name === 'offset');
}

/** What pages say of the next: it is there, and where it begins. */
export const PAGE = z.object({
  more: flag.nullish().transform((value) => value ?? false),
  offset: optional(whole),
});

export const NONCE = z.object({ nonce: z.string().min(1) });

export const TOKENS = z.object({
  userid: optional(textId),
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  /** Seconds. */
  expires_in: whole.refine((seconds) => seconds > 0, 'Invalid input: expected more than 0'),
  scope: optionalText,
});

export const RECOVERED_CODE = z
  .object({ user: z.object({ code: z.string().min(1) }) })
  .transform(({ user }) => user.code);

export type AuthorizedUser = { readonly userId: string; readonly fullyOwned: boolean | null };

const authorizedUser = z
  .object({ userid: textId, fully_owned: optional(flag) })
  .transform((user): AuthorizedUser => ({ userId: user.userid, fullyOwned: user.fully_owned }));

/** The API text puts the members of one user straight into a body that comes in pages: a list is taken as well. */
export const USERS = z.union([authorizedUser.transform((user) => [user]), listBody('users', authorizedUser)]);

export type Device = {
  /** As in lists of recordings. */
  readonly deviceId: string | null;
  /** As in raw data. */
  readonly hashDeviceId: string | null;
  readonly type: string | null;
  readonly model: string | null;
  readonly modelId: number | null;
  /** IANA name. */
  readonly timezone: string | null;
  /** `high`, `medium` or `low`. */
  readonly battery: string | null;
  /** Unix seconds. */
  readonly lastSessionAt: number | null;
};

const device = z
  .object({
    deviceid: optional(textId),
    hash_deviceid: optional(textId),
    type: optionalText,
    model: optional(textId),
    model_id: optional(whole),
    timezone: optionalText,
    battery: optional(textId),
    last_session_date: optional(whole),
  })
  .transform(
    (entry): Device => ({
      deviceId: entry.deviceid,
      hashDeviceId: entry.hash_deviceid,
      type: entry.type,
      model: entry.model,
      modelId: entry.model_id,
      timezone: entry.timezone,
      battery: entry.battery,
      lastSessionAt: entry.last_session_date,
    }),
  );

export const DEVICES = listBody('devices', device);

/** An entry of the heart list: a recording that failed has no signal. */
export type HeartEntry = {
  readonly ecgSignalId: number | null;
  /** BPM Core records both at once. */
  readonly stethoSignalId: number | null;
  /** Unix seconds. */
  readonly recordedAt: number | null;
  /** Unix seconds; `null`: the list does not say. */
  readonly modified: number | null;
  readonly deviceId: string | null;
  readonly modelId: number | null;
  readonly timezone: string | null;
};

const signal = optionalObject(z.object({ signalid: optional(whole) }));

const heartEntry = z
  .object({
    ecg: signal,
    stetho: signal,
    timestamp: optional(whole),
    modified: optional(whole),
    deviceid: optional(textId),
    model: optional(z.union([whole, z.string()])),
    timezone: optionalText,
  })
  .transform(
    (entry): HeartEntry => ({
      ecgSignalId: entry.ecg?.signalid ?? null,
      stethoSignalId: entry.stetho?.signalid ?? null,
      recordedAt: entry.timestamp,
      modified: entry.modified,
      deviceId: entry.deviceid,
      modelId: typeof entry.model === 'number' ? entry.model : null,
      timezone: entry.timezone,
    }),
  );

export const HEART_LIST = listBody('series', heartEntry);

export type StethoEntry = {
  /** `null`: a recording that failed. */
  readonly signalId: number | null;
  /** Unix seconds. */
  readonly recordedAt: number | null;
  /** Unix seconds; `null`: the list does not say. */
  readonly modified: number | null;
  readonly deviceId: string | null;
  readonly timezone: string | null;
};

const stethoEntry = z
  .object({
    signalid: optional(whole),
    timestamp: optional(whole),
    modified: optional(whole),
    hash_deviceid: optional(textId),
    deviceid: optional(textId),
    timezone: optionalText,
  })
  .transform(
    (entry): StethoEntry => ({
      signalId: entry.signalid,
      recordedAt: entry.timestamp,
      modified: entry.modified,
      deviceId: entry.hash_deviceid ?? entry.deviceid,
      timezone: entry.timezone,
    }),
  );

export const STETHO_LIST = listBody('series', stethoEntry);

export type Subscription = {
  readonly appli: number;
  readonly callbackUrl: string;
  readonly comment: string | null;
};

const subscription = z
  .object({
    appli: whole,
    callbackurl: z.string(),
    comment: optionalText,
  })
  .transform(({ appli, callbackurl, comment }): Subscription => ({ appli, callbackUrl: callbackurl, comment }));

export const SUBSCRIPTION = subscription;

export const SUBSCRIPTIONS = listBody('profiles', subscription);
