/** An application's way to the cloud: its client, its users' tokens and its quota, opened and closed together. */

import { join } from 'node:path';
import { openClient, type WithingsClient } from '../withings/http/client.ts';
import type { ClientOptions } from '../withings/http/client-options.ts';
import { openQuota, type Quota } from '../withings/quota/quota.ts';
import { refreshTokens } from '../withings/tokens/oauth.ts';
import { openTokenKeeper, type TokenKeeper } from '../withings/tokens/token-keeper.ts';
import { openTokenStore, type TokenStore } from '../withings/tokens/token-store.ts';

export interface SessionOptions
  extends Pick<
    ClientOptions,
    'clientId' | 'clientSecret' | 'apiUrl' | 'accountUrl' | 'retry' | 'timeouts' | 'now' | 'notice'
  > {
  /** Folder that keeps tokens and the quota's books; made when it is not there. */
  readonly home: string;
  /** Pass phrase that encrypts the tokens on the disk. @default null: in clear, for their owner's eyes only */
  readonly tokenKey?: string | null;
  /** Of the application, all its users and all processes of this machine together; `Infinity`: without limit. @default 120 */
  readonly requestsPerMinute?: number;
  /** Between two identical requests. @default 10 */
  readonly secondsBetweenIdentical?: number;
}

export interface Session {
  readonly client: WithingsClient;
  readonly store: TokenStore;
  readonly tokens: TokenKeeper;
  readonly quota: Quota;
  close(): Promise<void>;
}

/** @throws ArgumentError for options out of their domain; StateError when the home folder cannot be used */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { home, tokenKey = null, requestsPerMinute, secondsBetweenIdentical, ...rest } = options;
  const store = await openTokenStore({ folder: join(home, 'tokens'), key: tokenKey });
  const quota = await openQuota({
    folder: join(home, 'quota'),
    clientId: options.clientId,
    ...(requestsPerMinute !== undefined && { requests: requestsPerMinute }),
    ...(secondsBetweenIdentical !== undefined && { apartMs: secondsBetweenIdentical * 1000 }),
  });
  const client = openClient({ ...rest, quota });
  const tokens = openTokenKeeper({ store, refresh: (refreshToken) => refreshTokens(client, refreshToken) });
  return {
    client,
    store,
    tokens,
    quota,
    close: async () => {
      await tokens.close();
      await client.close();
      await quota.close();
    },
  };
}
