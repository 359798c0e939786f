/** Stethoscope recordings: the list of a time span, and the samples of one. */

import type { WithingsClient } from '../http/client.ts';
import type { UserAccess } from '../tokens/access-tokens.ts';
import type { Page } from './paginate.ts';
import { type ListOptions, listRecordings, type SignalAnswer, signalAnswer, type TimeSpan } from './recordings.ts';
import { STETHO_LIST, type StethoEntry } from './schemas.ts';

/** Pages of the stetho list. @throws ApiError */
export function listStetho(
  client: WithingsClient,
  user: UserAccess,
  span: TimeSpan,
  options: ListOptions = {},
): AsyncGenerator<Page<StethoEntry>, void, undefined> {
  return listRecordings(client, 'stetho list', STETHO_LIST, user, span, options);
}

/** One stethoscope recording. @throws ApiError */
export async function getStetho(
  client: WithingsClient,
  user: UserAccess,
  signalId: number,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<SignalAnswer> {
  return signalAnswer(await client.call('stetho get', { signalid: signalId }, { auth: { by: 'user', user }, signal }));
}
