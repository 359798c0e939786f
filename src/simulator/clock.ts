/**
 * Clocks of a simulated sensor: the running counter and whole seconds an answer carries, beside the times that are true.
 *
 * A sensor counts samples with an oscillator of its own; a whole second of the delivered clock is written beside each
 * count. True time is the delivered clock before its fraction was cut off.
 */

import { ArgumentError } from '../core/errors.ts';
import { createRandom } from './random.ts';

/** How the rate leaves its nominal value over time; the parts add up. Parts per million of the rate. */
export interface ClockDrift {
  /** Steady change. @default 0 */
  readonly rampPpmPerHour?: number;
  /** Amplitude of a sine (a day's temperature). @default 0 */
  readonly sinePpm?: number;
  /** Period of that sine, seconds. @default 86400 */
  readonly sinePeriodSeconds?: number;
  /** Peak of a seeded smooth wander: four sines with periods of 15 min to 6 h. @default 0 */
  readonly wanderPpm?: number;
}

/** A stretch without samples. */
export interface ClockGap {
  /** Seconds after the start. */
  readonly at: number;
  /** Length in seconds. */
  readonly seconds: number;
  /** How far the counter moves over the gap; `undefined`: it counts through, as the sensor goes on unseen. */
  readonly idStep?: number;
}

/** The counter begins anew. */
export interface ClockRestart {
  /** Seconds after the start. */
  readonly at: number;
  /** Seconds without samples while the sensor starts. @default 0 */
  readonly seconds?: number;
  /** Count of the first sample after it. @default 0 */
  readonly firstId?: number;
}

/** The delivered clock is corrected while the counter runs on. */
export interface ClockStep {
  /** Seconds after the start. */
  readonly at: number;
  /** Added to the delivered clock from there on; negative: set back. */
  readonly seconds: number;
}

export interface ClockOptions {
  /** Seeds the wander. @default 1 */
  readonly seed?: number;
  /** Unix seconds of the first sample; may have a fraction. */
  readonly start: number;
  readonly durationSeconds: number;
  /** True rate before drift, Hz. @default 25 */
  readonly rate?: number;
  readonly drift?: ClockDrift;
  readonly gaps?: readonly ClockGap[];
  readonly restarts?: readonly ClockRestart[];
  readonly steps?: readonly ClockStep[];
  /** Count of the first sample. @default 0 */
  readonly firstId?: number;
}

/** Samples in the order they were taken. All arrays have one length. */
export type SimulatedClock = {
  readonly id: Uint32Array;
  /** Whole Unix seconds, as delivered. */
  readonly timestamp: Uint32Array;
  /** Unix seconds. */
  readonly trueTime: Float64Array;
  /** Counts up from 0 at each gap, restart and step. */
  readonly segment: Uint32Array;
};

/** Sensor time in which the rate is held: the drift changes far less than 1 ppm in it. */
const SAMPLES_PER_RATE = 32;

type ClockEvent =
  | ({ readonly kind: 'gap' } & ClockGap)
  | ({ readonly kind: 'restart' } & ClockRestart)
  | ({ readonly kind: 'step' } & ClockStep);

/**
 * Counter values, delivered seconds and true times of one simulated sensor. Equal options give equal clocks.
 *
 * Events take effect at the first sample at or after their `at`, counted in seconds since `start` on the uncorrected
 * clock (pauses included, steps not).
 *
 * @throws ArgumentError for a rate or duration that is not positive and finite.
 */
export function simulateClock(options: ClockOptions): SimulatedClock {
  const rate = positive('rate', options.rate ?? 25);
  const duration = positive('durationSeconds', options.durationSeconds);
  const ppm = createDrift(options.drift ?? {}, options.seed ?? 1);
  const events = eventsInOrder(options);
  const ids: number[] = [];
  const times: number[] = [];
  const segments: number[] = [];

  // Sensor time is counted from the last change of the rate, so that samples do not gather rounding errors.
  let origin = 0;
  let since = 0; // samples
  let interval = Number.NaN;
  let held = 0; // samples for which `interval` still stands
  let id = options.firstId ?? 0;
  let offset = options.start;
  let hiddenUntil = 0;
  let segment = 0;
  let nextEvent = 0;
  for (let elapsed = 0; elapsed < duration; elapsed = origin + since * interval) {
    for (let event = events[nextEvent]; event !== undefined && event.at <= elapsed; event = events[++nextEvent]) {
      if (event.kind === 'step') {
        offset += event.seconds;
      } else if (event.kind === 'restart') {
        elapsed += event.seconds ?? 0;
        id = event.firstId ?? 0;
      } else if (event.idStep === undefined) {
        hiddenUntil = Math.max(hiddenUntil, event.at + event.seconds);
      } else {
        elapsed += event.seconds;
        id += event.idStep - 1; // one step is in every count already
      }
      segment++;
      held = 0;
      interval = Number.NaN;
    }
    if (held === 0) {
      const now = 1 / (rate * (1 + ppm(elapsed) * 1e-6));
      if (now !== interval) {
        origin = elapsed;
        since = 0;
        interval = now;
      }
      held = SAMPLES_PER_RATE;
    }
    if (elapsed >= hiddenUntil && elapsed < duration) {
      ids.push(id);
      times.push(offset + elapsed);
      segments.push(segment);
    }
    id++;
    held--;
    since++;
  }
  return {
    id: Uint32Array.from(ids),
    timestamp: Uint32Array.from(times, Math.floor),
    trueTime: Float64Array.from(times),
    segment: Uint32Array.from(segments),
  };
}

function positive(name: string, value: number): number {
  if (!(value > 0 && value < Infinity)) {
    throw new ArgumentError(`simulateClock: ${name} is ${value}, expected a positive finite number`);
  }
  return value;
}

/** Parts per million off the rate as a function of elapsed seconds. */
function createDrift(drift: ClockDrift, seed: number): (elapsed: number) => number {
  const ramp = (drift.rampPpmPerHour ?? 0) / 3600;
  const random = createRandom(seed).fork('clock drift');
  const sines = [{ ppm: drift.sinePpm ?? 0, omega: (2 * Math.PI) / (drift.sinePeriodSeconds ?? 86400), phase: 0 }];
  for (const shortest of [900, 1800, 5400, 10800]) {
    const period = shortest * (1 + random.uniform());
    sines.push({
      ppm: (drift.wanderPpm ?? 0) / 4,
      omega: (2 * Math.PI) / period,
      phase: 2 * Math.PI * random.uniform(),
    });
  }
  const active = sines.filter((sine) => sine.ppm !== 0);
  return (elapsed) =>
    active.reduce((sum, { ppm, omega, phase }) => sum + ppm * Math.sin(omega * elapsed + phase), ramp * elapsed);
}

function eventsInOrder(options: ClockOptions): readonly ClockEvent[] {
  const events: ClockEvent[] = [
    ...(options.gaps ?? []).map((gap) => ({ kind: 'gap' as const, ...gap })),
    ...(options.restarts ?? []).map((restart) => ({ kind: 'restart' as const, ...restart })),
    ...(options.steps ?? []).map((step) => ({ kind: 'step' as const, ...step })),
  ];
  return events.sort((a, b) => a.at - b.at);
}
