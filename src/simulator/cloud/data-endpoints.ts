/** `/v2/user getdevice`, `/v2/heart`, `/v2/stetho` and `/v2/rawdata`. */

import { devicesBody, heartSeries, stethoSeries } from '../answers.ts';
import { SCANWATCH } from '../person.ts';
import type { PlannedEcg, PlannedStetho } from '../recording-plan.ts';
import { type Answer, badParameters, good, STATUS } from './answer.ts';
import { type Call, type Cloud, type Endpoint, textOf, type UserCall, wholeOf } from './endpoint.ts';
import { cutPage, oddSize, writeMore } from './paging.ts';
import { shareOf } from './variation.ts';
import type { Listed, World } from './world.ts';

const WINDOW = ['startdate', 'enddate', 'offset'];

export const DATA_ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/v2/user getdevice': {
    name: 'user getdevice',
    auth: 'bearer',
    scope: 'user.info',
    handle: ({ person, user }, { world }) => good(devicesBody(person.devices, world.lastSession(user), person)),
  },
  '/v2/heart list': { name: 'heart list', auth: 'bearer', scope: 'user.metrics', whole: WINDOW, handle: heartList },
  '/v2/heart get': {
    name: 'heart get',
    auth: 'bearer',
    scope: 'user.metrics',
    whole: ['signalid'],
    handle: (call, cloud) => ownRecording('ecg', call, cloud),
    signed: (call, { signalTokens, world }) => {
      const signal = signalTokens.get(textOf(call, 'signal_token'));
      const recording = signal && world.recording(signal.user, signal.signalId);
      if (recording?.kind !== 'ecg') return badParameters('signal_token');
      return good(world.ask(signal?.user ?? 0, recording));
    },
  },
  '/v2/stetho list': { name: 'stetho list', auth: 'bearer', scope: 'user.metrics', whole: WINDOW, handle: stethoList },
  '/v2/stetho get': {
    name: 'stetho get',
    auth: 'bearer',
    scope: 'user.metrics',
    whole: ['signalid'],
    handle: (call, cloud) => ownRecording('stetho', call, cloud),
  },
  '/v2/rawdata get': {
    name: 'rawdata get',
    auth: 'bearer',
    required: ['hash_deviceid', 'rawdata_type', 'startdate', 'enddate'],
    whole: ['rawdata_type', ...WINDOW],
    handle: rawdata,
  },
  '/v2/rawdata activate': {
    name: 'rawdata activate',
    auth: 'bearer',
    required: ['hash_deviceid', 'rawdata_type'],
    whole: ['rawdata_type', 'enddate'],
    handle: switchRawdata,
  },
  '/v2/rawdata deactivate': {
    name: 'rawdata deactivate',
    auth: 'bearer',
    required: ['hash_deviceid'],
    whole: ['rawdata_type'],
    handle: switchRawdata,
  },
};

/** Entries of a list a page. */
const LIST_SIZES = [3, 5, 7] as const;

/** Frames a page: 31 of PPG are about 3 MB. */
const FRAME_SIZES = [7, 11, 13, 17, 19, 23, 29, 31] as const;

/** "A single call can span up to 7 days maximum" (API text, `rawdata_get_rawdata_object`). */
const LONGEST_WINDOW = 7 * 86_400;

const KINDS = { 1: 'accel', 2: 'ppg' } as const;

function heartList(call: UserCall, { world }: Cloud): Answer {
  const listed = world.recordings(call.user);
  const visits = listed.map(({ recording }) => recording);
  const ecgs = visits.filter((recording): recording is PlannedEcg => recording.kind === 'ecg');
  const stethos = visits.filter((recording): recording is PlannedStetho => recording.kind === 'stetho');
  const series = heartSeries(
    ecgs.map(({ visit }) => visit),
    stethos.map(({ visit }) => visit),
    world.failed(call.user),
    call.person,
  );
  const modified = modifiedBySignal(listed);
  const asText = idsAsText(call, world.options.seed);
  return list(
    call,
    world.options.seed,
    series.map((entry) => {
      if (entry.ecg === undefined) return entry;
      const { signalid } = entry.ecg;
      const ecg = { ...entry.ecg, signalid: asText ? String(signalid) : signalid };
      return { ...entry, ecg, modified: modified.get(signalid) ?? entry.modified };
    }),
  );
}

