/** Devices of a user: what the ids in lists and raw data stand for. */

import { type Answer, readBody } from '../http/answer.ts';
import type { WithingsClient } from '../http/client.ts';
import type { UserAccess } from '../tokens/access-tokens.ts';
import { DEVICES, type Device } from './schemas.ts';

/** What is odd in one device is told in `odd`, one line each. @throws ApiError */
export async function getDevices(
  client: WithingsClient,
  user: UserAccess,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly answer: Answer; readonly devices: readonly Device[]; readonly odd: readonly string[] }> {
  const answer = await client.call('user getdevice', {}, { auth: { by: 'user', user }, signal });
  const { items, odd } = readBody(answer, DEVICES);
  return { answer, devices: items, odd };
}
