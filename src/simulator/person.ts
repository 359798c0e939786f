/** People who do not exist, and what they wear. */

import type { Owner } from './answers.ts';
import type { Rhythm } from './heartbeat.ts';
import { createRandom, type Random } from './random.ts';

/** Model ids of what everybody has. */
export const SCANWATCH = 93;
export const BPM_CORE = 44;
export const BEAMO = 71;

export type Person = Owner & {
  /** From 0. */
  readonly number: number;
  readonly folder: string;
  readonly random: Random;
  /** bpm */
  readonly heartRate: number;
  readonly eveningRhythm: Rhythm;
  /** Loudness relative to S1. */
  readonly murmur: number;
  /** Raw-data format: 2 delivers objects, 1 strings. */
  readonly formatVersion: 1 | 2;
  /** Device id by model id. */
  readonly devices: Readonly<Record<number, string>>;
};

/** Even numbers are in sinus rhythm; odd ones fibrillate in the evening, have a murmur and an older watch. */
export function createPerson(number: number, seed: number): Person {
  const random = createRandom(seed).fork(`user ${number}`);
  const odd = number % 2 === 1;
  const device = (name: string): string => {
    const digits = random.fork(name);
    return Array.from({ length: 40 }, () => digits.integer(0, 15).toString(16)).join('');
  };
  return {
    number,
    userId: odd ? String(1001 + number) : 1001 + number,
    folder: `user-${1001 + number}`,
    timezone: odd ? 'America/New_York' : 'Europe/Paris',
    random,
    heartRate: random.integer(58, 78),
    eveningRhythm: odd ? 'afib' : 'sinus',
    murmur: odd ? 0.4 : 0,
    formatVersion: odd ? 1 : 2,
    devices: { [SCANWATCH]: device('watch'), [BPM_CORE]: device('bpm core'), [BEAMO]: device('beamo') },
  };
}

/** A seed for a part that takes a number. */
export function seedOf(random: Random): number {
  return random.integer(0, 2 ** 32 - 1);
}
