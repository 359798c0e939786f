/** A folder of saved API answers about people who do not exist: the input of this package, with known truth. */

import { ArgumentError } from '../core/errors.ts';
import type { AnswerFile } from './answer-file.ts';
import { createPerson } from './person.ts';
import { simulateRawdata } from './simulate-rawdata.ts';
import { simulateRecordings } from './simulate-recordings.ts';

export interface SimulationOptions {
  /** People. @default 1 */
  readonly users?: number;
  /** Days in a row. @default 1 */
  readonly days?: number;
  /** Hours of raw data (PPG, accelerometer) a day from midnight on, UTC; 0.01 to 24. @default 24 */
  readonly hours?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Any time of the first UTC day, Unix seconds. @default 1709510400 (2024-03-04) */
  readonly start?: number;
  /** Length of a stethoscope recording, seconds. @default 20 */
  readonly stethoSeconds?: number;
  /** The ECG whose samples are still to come has them. @default false */
  readonly arrived?: boolean;
}

export type ResolvedSimulation = Required<SimulationOptions>;

const DAY = 86400;

/**
 * Saved answers of `users` people over `days` days, made as they are asked for, one file at a time (a day of PPG is some
 * 160 MB of JSON in 17 files).
 *
 * Each person has a ScanWatch, a BPM Core and a BeamO: three ECG and two stethoscope recordings a day, PPG and
 * accelerometer; the heart list also has a failed ECG and one whose samples are still to come. The shapes in which samples
 * are written take turns. Every second person has atrial fibrillation in the evening, a murmur, and raw data whose `data`
 * is a string (format 1) instead of an object (format 2).
 *
 * Equal options give equal bytes on any machine and on Node.js 20 to 26: their `Math.sin` and `Math.exp` agree, which
 * `npm run engine` compares.
 *
 * @throws ArgumentError for an option out of its range.
 */
export function simulate(options: SimulationOptions = {}): Generator<AnswerFile> {
  return files(resolveSimulation(options));
}

/** @throws ArgumentError for an option out of its range. */
export function resolveSimulation(options: SimulationOptions): ResolvedSimulation {
  const {
    users = 1,
    days = 1,
    hours = 24,
    seed = 1,
    start = 1709510400,
    stethoSeconds = 20,
    arrived = false,
  } = options;
  check('users', users, Number.isInteger(users) && users >= 1 && users <= 1e6, 'a whole number from 1 to 1000000');
  check('days', days, Number.isInteger(days) && days >= 1 && days <= 1000, 'a whole number from 1 to 1000');
  check('hours', hours, hours >= 0.01 && hours <= 24, 'a number from 0.01 to 24');
  check('seed', seed, Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32, 'a whole number from 0 to 4294967295');
  check('start', start, start >= 0 && start < 2 ** 32 - 1000 * DAY, 'Unix seconds');
  check('stethoSeconds', stethoSeconds, stethoSeconds >= 1 && stethoSeconds <= 600, 'seconds from 1 to 600');
  return { users, days, hours, seed, start: Math.floor(start / DAY) * DAY, stethoSeconds, arrived };
}

function check(name: string, value: number, good: boolean, expected: string): void {
  if (!good) {
    throw new ArgumentError(`simulate: ${name} is ${value}, expected ${expected}`);
  }
}

function* files(options: ResolvedSimulation): Generator<AnswerFile> {
  for (let number = 0; number < options.users; number++) {
    const person = createPerson(number, options.seed);
    yield* simulateRecordings(person, options);
    for (let day = 0; day < options.days; day++) {
      const midnight = options.start + day * DAY;
      yield* simulateRawdata(person, { number: day, midnight, hours: options.hours });
    }
  }
}
