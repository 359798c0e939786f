/** What a tester can do to the cloud: `POST /simulator/<control>` with a form, answered in plain JSON. */

import { ArgumentError, quoted } from '../../core/errors.ts';
import { type Cloud, SCOPES } from './endpoint.ts';
import { APPLI, type News } from './notifications.ts';
import { parseScopes } from './oauth.ts';

type Control = (form: URLSearchParams, cloud: Cloud) => object | Promise<object>;

export const CONTROLS: Readonly<Record<string, Control>> = {
  /** A pair of tokens without the authorise page: `user`, `scope`. */
  token: (form, { grants, world, options }) => {
    const pair = grants.grant(oneUser(form, world), scopesOf(form));
    const { userId } = world.person(pair.user);
    const { access, refresh } = pair;
    return { userid: userId, access_token: access, refresh_token: refresh, expires_in: options.accessTokenSeconds };
  },
  /** Access tokens end now: `user`, or all. */
  expire: (form, { grants, world }) => ({ tokens: grants.expire(form.has('user') ? oneUser(form, world) : undefined) }),
  /** A user takes the consent back: `user`. */
  revoke: (form, { grants, notifications, world }) => {
    const user = oneUser(form, world);
    notifications.forget(user);
    return { tokens: grants.revoke(user) };
  },
  /** A user allows only this from now on: `user`, `scope`. */
  scope: (form, { grants, world }) => ({ tokens: grants.narrow(oneUser(form, world), scopesOf(form)) }),
  /** The watch delivers pending signals: `user` or all, `signalid` or all. */
  release: (form, cloud) => release(form, cloud),
  /** Held-back days come: `user` or all, `days`, by default 1; with `late`, what was late comes instead. */
  reveal: (form, cloud) => reveal(form, cloud),
  /** The list entry of a recording changes: `user`, `signalid`. */
  change: (form, { world }) => {
    const user = oneUser(form, world);
    const { changes } = world.synchronised(user);
    const signalId = whole(form, 'signalid');
    changes.set(signalId, (changes.get(signalId) ?? 0) + 1);
    return { signalid: signalId, changes: changes.get(signalId) };
  },
  /** What takes the place of a user's token in a signed heart get: `user`, `signalid`. */
  'signal-token': (form, { signalTokens, world, nonces }) => {
    const token = nonces.issue();
    signalTokens.set(token, { user: oneUser(form, world), signalId: whole(form, 'signalid') });
    return { signal_token: token };
  },
  /** The cloud's clock moves on: `seconds`. */
  advance: (form, { advance, now }) => {
    advance(1000 * whole(form, 'seconds'));
    return { now: Math.floor(now() / 1000) };
  },
  /** Raw data is made now and kept in memory: `user` or all, `kind` or both, `day` (from 0) or all. */
  warm: async (form, { frames, world }) => {
    const { days } = world.options;
    let sensorDays = 0;
    for (const user of usersOf(form, world)) {
      for (const kind of ['ppg', 'accel'] as const) {
        for (let day = 0; day < days; day++) {
          if (form.has('kind') && form.get('kind') !== kind) continue;
          if (form.has('day') && whole(form, 'day') !== day) continue;
          await frames.warm({ user, kind, day });
          sensorDays++;
        }
      }
    }
    return { sensorDays };
  },
  /**
   * What a user is answered from now on in place of the truth: `user`, `endpoint`, any parameters that its requests must have;
   * `text`, or an envelope of `status`, `body` (JSON) and `error`. With none of these, the truth again.
   */
  answer: (form, { script, world }) => script.set(oneUser(form, world), form),
  /** Counting starts anew. */
  'clear-report': (_, { ledger }) => {
    ledger.clear();
    return {};
  },
};

/** What a tester has to know: who is here, when they recorded, how to call. */
export function describeCloud({ options, world, now }: Cloud): object {
  const { users, days, hours, seed, start, clientId, faults, quota, duplicateGuardMs } = options;
  const known = Array.from({ length: Math.min(users, 100) }, (_, number) => {
    const { userId, timezone, devices } = world.person(number);
    return { number, userid: userId, timezone, devices, days: world.synchronised(number).days };
  });
  const clock = Math.floor(now() / 1000);
  const simulation = { users, days, hours, seed, start, end: start + days * 86_400 };
  return {
    simulation,
    faults,
    quota,
    duplicateGuardMs,
    clientId,
    clock,
    people: known,
    controls: Object.keys(CONTROLS),
  };
}

