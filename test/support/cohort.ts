/** Two people on a simulated cloud, fetched in a moment. */

import { join } from 'node:path';
import { type FetchReport, fetchArchive, listPages, openSession, type SignalKind } from 'withings-signals';
import { authoriseUsers, openTestCloud, type TestCloud } from './cloud.ts';

export const PEOPLE = { users: 2, days: 1, hours: 0.02, seed: 4 };
export const DAY = 86_400;
/** Of the day that was recorded, Unix s. */
export const START = Date.UTC(2024, 2, 4) / 1000;
/** When it is fetched, Unix s. */
export const NOW = 1_800_000_000;

export type Signals = { readonly ecg: readonly number[]; readonly stetho: readonly number[] };
type Finishing = { readonly onTestFinished: (end: () => void | Promise<void>) => void };
type Fetched = {
  readonly kinds?: readonly SignalKind[];
  /** Unix s. @default NOW */
  readonly at?: number;
  /** Its name in the cloud's folder. */
  readonly archive?: string;
};

/** Everybody authorised, all signals are there; `fetch` runs at a moment, retries without waiting. */
export async function openCohort({ onTestFinished }: Finishing): Promise<{
  readonly cloud: TestCloud;
  readonly fetch: (options?: Fetched) => Promise<FetchReport>;
}> {
  const cloud = await openTestCloud({ ...PEOPLE, duplicateGuardMs: 0 }, onTestFinished);
  await authoriseUsers(cloud, PEOPLE.users);
  await cloud.control('release');
  const fetch = async ({ kinds, at = NOW, archive = 'archive' }: Fetched = {}): Promise<FetchReport> => {
    const session = await openSession({
      clientId: cloud.clientId,
      clientSecret: cloud.clientSecret,
      apiUrl: cloud.url,
      accountUrl: cloud.url,
      home: cloud.home,
      requestsPerMinute: Number.POSITIVE_INFINITY,
      secondsBetweenIdentical: 0,
      retry: { baseMs: 1, capMs: 2 },
      now: () => at * 1000,
    });
    try {
      const [from, to] = [START - 3600, START + DAY + 3600];
      return await fetchArchive({ session, archive: join(cloud.folder, archive), from, to, ...(kinds && { kinds }) });
    } finally {
      await session.close();
    }
  };
  return { cloud, fetch };
}

/** Where they are fetched to unless a fetch says otherwise. */
export function archiveOf({ folder }: TestCloud): string {
  return join(folder, 'archive');
}

/** Signals that the archive holds of a user. */
export async function heldBy(cloud: TestCloud, user: string, archive = archiveOf(cloud)): Promise<Signals> {
  const { pages } = await listPages(archive);
  const ids = (kind: string): readonly number[] =>
    pages
      .filter((page) => page.kind === kind && page.userId === user)
      .map(({ about }) => about.signalId ?? -1)
      .sort((a, b) => a - b);
  return { ecg: ids('ecg'), stetho: ids('stetho') };
}
