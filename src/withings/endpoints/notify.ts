/** Subscriptions: Withings tells a URL that there is something new. Of raw data it never tells. */

import { readBody } from '../http/answer.ts';
import type { WithingsClient } from '../http/client.ts';
import type { UserAccess } from '../tokens/access-tokens.ts';
import { SUBSCRIPTION, SUBSCRIPTIONS, type Subscription } from './schemas.ts';

/** What can be subscribed to that has to do with signals (`appli`). */
export const NOTIFICATIONS = { ecg: 54, ecgFailed: 55, stetho: 61 } as const;

export interface NotifyOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What a subscription is told by. */
export type SubscriptionKey = { readonly callbackUrl: string; readonly appli: number };

/**
 * Subscribes a callback, which must answer HEAD at once.
 *
 * @throws ApiError
 */
export async function subscribe(
  client: WithingsClient,
  user: UserAccess,
  { callbackUrl, appli, comment = null }: SubscriptionKey & { readonly comment?: string | null },
  { signal }: NotifyOptions = {},
): Promise<void> {
  await client.call(
    'notify subscribe',
    { callbackurl: callbackUrl, appli, comment },
    { auth: { by: 'user', user }, signal },
  );
}

/** Changes one thing of a subscription: the API takes no two at once. @throws ApiError */
export async function updateSubscription(
  client: WithingsClient,
  user: UserAccess,
  { callbackUrl, appli }: SubscriptionKey,
  change: { readonly callbackUrl: string } | { readonly appli: number } | { readonly comment: string },
  { signal }: NotifyOptions = {},
): Promise<void> {
  const changed =
    'callbackUrl' in change
      ? { new_callbackurl: change.callbackUrl }
      : 'appli' in change
        ? { new_appli: change.appli }
        : { comment: change.comment };
  await client.call(
    'notify update',
    { callbackurl: callbackUrl, appli, ...changed },
    { auth: { by: 'user', user }, signal },
  );
}

/** The subscription last made for a callback. @throws ApiError */
export async function getSubscription(
  client: WithingsClient,
  user: UserAccess,
  { callbackUrl, appli }: SubscriptionKey,
  { signal }: NotifyOptions = {},
): Promise<Subscription> {
  const parameters = { callbackurl: callbackUrl, appli };
  return readBody(await client.call('notify get', parameters, { auth: { by: 'user', user }, signal }), SUBSCRIPTION);
}

/** @param appli `null`: of every kind @throws ApiError */
export async function listSubscriptions(
  client: WithingsClient,
  user: UserAccess,
  appli: number | null = null,
  { signal }: NotifyOptions = {},
): Promise<readonly Subscription[]> {
  return readBody(await client.call('notify list', { appli }, { auth: { by: 'user', user }, signal }), SUBSCRIPTIONS);
}

/** Ends subscriptions of a callback. @param key `appli` `null`: of every kind @throws ApiError */
export async function revokeSubscription(
  client: WithingsClient,
  user: UserAccess,
  { callbackUrl, appli }: { readonly callbackUrl: string; readonly appli: number | null },
  { signal }: NotifyOptions = {},
): Promise<void> {
  await client.call('notify revoke', { callbackurl: callbackUrl, appli }, { auth: { by: 'user', user }, signal });
}
