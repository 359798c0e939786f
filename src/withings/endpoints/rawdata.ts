/** Raw data: what a watch records all day, once that is switched on. */

import { readBody } from '../http/answer.ts';
import type { WithingsClient } from '../http/client.ts';
import type { UserAccess } from '../tokens/access-tokens.ts';
import { type Page, type PageOptions, paginate } from './paginate.ts';
import { NO_RAWDATA } from './schemas.ts';

/** Numbers of the API text: 1 accelerometer, 2 optical sensor. */
export const RAWDATA_TYPES = { accel: 1, ppg: 2 } as const;

export type RawdataKind = keyof typeof RAWDATA_TYPES;

export type RawdataWindow = {
  readonly hashDeviceId: string;
  readonly kind: RawdataKind;
  /** Unix seconds. */
  readonly from: number;
  /** Unix seconds. */
  readonly to: number;
};

export interface RawdataOptions extends PageOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Pages of frames, which are not decoded here: `answer.envelope.frames` is their number, `null` where there is no list of them:
 * no right to raw data, or none.
 *
 * @throws ApiError also when the answer holds something else
 */
export function getRawdata(
  client: WithingsClient,
  user: UserAccess,
  { hashDeviceId, kind, from, to }: RawdataWindow,
  { offset, signal }: RawdataOptions = {},
): AsyncGenerator<Page<never>, void, undefined> {
  const window = {
    hash_deviceid: hashDeviceId,
    rawdata_type: RAWDATA_TYPES[kind],
    startdate: from,
    enddate: to,
  };
  return paginate(
    (at) => client.call('rawdata get', { ...window, offset: at }, { auth: { by: 'user', user }, signal }),
    (answer) => ({ items: [], count: answer.envelope.frames ?? readBody(answer, NO_RAWDATA).length }),
    offset,
  );
}

/**
 * Switches recording on, as soon as the watch synchronises.
 *
 * @param until Unix seconds; `null`: until it is switched off
 * @throws ApiError
 */
export async function activateRawdata(
  client: WithingsClient,
  user: UserAccess,
  {
    hashDeviceId,
    kind,
    until,
  }: { readonly hashDeviceId: string; readonly kind: RawdataKind; readonly until: number | null },
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const parameters = { hash_deviceid: hashDeviceId, rawdata_type: RAWDATA_TYPES[kind], enddate: until };
  await client.call('rawdata activate', parameters, { auth: { by: 'user', user }, signal });
}

/** Switches recording off, as soon as the watch synchronises. @param kind `null`: of all kinds @throws ApiError */
export async function deactivateRawdata(
  client: WithingsClient,
  user: UserAccess,
  { hashDeviceId, kind }: { readonly hashDeviceId: string; readonly kind: RawdataKind | null },
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const parameters = { hash_deviceid: hashDeviceId, rawdata_type: kind === null ? null : RAWDATA_TYPES[kind] };
  await client.call('rawdata deactivate', parameters, { auth: { by: 'user', user }, signal });
}
