/** Everything of one user: devices first, since they tell which raw data there can be. */

import { DEVICES } from '../../core/devices.ts';
import { isApiError, messageOf } from '../../core/errors.ts';
import type { SeriesKind, SignalKind } from '../../core/signal.ts';
import { getDevices } from '../../withings/devices.ts';
import type { Device } from '../../withings/schemas.ts';
import { fetchRecordings } from './fetch-recordings.ts';
import { fetchSeries, type Watch } from './fetch-series.ts';
import { keep, type UserTask } from './user-task.ts';

/** What could not be had of a user, and why; the rest was. */
export type Refusal = { readonly what: string; readonly reason: string };

/** @throws what concerns more than one kind of signal: no token, no network, no disk */
export async function fetchUser(task: UserTask): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  async function attempt<T>(what: string, work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      // A scope that was not granted, or a service that is not: the other kinds may be there.
      if (!isApiError(error) || error.reason !== 'unauthorized') throw error;
      refusals.push({ what, reason: messageOf(error) });
      return null;
    }
  }

  const series = task.kinds.filter(isSeries);
  const watches = await attempt(['devices', ...series].join(', '), () => watchesOf(task));
  for (const kind of task.kinds) {
    if (!isSeries(kind)) await attempt(kind, () => fetchRecordings(task, kind));
    else for (const watch of watches ?? []) await attempt(kind, () => fetchSeries(task, kind, watch));
  }
  return refusals;
}

function isSeries(kind: SignalKind): kind is SeriesKind {
  return kind === 'ppg' || kind === 'accel';
}

async function watchesOf(task: UserTask): Promise<readonly Watch[]> {
  const { answer, devices } = await task.turns.take(() => getDevices(task.client, task.user, { signal: task.signal }));
  await keep(task, answer, { kind: 'devices' });
  return devices.flatMap((device) => {
    const { hashDeviceId, lastSessionAt: session } = device;
    return hashDeviceId !== null && mayHaveRawdata(device) ? [{ hashDeviceId, session }] : [];
  });
}

/** A model that is not in the table may be a newer watch. */
function mayHaveRawdata({ modelId, type }: Device): boolean {
  const known = modelId === null ? undefined : DEVICES[modelId];
  return known === undefined ? type === null || type === 'Activity Tracker' : known.rawdata === true;
}
