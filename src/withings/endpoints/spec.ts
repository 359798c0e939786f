/**
 * Withings' endpoints, as its OpenAPI text describes them: where a request goes, what it carries and what proves it.
 *
 * What depends on the kind of proof is a row of its own, so that parameters that exclude one another never meet.
 */

/** Host of the API. The medical cloud of the United States has its own: `https://wbsapi.us.withingsmed.net`. */
export const API_URL = 'https://wbsapi.withings.net';

/** Host of the page on which a user authorises an application. */
export const ACCOUNT_URL = 'https://account.withings.com';

export const AUTHORIZE_PATH = '/oauth2_user/authorize2';

/** What a user can grant. Raw data is in no scope table of Withings: ask for the first three. */
export const SCOPES = ['user.info', 'user.metrics', 'user.activity', 'user.sleepevents'] as const;

export type Scope = (typeof SCOPES)[number];

/**
 * How a request proves who sends it.
 *
 * | proof | carries |
 * |---|---|
 * | `bearer` | access token of a user, as a header |
 * | `secret` | `client_id`, `client_secret` |
 * | `nonce` | `client_id`, `nonce`, and `signature` over both and the action |
 * | `timestamp` | `client_id`, `timestamp`, and `signature` over both and the action |
 */
export type Proof = 'bearer' | 'secret' | 'nonce' | 'timestamp';

export type EndpointSpec = {
  readonly path: string;
  readonly action: string;
  /** Parameters with one value only. */
  readonly fixed?: Readonly<Record<string, string>>;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Of these parameters, those that are never told to anybody. */
  readonly secrets: readonly string[];
  readonly proofs: readonly Proof[];
  /** What the user must have granted; `null`: Withings does not say, or no user is involved. */
  readonly scope: Scope | null;
  /** Answers in pages: `more` and `offset`. */
  readonly paged: boolean;
};

const USER = { secrets: [], proofs: ['bearer'], paged: false } as const;
const PARTNER = { secrets: [], proofs: ['nonce'], scope: null, paged: false } as const;
const TOKEN = { path: '/v2/oauth2', action: 'requesttoken', proofs: ['secret', 'nonce'], scope: null } as const;
const NOTIFY = { ...USER, path: '/notify', scope: null } as const;

export const ENDPOINTS = {
  'oauth2 requesttoken by code': {
    ...TOKEN,
    fixed: { grant_type: 'authorization_code' },
    required: ['code', 'redirect_uri'],
    optional: [],
    secrets: ['code'],
    paged: false,
  },
  'oauth2 requesttoken by refresh': {
    ...TOKEN,
    fixed: { grant_type: 'refresh_token' },
    required: ['refresh_token'],
    optional: [],
    secrets: ['refresh_token'],
    paged: false,
  },
  'oauth2 getdemoaccess': {
    ...PARTNER,
    path: '/v2/oauth2',
    action: 'getdemoaccess',
    required: ['scope_oauth2'],
    optional: [],
  },
  'oauth2 recoverauthorizationcode': {
    ...PARTNER,
    path: '/v2/oauth2',
    action: 'recoverauthorizationcode',
    required: ['userid'],
    optional: [],
  },
  'oauth2 listusers': {
    ...PARTNER,
    path: '/v2/oauth2',
    action: 'listusers',
    required: [],
    optional: ['offset'],
    paged: true,
  },
  'oauth2 revoke': { ...PARTNER, path: '/v2/oauth2', action: 'revoke', required: ['userid'], optional: [] },
  'signature getnonce': {
    path: '/v2/signature',
    action: 'getnonce',
    required: ['timestamp'],
    optional: [],
    secrets: [],
    proofs: ['timestamp'],
    scope: null,
    paged: false,
  },
  'user getdevice': {
    ...USER,
    path: '/v2/user',
    action: 'getdevice',
    required: [],
    optional: [],
    scope: 'user.info',
  },
  'heart list': {
    ...USER,
    path: '/v2/heart',
    action: 'list',
    required: [],
    optional: ['startdate', 'enddate', 'offset'],
    scope: 'user.metrics',
    paged: true,
  },
  'heart get': {
    ...USER,
    path: '/v2/heart',
    action: 'get',
    required: ['signalid'],
    optional: ['with_filtered', 'with_intervals'],
    scope: 'user.metrics',
  },
  'heart get by token': {
    ...PARTNER,
    path: '/v2/heart',
    action: 'get',
    required: ['signal_token'],
    optional: ['with_filtered', 'with_intervals'],
    secrets: ['signal_token'],
  },
  'stetho list': {
    ...USER,
    path: '/v2/stetho',
    action: 'list',
    required: [],
    optional: ['startdate', 'enddate', 'offset'],
    scope: 'user.metrics',
    paged: true,
  },
  'stetho get': {
    ...USER,
    path: '/v2/stetho',
    action: 'get',
    required: ['signalid'],
    optional: [],
    scope: 'user.metrics',
  },
  'rawdata activate': {
    ...USER,
    path: '/v2/rawdata',
    action: 'activate',
    required: ['hash_deviceid', 'rawdata_type'],
    optional: ['enddate'],
    scope: null,
  },
  'rawdata deactivate': {
    ...USER,
    path: '/v2/rawdata',
    action: 'deactivate',
    required: ['hash_deviceid'],
    optional: ['rawdata_type'],
    scope: null,
  },
  'rawdata get': {
    ...USER,
    path: '/v2/rawdata',
    action: 'get',
    required: ['hash_deviceid', 'rawdata_type', 'startdate', 'enddate'],
    optional: ['offset'],
    scope: null,
    paged: true,
  },
  'notify subscribe': { ...NOTIFY, action: 'subscribe', required: ['callbackurl', 'appli'], optional: ['comment'] },
  'notify update': {
    ...NOTIFY,
    action: 'update',
    required: ['callbackurl', 'appli'],
    optional: ['new_callbackurl', 'new_appli', 'comment'],
  },
  'notify get': { ...NOTIFY, action: 'get', required: ['callbackurl'], optional: ['appli'] },
  'notify list': { ...NOTIFY, action: 'list', required: [], optional: ['appli'] },
  'notify revoke': { ...NOTIFY, action: 'revoke', required: ['callbackurl'], optional: ['appli'] },
} as const satisfies Readonly<Record<string, EndpointSpec>>;

export type EndpointName = keyof typeof ENDPOINTS;

export type ParameterValue = string | number | boolean | null;

/** What a caller gives; `null` and `false` are not sent. */
export type ParametersOf<E extends EndpointName> = {
  readonly [K in (typeof ENDPOINTS)[E]['required'][number]]: string | number;
} & {
  readonly [K in (typeof ENDPOINTS)[E]['optional'][number]]?: ParameterValue;
};