function stethoList(call: UserCall, { world }: Cloud): Answer {
  const stethos = world
    .recordings(call.user)
    .map(({ recording }) => recording)
    .filter((recording) => recording.kind === 'stetho')
    .map(({ visit }) => visit);
  const asText = idsAsText(call, world.options.seed);
  return list(
    call,
    world.options.seed,
    stethoSeries(stethos, call.person).map((entry) =>
      asText ? { ...entry, signalid: String(entry.signalid) } : entry,
    ),
  );
}

function modifiedBySignal(listed: readonly Listed[]): ReadonlyMap<number, number> {
  return new Map(listed.map(({ recording, modified }) => [recording.visit.signalId, modified]));
}

/** Ids are numbers to some and text to others. */
function idsAsText({ user, endpoint }: UserCall, seed: number): boolean {
  return shareOf(seed, 'ids as text', user, endpoint) < 0.5;
}

/** One page of the entries in the window, newest first. */
function list(call: UserCall, seed: number, series: readonly { readonly timestamp: number }[]): Answer {
  const { user, endpoint, shape } = call;
  const from = wholeOf(call, 'startdate') ?? 0;
  const to = wholeOf(call, 'enddate') ?? Infinity;
  if (from > to) return badParameters('startdate after enddate');
  const inside = series.filter(({ timestamp }) => timestamp >= from && timestamp <= to);
  const asked = wholeOf(call, 'offset') ?? 0;
  const page = cutPage(inside, asked, oddSize(LIST_SIZES, seed, user, endpoint, asked), shape);
  return good({ series: page.items, more: writeMore(page.more, seed, user, endpoint), offset: page.offset });
}

function ownRecording(kind: 'ecg' | 'stetho', call: UserCall, { world }: Cloud): Answer {
  const signalId = wholeOf(call, 'signalid');
  if (signalId === undefined) return badParameters('signalid');
  const recording = world.recording(call.user, signalId);
  if (recording?.kind !== kind) {
    const owner = Math.floor(signalId / 10_000) - 1001;
    if (owner !== call.user) call.violation('foreign-data', `signal ${signalId} is not of user ${call.person.userId}`);
    return badParameters('signalid');
  }
  return good(world.ask(call.user, recording));
}

/** A device that is not the user's, or has no such sensor, looks like one that recorded nothing. */
function rawdata(call: UserCall, { world, frames }: Cloud): Answer {
  const { user, endpoint, shape } = call;
  const { seed, pageFrames } = world.options;
  const from = wholeOf(call, 'startdate') ?? 0;
  const to = wholeOf(call, 'enddate') ?? 0;
  if (from > to) return badParameters('startdate after enddate');
  if (to - from > LONGEST_WINDOW) return badParameters('enddate more than 7 days after startdate');
  const kind = kindOf(call);
  if (kind === undefined) return badParameters('rawdata_type');
  const isWatch = ownDevice(call, world) === SCANWATCH;
  const asked = wholeOf(call, 'offset') ?? 0;
  const size = pageFrames > 0 ? pageFrames : oddSize(FRAME_SIZES, seed, user, kind, asked);
  const page = cutPage(isWatch ? frames.between(user, kind, from, to) : [], asked, size, shape);
  const more = writeMore(page.more, seed, user, endpoint);
  const written: Buffer[] = [Buffer.from('{"status":0,"body":{"rawdata":[')];
  for (const [i, frame] of page.items.entries()) {
    if (i > 0) written.push(COMMA);
    written.push(frames.text(frame));
  }
  written.push(Buffer.from(`],"more":${more},"offset":${page.offset}}}`));
  return { status: STATUS.ok, written };
}

const COMMA = Buffer.from(',');

/** What was recorded is recorded: the switch is checked, and changes nothing that has come. */
function switchRawdata(call: UserCall, { world }: Cloud): Answer {
  if (call.parameters.has('rawdata_type') && kindOf(call) === undefined) return badParameters('rawdata_type');
  return ownDevice(call, world) === SCANWATCH ? good() : badParameters('hash_deviceid');
}

function kindOf(call: Call): 'accel' | 'ppg' | undefined {
  const type = wholeOf(call, 'rawdata_type');
  return type === 1 || type === 2 ? KINDS[type] : undefined;
}

/** Model id of the user's device of that id. */
function ownDevice(call: UserCall, world: World): number | undefined {
  const device = world.device(textOf(call, 'hash_deviceid'));
  if (device === undefined || device.user === call.user) return device?.modelId;
  call.violation('foreign-data', `the device is not of user ${call.person.userId}`);
  return undefined;
}
