/**
 * What the `status` of an answer means: Withings' table "Response status", by families.
 *
 * HTTP says 200 even for failures; only this number tells. Mind that 503 is a family of its own kind here: invalid
 * parameters, for ever, not a service that is briefly away.
 */

import type { ApiFailureReason, ApiRetry } from './errors.ts';

export type StatusFamily =
  | 'Operation was successful'
  | 'Authentication failed'
  | 'Invalid params'
  | 'Unauthorized'
  | 'An error occurred'
  | 'Timeout'
  | 'Bad state'
  | 'Too many request'
  | 'Not implemented';

const AUTHENTICATION = 'Authentication failed';
const PARAMETERS = 'Invalid params';
const UNAUTHORIZED = 'Unauthorized';
const ERROR = 'An error occurred';

/** First and last status of a range, ascending. */
const TABLE: readonly (readonly [from: number, to: number, family: StatusFamily])[] = [
  [0, 0, 'Operation was successful'],
  [100, 102, AUTHENTICATION],
  [200, 200, AUTHENTICATION],
  [201, 213, PARAMETERS],
  [214, 214, UNAUTHORIZED],
  [215, 215, ERROR],
  [216, 218, PARAMETERS],
  [219, 219, ERROR],
  [220, 221, PARAMETERS],
  [222, 222, ERROR],
  [223, 223, PARAMETERS],
  [224, 224, ERROR],
  [225, 225, PARAMETERS],
  [226, 226, ERROR],
  [227, 230, PARAMETERS],
  [231, 233, ERROR],
  [234, 236, PARAMETERS],
  [237, 237, ERROR],
  [238, 238, PARAMETERS],
  [240, 252, PARAMETERS],
  [253, 253, ERROR],
  [254, 254, PARAMETERS],
  [255, 259, ERROR],
  [260, 267, PARAMETERS],
  [268, 270, ERROR],
  [271, 272, PARAMETERS],
  [273, 274, ERROR],
  [275, 276, PARAMETERS],
  [277, 277, UNAUTHORIZED],
  [278, 282, ERROR],
  [283, 288, PARAMETERS],
  [289, 289, ERROR],
  [290, 290, PARAMETERS],
  [291, 292, ERROR],
  [293, 295, PARAMETERS],
  [296, 296, ERROR],
  [297, 297, PARAMETERS],
  [298, 298, ERROR],
  [300, 304, PARAMETERS],
  [305, 320, ERROR],
  [321, 321, PARAMETERS],
  [322, 322, ERROR],
  [323, 353, PARAMETERS],
  [370, 375, ERROR],
  [380, 382, PARAMETERS],
  [383, 383, ERROR],
  [391, 391, ERROR],
  [400, 400, PARAMETERS],
  [401, 401, AUTHENTICATION],
  [402, 402, ERROR],
  [501, 511, PARAMETERS],
  [516, 521, ERROR],
  [522, 522, 'Timeout'],
  [523, 523, PARAMETERS],
  [524, 524, 'Bad state'],
  [525, 531, ERROR],
  [532, 532, PARAMETERS],
  [533, 533, ERROR],
  [601, 601, 'Too many request'],
  [602, 602, ERROR],
  [700, 700, ERROR],
  [1051, 1054, ERROR],
  [2551, 2552, ERROR],
  [2553, 2553, UNAUTHORIZED],
  [2554, 2554, 'Not implemented'],
  [2555, 2555, UNAUTHORIZED],
  [2556, 2559, ERROR],
  [3000, 3016, ERROR],
  [3017, 3019, PARAMETERS],
  [3020, 3024, ERROR],
  [5000, 5006, ERROR],
  [6000, 6000, ERROR],
  [6010, 6011, ERROR],
  [9000, 9000, ERROR],
  [10000, 10000, ERROR],
];

/** What a family means for the caller, and what may help. */
const MEANING: Readonly<Record<StatusFamily, { readonly reason: ApiFailureReason; readonly retry: ApiRetry }>> = {
  'Operation was successful': { reason: 'server', retry: 'never' },
  'Authentication failed': { reason: 'authentication', retry: 'with another token' },
  'Invalid params': { reason: 'invalid parameters', retry: 'never' },
  Unauthorized: { reason: 'unauthorized', retry: 'never' },
  'An error occurred': { reason: 'server', retry: 'never' },
  Timeout: { reason: 'timeout', retry: 'later' },
  'Bad state': { reason: 'server', retry: 'never' },
  'Too many request': { reason: 'rate limited', retry: 'when told' },
  'Not implemented': { reason: 'invalid parameters', retry: 'never' },
};

/** Family of a status; a number that is in no row is an error like any other. */
export function familyOf(status: number): StatusFamily {
  return TABLE.find(([from, to]) => status >= from && status <= to)?.[2] ?? ERROR;
}

/** Why a request with this status failed, and what may make it succeed. */
export function meaningOf(status: number): { readonly reason: ApiFailureReason; readonly retry: ApiRetry } {
  return MEANING[familyOf(status)];
}

/** `wait_seconds` of a body: how long to wait, as a number or as its text. `null`: not told. */
export function waitSecondsOf(value: unknown): number | null {
  const isTold = typeof value === 'number' || (typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value));
  const seconds = isTold ? Number(value) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}
