/** What an endpoint is to the server: its name, who may call it, what it must be given. */

import type { Person } from '../person.ts';
import type { Answer } from './answer.ts';
import type { Shape } from './fault-profiles.ts';
import type { FrameStore } from './frame-store.ts';
import type { Grants, Pair } from './grants.ts';
import type { Ledger, ViolationKind } from './ledger.ts';
import type { Notifications } from './notifications.ts';
import type { ResolvedCloud } from './options.ts';
import type { Script } from './script.ts';
import type { Nonces } from './signing.ts';
import type { World } from './world.ts';

/** Everything that answers are made from. */
export type Cloud = {
  readonly options: ResolvedCloud;
  /** Milliseconds of the Unix clock, as far as it was moved on. */
  readonly now: () => number;
  readonly advance: (ms: number) => void;
  readonly world: World;
  readonly frames: FrameStore;
  readonly grants: Grants;
  readonly nonces: Nonces;
  readonly notifications: Notifications;
  readonly ledger: Ledger;
  readonly script: Script;
  /** Signals that can be asked for without a user's token, by their own. */
  readonly signalTokens: Map<string, { readonly user: number; readonly signalId: number }>;
};

export const SCOPES = ['user.info', 'user.metrics', 'user.activity', 'user.sleepevents'] as const;

export type Scope = (typeof SCOPES)[number];

/** A call whose parameters have been checked. */
export type Call = {
  readonly endpoint: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** A shape that the answer is to have, if it is a list. */
  readonly shape: Shape | undefined;
  violation(kind: ViolationKind, detail: string): void;
};

export type UserCall = Call & { readonly user: number; readonly person: Person; readonly pair: Pair };

type Common = {
  readonly name: string;
  readonly required?: readonly string[];
  /** Those that must be whole numbers where they are given. */
  readonly whole?: readonly string[];
};

export type Endpoint = Common &
  (
    | {
        /** An access token; `signed` beside it: or a signature. */
        readonly auth: 'bearer';
        readonly scope?: Scope;
        readonly handle: (call: UserCall, cloud: Cloud) => Answer | Promise<Answer>;
        readonly signed?: (call: Call, cloud: Cloud) => Answer;
      }
    | {
        /** A signature over action, client and nonce; or over action, client and timestamp; or one of the former and the secret. */
        readonly auth: 'nonce' | 'timestamp' | 'nonce or secret';
        readonly handle: (call: Call, cloud: Cloud) => Answer;
      }
  );

/** A parameter that has been checked to be whole. */
export function wholeOf({ parameters }: Call, name: string): number | undefined {
  const text = parameters.get(name);
  return text === undefined ? undefined : Number(text);
}

export function textOf({ parameters }: Call, name: string): string {
  return parameters.get(name) ?? '';
}
