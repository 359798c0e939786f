/** Synthetic wrist accelerometer with known activity: at rest it feels gravity, walking swings it, turning moves gravity. */

import { ArgumentError } from '../core/errors.ts';
import { ACTIVITY_CODES, activityBouts, type Bout, boutWindow, smoothProgress } from './activity.ts';
import { createRandom, type Random } from './random.ts';

export interface AccelOptions {
  /** Wearer and watch: a PPG sensor of equal seed and start moves at the same times. @default 1 */
  readonly seed?: number;
  /** Seconds, same scale as the sample times; nothing is sampled before it. */
  readonly start: number;
}

/** All arrays have one length, that of the sample times. */
export type SimulatedAccel = {
  /** Counts of 2 mg, -2048 to 2047 (12 bits at ±4 g, as the ADXL362 gives). */
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly z: Int32Array;
  /** Truth: g, without noise and rounding; x, y, z of each sample in turn. */
  readonly acceleration: Float64Array;
  /** Truth: one of `ACTIVITY_CODES`. */
  readonly activity: Uint8Array;
};

/** Reads the sensor at given times, which never fall back, not even from call to call. */
export type AccelSensor = (times: Float64Array) => SimulatedAccel;

type Vector = readonly [number, number, number];

/** g a count. */
const ACCEL_COUNT_G = 0.002;

/** Noise at rest, g (one standard deviation). */
const NOISE_G = 0.003;

/** An accelerometer on one wrist. Equal options and times give equal samples, however the times are cut into calls. */
export function createAccelSensor(options: AccelOptions): AccelSensor {
  const { start } = options;
  const seed = options.seed ?? 1;
  const random = createRandom(seed).fork('accelerometer');
  const noise = random.fork('noise');
  const wrist = createWrist(start, createRandom(seed).fork('activity'), random.fork('posture'));
  const last = { time: start };

  return (times) => {
    const rows = times.length;
    const axes = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)] as const;
    const acceleration = new Float64Array(3 * rows);
    const activity = new Uint8Array(rows);
    for (let i = 0; i < rows; i++) {
      const time = times[i] ?? 0;
      if (!(time >= last.time)) {
        throw new ArgumentError(
          `accelerometer: time ${time} of sample ${i} is before ${last.time}, expected rising times`,
        );
      }
      last.time = time;
      const { felt, bout } = wrist(time);
      activity[i] = ACTIVITY_CODES[bout.activity];
      axes.forEach((axis, k) => {
        acceleration[3 * i + k] = felt[k] ?? 0;
        const counts = Math.round(((felt[k] ?? 0) + NOISE_G * noise.normal()) / ACCEL_COUNT_G);
        axis[i] = Math.max(-2048, Math.min(2047, counts));
      });
    }
    return { x: axes[0], y: axes[1], z: axes[2], acceleration, activity };
  };
}

/** One reading of a fresh sensor: see {@link createAccelSensor}. */
export function simulateAccel(times: Float64Array, options: Partial<AccelOptions> = {}): SimulatedAccel {
  return createAccelSensor({ start: times[0] ?? 0, ...options })(times);
}

/** Acceleration felt, g, and the bout it belongs to, at a time that never falls. */
function createWrist(start: number, activity: Random, random: Random): (time: number) => { felt: Vector; bout: Bout } {
  const bouts = activityBouts(activity, start);
  const down = direction(random);
  const wrist = { before: down, after: down, swingAxis: perpendicular(down, random), bout: bouts.next().value };
  return (time) => {
    while (time >= wrist.bout.to) {
      wrist.bout = bouts.next().value;
      wrist.before = wrist.after;
      if (wrist.bout.activity === 'turning') {
        wrist.after = direction(random);
      }
      wrist.swingAxis = perpendicular(wrist.before, random);
    }
    const { before, after, swingAxis, bout } = wrist;
    return {
      bout,
      felt: bout.activity === 'walking' ? walk(bout, time, before, swingAxis) : turn(bout, time, before, after),
    };
  };
}

/** Gravity moves from one direction to another along the great circle; at rest both are the same. */
function turn(bout: Bout, time: number, before: Vector, after: Vector): Vector {
  const angle = Math.acos(Math.max(-1, Math.min(1, dot(before, after))));
  if (angle < 1e-9) {
    return before;
  }
  const u = smoothProgress(bout, time);
  return combine(Math.sin((1 - u) * angle) / Math.sin(angle), before, Math.sin(u * angle) / Math.sin(angle), after);
}

/** The arm swings by 25 degrees once in two steps; each step bounces the body by a quarter of g. */
function walk(bout: Bout, time: number, gravity: Vector, swingAxis: Vector): Vector {
  const step = 2 * Math.PI * bout.cadenceHz * (time - bout.from);
  const window = boutWindow(bout, time);
  const tilt = window * (25 / 180) * Math.PI * Math.sin(step / 2);
  const bounce = window * (0.25 * Math.sin(step) + 0.1 * Math.sin(2 * step + 0.7));
  return combine(Math.cos(tilt) + bounce, gravity, Math.sin(tilt) + 0.3 * bounce, swingAxis);
}

/** Uniform on the sphere. */
function direction(random: Random): Vector {
  return unit([random.normal(), random.normal(), random.normal()]);
}

function perpendicular(vector: Vector, random: Random): Vector {
  const other = direction(random);
  return unit(combine(1, other, -dot(other, vector), vector));
}

function unit(vector: Vector): Vector {
  return combine(1 / Math.hypot(...vector), vector, 0, vector);
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** p a + q b. */
function combine(p: number, a: Vector, q: number, b: Vector): Vector {
  return [p * a[0] + q * b[0], p * a[1] + q * b[1], p * a[2] + q * b[2]];
}
