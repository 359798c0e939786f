/** `/notify`. */

import { type Answer, badParameters, good, refused, STATUS } from './answer.ts';
import { type Cloud, type Endpoint, textOf, type UserCall, wholeOf } from './endpoint.ts';
import type { Subscription } from './notifications.ts';

export const NOTIFY_ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/notify subscribe': {
    name: 'notify subscribe',
    auth: 'bearer',
    required: ['callbackurl', 'appli'],
    whole: ['appli'],
    handle: subscribe,
  },
  '/notify update': {
    name: 'notify update',
    auth: 'bearer',
    required: ['callbackurl', 'appli'],
    whole: ['appli', 'new_appli'],
    handle: update,
  },
  '/notify get': {
    name: 'notify get',
    auth: 'bearer',
    required: ['callbackurl'],
    whole: ['appli'],
    handle: (call, { notifications }) => {
      const found = notifications.find(call.user, textOf(call, 'callbackurl'), wholeOf(call, 'appli') ?? WEIGHT).at(-1);
      return found === undefined ? NO_SUBSCRIPTION : good(profileOf(found));
    },
  },
  '/notify list': {
    name: 'notify list',
    auth: 'bearer',
    whole: ['appli'],
    handle: (call, { notifications }) =>
      good({ profiles: notifications.find(call.user, undefined, wholeOf(call, 'appli')).map(profileOf) }),
  },
  '/notify revoke': {
    name: 'notify revoke',
    auth: 'bearer',
    required: ['callbackurl'],
    whole: ['appli'],
    handle: (call, { notifications }) => {
      const gone = notifications.remove(call.user, textOf(call, 'callbackurl'), wholeOf(call, 'appli'));
      return gone === 0 ? NO_SUBSCRIPTION : good();
    },
  },
};

/** "If no appli is specified, appli=1 will be considered" (API text, "Notify - Get"). */
const WEIGHT = 1;

const NO_SUBSCRIPTION = refused(STATUS.noSubscription, 'No such subscription was found');

async function subscribe(call: UserCall, { notifications }: Cloud): Promise<Answer> {
  const callbackUrl = textOf(call, 'callbackurl');
  if (!(await notifications.answersHead(callbackUrl))) return badCallback();
  const { user } = call;
  notifications.add({ user, callbackUrl, appli: wholeOf(call, 'appli') ?? WEIGHT, comment: textOf(call, 'comment') });
  return good();
}

/** Exactly one of address, category and comment changes. */
async function update(call: UserCall, { notifications }: Cloud): Promise<Answer> {
  const { parameters, user } = call;
  const given = ['new_callbackurl', 'new_appli', 'comment'].filter((name) => parameters.has(name));
  if (given.length !== 1) return badParameters('one of new_callbackurl, new_appli and comment');
  const [found] = notifications.find(user, textOf(call, 'callbackurl'), wholeOf(call, 'appli'));
  if (found === undefined) return NO_SUBSCRIPTION;
  const callbackUrl = parameters.get('new_callbackurl');
  if (callbackUrl !== undefined && !(await notifications.answersHead(callbackUrl))) return badCallback();
  found.callbackUrl = callbackUrl ?? found.callbackUrl;
  found.appli = wholeOf(call, 'new_appli') ?? found.appli;
  found.comment = parameters.get('comment') ?? found.comment;
  return good();
}

function badCallback(): Answer {
  return refused(STATUS.badCallback, 'The callback URL does not answer HEAD with success');
}

function profileOf({ appli, callbackUrl, comment }: Subscription): object {
  return { appli, callbackurl: callbackUrl, comment };
}
