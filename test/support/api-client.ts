/** A client of a server on loopback, without waits, and what a test may want to look at behind it. */

import { onTestFinished } from 'vitest';
import { openClient, type WithingsClient } from '../../src/withings/http/client.ts';
import type { ClientOptions } from '../../src/withings/http/client-options.ts';
import type { AccessTokens, UserAccess } from '../../src/withings/tokens/access-tokens.ts';
import { type ApiServer, type Script, startApiServer } from './api-server.ts';
import { OpenGate } from './open-gate.ts';

export const CLIENT_ID = '7573fd4a4c421ddd102dac406dc6e0e0e22f683c4a5e81ff0a5caf8b65abed67';
export const CLIENT_SECRET = 'd9286311451fc6ed71b372a075c58c5058be158f56a77865e43ab3783255424f';

/** Gives `token-0`, and the next one for each that was refused. */
export class CountedTokens implements AccessTokens {
  readonly rejected: string[] = [];

  async accessToken(_userId: string, { rejected }: { readonly rejected?: string } = {}): Promise<string> {
    if (rejected !== undefined) this.rejected.push(rejected);
    return `token-${this.rejected.length}`;
  }
}

export type Bench = {
  readonly server: ApiServer;
  readonly client: WithingsClient;
  readonly gate: OpenGate;
  readonly tokens: CountedTokens;
  readonly user: UserAccess;
  readonly notices: readonly string[];
};

/** Both end with the test. */
export async function startBench(script: Script, options: Partial<ClientOptions> = {}): Promise<Bench> {
  const server = await startApiServer(script);
  const gate = new OpenGate();
  const tokens = new CountedTokens();
  const notices: string[] = [];
  const client = openClient({
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    apiUrl: server.url,
    quota: gate,
    notice: (text) => notices.push(text),
    ...options,
    retry: { baseMs: 1, capMs: 4, ...options.retry },
  });
  onTestFinished(async () => {
    await client.close();
    await server.close();
  });
  return { server, client, gate, tokens, user: { userId: '363', tokens }, notices };
}
