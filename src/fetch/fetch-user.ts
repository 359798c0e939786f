/** Everything of one user: devices first, since they tell which raw data there can be. */

import { UNWORN_TYPES } from '../core/devices.ts';
import { quoted } from '../core/errors.ts';
import { findDevice } from '../decode/recording-facts.ts';
import type { SeriesKind, SignalKind } from '../signals/signal.ts';
import { getDevices } from '../withings/endpoints/devices.ts';
import type { Device } from '../withings/endpoints/schemas.ts';
import { fetchRecordings } from './fetch-recordings.ts';
import { fetchSeries, type Watch } from './fetch-series.ts';
import { keep, type UserTask } from './user-task.ts';

/**
 * What could not be had is told in the task's troubles; the rest was.
 *
 * @throws what concerns more than one thing: no token, no network, no disk
 */
export async function fetchUser(task: UserTask): Promise<void> {
  const { kinds, troubles } = task;
  const series = kinds.filter(isSeries);
  const what = ['devices', ...series].join(', ');
  let devices: readonly Device[] | null = null;
  await troubles.among(what, async () => {
    devices = await troubles.ask({ kind: 'devices' }, { tell: (reason) => troubles.tell(what, reason) }, () =>
      devicesOf(task),
    );
  });
  await fetchRecordings(
    task,
    kinds.filter((kind) => !isSeries(kind)),
  );
  const watches = devices === null || series.length === 0 ? [] : watchesAmong(task, devices, series);
  for (const kind of series) {
    for (const watch of watches) await troubles.among(kind, () => fetchSeries(task, kind, watch));
  }
}

function isSeries(kind: SignalKind): kind is SeriesKind {
  return kind === 'ppg' || kind === 'accel';
}

async function devicesOf(task: UserTask): Promise<readonly Device[]> {
  const { client, signal, troubles, turns, user } = task;
  const { answer, devices, odd } = await turns.take(() => getDevices(client, user, { signal }));
  await keep(task, answer, { kind: 'devices' });
  troubles.tellOdd(answer.endpoint, odd);
  return devices;
}

/** Each once, by the id that raw data is asked for with: the API's text says the same of both. */
function watchesAmong(
  { troubles }: UserTask,
  devices: readonly Device[],
  series: readonly SeriesKind[],
): readonly Watch[] {
  const what = series.join(', ');
  const worn = devices.filter(mayHaveRawdata);
  if (worn.length === 0) {
    troubles.note(
      `${what}: ${devices.length === 0 ? 'no device' : 'no device that may record raw data'}, nothing to ask for`,
    );
  }
  const watches = new Map<string, Watch>();
  for (const { hashDeviceId, deviceId, model, lastSessionAt: session } of worn) {
    const id = hashDeviceId ?? deviceId;
    if (id !== null) watches.set(id, { deviceId: id, session: later(watches.get(id)?.session ?? null, session) });
    else
      troubles.tell(
        what,
        `a device (model ${quoted(model ?? '', 40)}) came without id, expected hash_deviceid or deviceid: not asked for`,
      );
  }
  return [...watches.values()];
}

/** Of one that is listed twice the later synchronisation counts; 0 is what is written where none is known. */
function later(a: number | null, b: number | null): number | null {
  return Math.max(a ?? 0, b ?? 0) || null;
}

/** A model that is not in the table may be a newer watch, whatever its type is called. */
function mayHaveRawdata(device: Device): boolean {
  const known = findDevice(device);
  return known === undefined ? !UNWORN_TYPES.has(device.type ?? '') : known.rawdata === true;
}
