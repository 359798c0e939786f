/**
 * Fetches a PPG day again and again, in a process that has loaded what `fetch` loads and nothing else: a heap full of other
 * things would make every collection of it dearer. Started with the cloud and a folder; a message names an archive to make, the
 * answer is the milliseconds it took.
 */

import { fetchArchive } from '../../src/fetch/fetch.ts';
import { openSession } from '../../src/fetch/session.ts';
import { TOKENS } from '../../src/withings/endpoints/schemas.ts';
import type { CloudProcess } from './cloud.ts';

/** First day of the simulated people, Unix seconds: 2024-03-04. */
const START = 1_709_510_400;
const DAY = 86_400;

const [cloud, home = ''] = process.argv.slice(2);
const { url, clientId, clientSecret } = JSON.parse(cloud ?? '') as CloudProcess;
const session = await openSession({
  clientId,
  clientSecret,
  apiUrl: url,
  home,
  requestsPerMinute: Number.POSITIVE_INFINITY,
  secondsBetweenIdentical: 0,
});
await adoptUser();
process.on('message', (archive: string) => {
  timeFetch(archive).then((ms) => process.send?.(ms), fail);
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');

async function timeFetch(archive: string): Promise<number> {
  const start = performance.now();
  const { users } = await fetchArchive({ session, archive, from: START, to: START + DAY, kinds: ['ppg'] });
  const ms = performance.now() - start;
  for (const { reasons } of users) if (reasons.length > 0) throw new Error(`bench: ${reasons.join('; ')}`);
  return ms;
}

/** The first of the cloud's people has authorised. */
async function adoptUser(): Promise<void> {
  const answer = await fetch(`${url}/simulator/token`, { method: 'POST', body: new URLSearchParams({ user: '0' }) });
  const granted = TOKENS.parse(await answer.json());
  const obtainedAt = Math.floor(Date.now() / 1000);
  await session.tokens.adopt({
    userId: granted.userid ?? '',
    accessToken: granted.access_token,
    refreshToken: granted.refresh_token,
    expiresAt: obtainedAt + granted.expires_in,
    scopes: [],
    obtainedAt,
  });
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}
