/**
 * Bodies of small answers, checked at the border and brought to our words.
 *
 * What the servers disagree on is said in core/reading.ts; whatever passes here can be asked for and kept. Members that are
 * not read here may be anything.
 */

import { z } from 'zod';
import { wholeIn } from '../../core/reading.ts';
import { FLAG, ID, NAME, NUMBER_ID, objectOf, objectWith, TIME, WHOLE } from './facts.ts';
import { listBody, tolerantListBody } from './listed.ts';

/** Without it the rest is of no use. */
const required = <T>(schema: z.ZodType<T | null>): z.ZodType<T> =>
  schema.transform((value, context) => {
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: 'got nothing, expected one' });
    return z.NEVER;
  });

const TEXT = z
  .string()
  .nullish()
  .transform((value) => (value === '' ? null : (value ?? null)));

/** Seconds that something lasts, where a message must not show what stands there instead. */
const SECONDS = z.unknown().transform((value, context) => {
  const seconds = wholeIn(value, 1);
  if (seconds !== undefined) return seconds;
  context.addIssue({ code: 'custom', message: 'Invalid input: expected whole seconds above 0' });
  return z.NEVER;
});

/** What pages say of the next: it is there, and where it begins. */
export const PAGE = z.object({ more: FLAG.transform((value) => value ?? false), offset: WHOLE });

export const NONCE = z.object({ nonce: z.string().min(1) });

export const TOKENS = z.object({
  userid: ID,
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: SECONDS,
  scope: TEXT,
});

export const RECOVERED_CODE = z
  .object({ user: z.object({ code: z.string().min(1) }) })
  .transform(({ user }) => user.code);

export type AuthorizedUser = { readonly userId: string; readonly fullyOwned: boolean | null };

const authorizedUser = z
  .object({ userid: required(ID), fully_owned: FLAG })
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

const device = objectOf({
  deviceid: ID,
  hash_deviceid: ID,
  type: NAME,
  model: ID,
  model_id: NUMBER_ID,
  timezone: NAME,
  battery: ID,
  last_session_date: TIME,
}).transform(
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

export const DEVICES = tolerantListBody('devices', device);

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

const signal = objectWith({ signalid: NUMBER_ID });

const heartEntry = objectOf({
  ecg: signal,
  stetho: signal,
  timestamp: TIME,
  modified: TIME,
  deviceid: ID,
  model: ID,
  timezone: NAME,
}).transform(
  (entry): HeartEntry => ({
    ecgSignalId: entry.ecg?.signalid ?? null,
    stethoSignalId: entry.stetho?.signalid ?? null,
    recordedAt: entry.timestamp,
    modified: entry.modified,
    deviceId: entry.deviceid,
    modelId: wholeIn(entry.model, 0) ?? null,
    timezone: entry.timezone,
  }),
);

export const HEART_LIST = tolerantListBody('series', heartEntry);

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

const stethoEntry = objectOf({
  signalid: NUMBER_ID,
  timestamp: TIME,
  modified: TIME,
  hash_deviceid: ID,
  deviceid: ID,
  timezone: NAME,
}).transform(
  (entry): StethoEntry => ({
    signalId: entry.signalid,
    recordedAt: entry.timestamp,
    modified: entry.modified,
    deviceId: entry.hash_deviceid ?? entry.deviceid,
    timezone: entry.timezone,
  }),
);

export const STETHO_LIST = tolerantListBody('series', stethoEntry);

export type Subscription = {
  readonly appli: number;
  readonly callbackUrl: string;
  readonly comment: string | null;
};

const subscription = z
  .object({
    appli: required(WHOLE),
    callbackurl: z.string(),
    comment: TEXT,
  })
  .transform(({ appli, callbackurl, comment }): Subscription => ({ appli, callbackUrl: callbackurl, comment }));

export const SUBSCRIPTION = subscription;

export const SUBSCRIPTIONS = listBody('profiles', subscription);

/** Raw data of which no list was seen: there must be nothing in its place. */
export const NO_RAWDATA = listBody('rawdata', z.never());
