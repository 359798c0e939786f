/** Options of the simulated cloud and their defaults. */

import { ArgumentError } from '../../core/errors.ts';
import { type ResolvedSimulation, resolveSimulation, type SimulationOptions } from '../simulate.ts';
import { FAULT_PROFILES, type FaultProfileName } from './fault-profiles.ts';

/** At most `requests` in any stretch of `windowMs`. */
export type Quota = { readonly requests: number; readonly windowMs: number };

export interface CloudOptions extends Omit<SimulationOptions, 'arrived'> {
  /** 0: any free one. @default 0 */
  readonly port?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** What goes wrong on purpose. @default 'none' */
  readonly faults?: FaultProfileName;
  /** Of the application, all users together; `null`: without. @default 120 requests in 60000 ms */
  readonly quota?: Quota | null;
  /** Identical requests closer together than this are refused; 0: never. @default 10000 */
  readonly duplicateGuardMs?: number;
  /** @default 'simulated-client' */
  readonly clientId?: string;
  /** @default 'simulated-secret' */
  readonly clientSecret?: string;
  /**
   * Registered callback URLs; one whose host is a loopback address stands for all ports and paths there.
   * @default 'http://127.0.0.1', 'http://localhost' and 'http://[::1]'
   */
  readonly redirectUris?: readonly string[];
  /** Life of an access token. @default 10800 */
  readonly accessTokenSeconds?: number;
  /** Life of an authorization code. @default 30 */
  readonly codeSeconds?: number;
  /** Compress answers for clients that accept it. @default true */
  readonly gzip?: boolean;
  /** Days at the end that are not synchronised yet; a control reveals them. @default 0 */
  readonly heldBackDays?: number;
  /** Share of recordings and raw data that comes late: hidden until a control reveals them. @default 0 */
  readonly lateShare?: number;
  /** Every fourth ECG of a watch has an empty signal for so many asks. @default 0, of profile 'mild' 1, of 'worst' 2 */
  readonly pendingAsks?: number;
  /** Raw-data frames a page; 0: odd numbers up to 31 that change from page to page. @default 0 */
  readonly pageFrames?: number;
  /** How long a stalled answer says nothing. @default 5000 */
  readonly stallMs?: number;
  /** Bytes of generated raw data and sensors in mid-day that are kept. @default 268435456 */
  readonly cacheBytes?: number;
  /** Milliseconds of the Unix clock. @default Date.now */
  readonly now?: () => number;
}

export type ResolvedCloud = Required<CloudOptions> & ResolvedSimulation;

/** @throws ArgumentError for an option out of its range. */
export function resolveCloudOptions(options: CloudOptions): ResolvedCloud {
  const faults = options.faults ?? 'none';
  const resolved: ResolvedCloud = {
    ...resolveSimulation(options),
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    faults,
    quota: options.quota === undefined ? { requests: 120, windowMs: 60_000 } : options.quota,
    duplicateGuardMs: options.duplicateGuardMs ?? 10_000,
    clientId: options.clientId ?? 'simulated-client',
    clientSecret: options.clientSecret ?? 'simulated-secret',
    redirectUris: options.redirectUris ?? ['http://127.0.0.1', 'http://localhost', 'http://[::1]'],
    accessTokenSeconds: options.accessTokenSeconds ?? 10_800,
    codeSeconds: options.codeSeconds ?? 30,
    gzip: options.gzip ?? true,
    heldBackDays: options.heldBackDays ?? 0,
    lateShare: options.lateShare ?? 0,
    pendingAsks: options.pendingAsks ?? PENDING_ASKS[faults] ?? 0,
    pageFrames: options.pageFrames ?? 0,
    stallMs: options.stallMs ?? 5000,
    cacheBytes: options.cacheBytes ?? 2 ** 28,
    now: options.now ?? Date.now,
  };
  check(resolved);
  return resolved;
}

const PENDING_ASKS: Partial<Record<FaultProfileName, number>> = { mild: 1, worst: 2 };

function check(options: ResolvedCloud): void {
  const { faults, quota, days, heldBackDays, lateShare } = options;
  refuseUnless('faults', faults, FAULT_PROFILES.includes(faults), `one of ${FAULT_PROFILES.join(', ')}`);
  if (quota !== null) {
    refuseUnless('quota.requests', quota.requests, isWhole(quota.requests, 1), 'a whole number from 1');
    refuseUnless('quota.windowMs', quota.windowMs, quota.windowMs > 0, 'milliseconds above 0');
  }
  refuseUnless('port', options.port, isWhole(options.port, 0) && options.port < 65536, 'a port from 0 to 65535');
  refuseUnless('heldBackDays', heldBackDays, isWhole(heldBackDays, 0) && heldBackDays <= days, `from 0 to ${days}`);
  refuseUnless('lateShare', lateShare, lateShare >= 0 && lateShare <= 1, 'a number from 0 to 1');
  for (const name of ['pendingAsks', 'pageFrames'] as const) {
    refuseUnless(name, options[name], isWhole(options[name], 0), 'a whole number from 0');
  }
  for (const name of ['duplicateGuardMs', 'accessTokenSeconds', 'codeSeconds', 'stallMs', 'cacheBytes'] as const) {
    refuseUnless(name, options[name], options[name] >= 0, 'a number from 0');
  }
}

function isWhole(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least;
}

function refuseUnless(name: string, value: string | number, good: boolean, expected: string): void {
  if (!good) throw new ArgumentError(`simulated cloud: ${name} is ${value}, expected ${expected}`);
}
