/** ECG recordings: the list of a time span, and the samples of one. */

import type { WithingsClient } from '../http/client.ts';
import type { UserAccess } from '../tokens/access-tokens.ts';
import type { Page } from './paginate.ts';
import { type ListOptions, listRecordings, type SignalAnswer, signalAnswer, type TimeSpan } from './recordings.ts';
import { HEART_LIST, type HeartEntry } from './schemas.ts';

export interface GetHeartOptions {
  /** Ask for the filtered signal too. @default false */
  readonly filtered?: boolean;
  /** Ask for intervals too. @default false */
  readonly intervals?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Pages of the heart list. @throws ApiError */
export function listHeart(
  client: WithingsClient,
  user: UserAccess,
  span: TimeSpan,
  options: ListOptions = {},
): AsyncGenerator<Page<HeartEntry>, void, undefined> {
  return listRecordings(client, 'heart list', HEART_LIST, user, span, options);
}

/** One ECG of a user. @throws ApiError */
export async function getHeart(
  client: WithingsClient,
  user: UserAccess,
  signalId: number,
  { filtered = false, intervals = false, signal }: GetHeartOptions = {},
): Promise<SignalAnswer> {
  const parameters = { signalid: signalId, with_filtered: filtered, with_intervals: intervals };
  return signalAnswer(await client.call('heart get', parameters, { auth: { by: 'user', user }, signal }));
}

/** One ECG for who was given its token instead of that of a user. @throws ApiError */
export async function getHeartByToken(
  client: WithingsClient,
  signalToken: string,
  { filtered = false, intervals = false, signal }: GetHeartOptions = {},
): Promise<SignalAnswer> {
  const parameters = { signal_token: signalToken, with_filtered: filtered, with_intervals: intervals };
  return signalAnswer(await client.call('heart get by token', parameters, { auth: { by: 'signature' }, signal }));
}