function release(form: URLSearchParams, cloud: Cloud): object {
  const { world } = cloud;
  const released: number[] = [];
  for (const user of usersOf(form, world)) {
    for (const { recording } of world.recordings(user)) {
      const { signalId, timestamp, deviceId } = recording.visit;
      if (form.has('signalid') && whole(form, 'signalid') !== signalId) continue;
      if (!world.isPending(user, recording)) continue;
      world.synchronised(user).released.add(signalId);
      released.push(signalId);
      tell([{ user, appli: APPLI.ecg, deviceId, startdate: timestamp, enddate: timestamp + 30 }], cloud);
    }
  }
  return { released };
}

function reveal(form: URLSearchParams, cloud: Cloud): object {
  const { world, notifications } = cloud;
  const users = usersOf(form, world);
  for (const user of users) {
    const subscribed = notifications.find(user).length > 0;
    const before = new Set(subscribed ? newsOf(user, cloud).map(({ key }) => key) : []);
    const state = world.synchronised(user);
    if (form.has('late')) state.late = true;
    else state.days = Math.min(world.options.days, state.days + (form.has('days') ? whole(form, 'days') : 1));
    if (!subscribed) continue;
    const fresh = newsOf(user, cloud).filter(({ key }) => !before.has(key));
    tell(
      fresh.map(({ news }) => news),
      cloud,
    );
  }
  return { users: users.length, days: world.synchronised(users[0] ?? 0).days };
}

type Told = Omit<News, 'userId'>;

/** What a subscriber hears about all that has come of a user. */
function newsOf(user: number, { world }: Cloud): readonly { readonly key: string; readonly news: Told }[] {
  const recorded = world.recordings(user).flatMap(({ recording: { kind, visit } }) => {
    const { deviceId, timestamp, signalId } = visit;
    const times = { user, deviceId, startdate: timestamp, enddate: timestamp + 30 };
    const signal = { key: `${signalId}`, news: { ...times, appli: APPLI[kind] } };
    if (!('bloodPressure' in visit)) return [signal];
    return [signal, { key: `${signalId} pressure`, news: { ...times, appli: APPLI.pressure } }];
  });
  const failed = world.failed(user).map(({ deviceId, timestamp }) => ({
    key: `failed ${timestamp}`,
    news: { user, deviceId, appli: APPLI.ecgFailed, startdate: timestamp, enddate: timestamp + 30 },
  }));
  return [...recorded, ...failed];
}

/** In the background: a callback may take its time. */
function tell(news: readonly Told[], { notifications, world }: Cloud): void {
  for (const told of news) void notifications.announce({ ...told, userId: world.person(told.user).userId });
}

function scopesOf(form: URLSearchParams): readonly string[] {
  const text = form.get('scope');
  const scopes = text === null ? SCOPES : parseScopes(text);
  if (scopes === undefined)
    throw new ArgumentError(`scope is ${quoted(text ?? '')}, expected some of ${SCOPES.join(',')}`);
  return scopes;
}

function usersOf(form: URLSearchParams, world: Cloud['world']): readonly number[] {
  return form.has('user') ? [oneUser(form, world)] : Array.from({ length: world.options.users }, (_, number) => number);
}

/** From 0, or by user id. */
function oneUser(form: URLSearchParams, world: Cloud['world']): number {
  const number = world.find(form.get('user') ?? '0');
  if (number === undefined) throw new ArgumentError(`user is ${quoted(form.get('user') ?? '')}, who is nobody here`);
  return number;
}

function whole(form: URLSearchParams, name: string): number {
  const text = form.get(name) ?? '';
  if (!/^\d{1,15}$/.test(text)) throw new ArgumentError(`${name} is ${quoted(text)}, expected a whole number`);
  return Number(text);
}
