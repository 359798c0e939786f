/**
 * Fetching as fast as the cloud answers: our archive, with all that is checked and noted, against curl storing the same answers.
 *
 * Ours is the step of fetching alone, in a process that has started; curl is timed with its start, some 10 ms.
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { listPages } from '../src/archive/list-pages.ts';
import { type CloudProcess, runCurl, startCloudProcess, startFetchProcess } from './support/cloud.ts';
import { inputsRoot } from './support/disk-inputs.ts';
import type { Comparison, SelfTimed } from './support/harness.ts';
import { without } from './support/whole-process.ts';

export const comparisons: readonly Comparison[] = [
  {
    name: 'fetch: a PPG day from a cloud on loopback into an archive, against curl',
    async prepare() {
      const skipped = without('curl');
      if (skipped !== null) return { skipped };
      const folder = join(inputsRoot(), `fetch-${process.pid}`);
      const cloud = await startCloudProcess({ users: 1, days: 1, hours: 24, quota: null, duplicateGuardMs: 0 });
      await cloud.control('warm', { kind: 'ppg' });
      const fetching = await startFetchProcess(cloud, join(folder, 'home'));

      const first = join(folder, 'first');
      await fetching.fetch(first);
      const answers = (await listPages(first)).pages.filter(({ kind }) => kind === 'ppg');
      const forms = answers.map(({ request }) => ({ action: 'get', ...request.parameters })).sort(inOrder);
      const token = await tokenOf(cloud);
      return {
        ours: timed(join(folder, 'archive'), fetching.fetch),
        rival: timed(join(folder, 'curl'), async (out) => {
          const start = performance.now();
          await runCurl(`${cloud.url}/v2/rawdata`, token, forms, out);
          return performance.now() - start;
        }),
        bytes: answers.reduce((sum, { bytes }) => sum + bytes, 0),
        close: () => {
          fetching.close();
          cloud.close();
          rmSync(folder, { recursive: true });
        },
      };
    },
  },
];

async function tokenOf(cloud: CloudProcess): Promise<string> {
  const { access_token } = (await cloud.control('token', { user: '0' })) as { access_token: string };
  return access_token;
}

/** By window, then by offset. */
function inOrder(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): number {
  return Number(a['startdate']) - Number(b['startdate']) || Number(a['offset'] ?? 0) - Number(b['offset'] ?? 0);
}

/** What is left behind is removed, untimed. */
function timed(out: string, work: (out: string) => Promise<number>): SelfTimed {
  return {
    async measure() {
      const ms = await work(out);
      rmSync(out, { recursive: true });
      return ms;
    },
  };
}
