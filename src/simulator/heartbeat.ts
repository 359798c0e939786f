/** When a simulated heart beats. */

import type { Random } from './random.ts';

export type Rhythm = 'sinus' | 'afib';

export interface HeartbeatOptions {
  readonly random: Random;
  /** Time of the first beat, seconds on any scale. */
  readonly start: number;
  /** Mean, beats a minute. @default 65 */
  readonly heartRate?: number;
  /** @default 'sinus' */
  readonly rhythm?: Rhythm;
  /** Standard deviation of the beat interval over its mean, sinus rhythm. @default 0.04 */
  readonly variability?: number;
  /** Standard deviation of the slow wander (periods of 5 to 60 minutes) over the mean. @default 0 */
  readonly slowVariability?: number;
  /** Breaths a second, where the fast part of the variability lies. @default 0.25 */
  readonly respirationHz?: number;
}

/** Each band is this many sines: enough that their sum looks random and never repeats. */
const SINES_PER_BAND = 12;

/** Shortest beat interval in atrial fibrillation, seconds: the node's refractory period. */
const SHORTEST_INTERVAL = 0.33;

/** Spread of the logarithm of the interval in atrial fibrillation. */
const AFIB_SPREAD = 0.22;

/**
 * Endless beat times (R waves), seconds, rising.
 *
 * Sinus rhythm: intervals follow a spectrum of two Gaussian bands, at 0.1 Hz (Mayer waves) and at the breathing rate,
 * twice the power in the second (McSharry et al. 2003, IEEE Trans Biomed Eng 50:289-294). Atrial fibrillation: intervals
 * independent of each other and log-normal.
 */
export function* heartbeats(options: HeartbeatOptions): Generator<number, never> {
  const { random, start } = options;
  const mean = 60 / (options.heartRate ?? 65);
  const deviation = (options.rhythm ?? 'sinus') === 'sinus' ? sinusDeviation(options) : undefined;
  let elapsed = 0;
  for (;;) {
    yield start + elapsed;
    elapsed +=
      deviation === undefined
        ? Math.max(SHORTEST_INTERVAL, mean * Math.exp(AFIB_SPREAD * random.normal() - AFIB_SPREAD ** 2 / 2))
        : mean * Math.max(0.5, 1 + deviation(elapsed));
  }
}

/** The interval's relative deviation as a function of the seconds since the start: sines of random phase. */
function sinusDeviation(options: HeartbeatOptions): (elapsed: number) => number {
  const { random, variability = 0.04, slowVariability = 0, respirationHz = 0.25 } = options;
  const sines: { amplitude: number; omega: number; phase: number }[] = [];
  const band = (deviation: number, frequency: () => number): void => {
    for (let i = 0; i < SINES_PER_BAND; i++) {
      sines.push({
        amplitude: deviation * Math.sqrt(2 / SINES_PER_BAND),
        omega: 2 * Math.PI * frequency(),
        phase: 2 * Math.PI * random.uniform(),
      });
    }
  };
  band(variability * Math.sqrt(1 / 3), () => 0.1 + 0.01 * random.normal());
  band(variability * Math.sqrt(2 / 3), () => respirationHz + 0.01 * random.normal());
  band(slowVariability, () => 1 / (300 + 3300 * random.uniform()));
  return (elapsed) => sines.reduce((sum, s) => sum + s.amplitude * Math.sin(s.omega * elapsed + s.phase), 0);
}
