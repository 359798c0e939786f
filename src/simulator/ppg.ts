/**
 * Synthetic photoplethysmogram at three wavelengths with known light signal.
 *
 * Light that comes back = base x contact x (1 - blood volume + artefact): blood absorbs, so counts *fall* with each
 * pulse. Pulse: sum of Gaussians about the foot, as in PPGSynth (Tang et al. 2020, Front Med 7:597774). Breathing moves base
 * line, height and rate of the pulses. Movement adds an artefact and leaves the watch with another contact, at which the
 * gain control steps (see ppg-gain.ts): counts jump, the optical signal does not.
 */

import { ArgumentError } from '../core/errors.ts';
import { activityBouts, boutWindow, smoothProgress } from './activity.ts';
import { heartbeats, type Rhythm } from './heartbeat.ts';
import { createPpgGain, PPG_FULL_SCALE_COUNTS } from './ppg-gain.ts';
import { createRandom, type Random } from './random.ts';

export const WAVELENGTHS = ['green', 'red', 'ir'] as const;

export type Wavelength = (typeof WAVELENGTHS)[number];

export interface PpgSensorOptions {
  /** Wearer and watch: an accelerometer of equal seed and start moves at the same times. @default 1 */
  readonly seed?: number;
  /** Seconds, same scale as the sample times; nothing is sampled before it. */
  readonly start: number;
  /** Beats a minute. @default 65 */
  readonly heartRate?: number;
  /** @default 'sinus' */
  readonly rhythm?: Rhythm;
}

/** All arrays have one length, that of the sample times. */
export type PpgChannel = {
  /** 0 to 524287. */
  readonly counts: Int32Array;
  /** 0 to 3. */
  readonly adcRange: Int32Array;
  /** LED current, µA. */
  readonly currentUa: Int32Array;
  /** Truth: photocurrent over LED current, µA per mA, without noise and gain. */
  readonly optical: Float64Array;
};

export type SimulatedPpg = Readonly<Record<Wavelength, PpgChannel>> & {
  /** Truth: feet of the pulses between the first and the last sample, seconds on the scale of the sample times. */
  readonly pulseFeet: Float64Array;
  /** Truth: 1 where the wearer moves. */
  readonly moving: Uint8Array;
};

/** Reads the sensor at given times, which never fall back, not even from call to call. */
export type PpgSensor = (times: Float64Array) => SimulatedPpg;

/** `base` in µA per mA (of the order of Withings' example); share of it that one pulse and one movement take away. */
const TISSUE: Readonly<Record<Wavelength, { base: number; pulse: number; movement: number }>> = {
  green: { base: 0.9, pulse: 0.02, movement: 0.03 },
  red: { base: 0.4, pulse: 0.004, movement: 0.045 },
  ir: { base: 0.64, pulse: 0.008, movement: 0.04 },
};

/** Offset from the foot and width (one standard deviation) in s at 60 beats a minute; height of the main wave. The notch is
 * between the second and the third. */
const PULSE = [
  { at: 0.15, width: 0.06, height: 1 },
  { at: 0.26, width: 0.06, height: 0.38 },
  { at: 0.44, width: 0.085, height: 0.38 },
  { at: 0.5, width: 0.2, height: 0.15 },
] as const;

/** Noise of the converter, counts (one standard deviation). */
const NOISE_COUNTS = 6;

/** A pulse is over this long after its foot, s. */
const LONGEST_PULSE = 2;

/** From the R wave to the foot of the pulse at the wrist, s. */
const TRANSIT = 0.2;

const RESPIRATION_HZ = 0.25;

/** A PPG sensor on one wrist. Equal options and times give equal samples, however the times are cut into calls. */
export function createPpgSensor(options: PpgSensorOptions): PpgSensor {
  const { start } = options;
  const seed = options.seed ?? 1;
  const random = createRandom(seed).fork('ppg');
  const pulses = createPulses(options, random.fork('beats'));
  const wrist = createWrist(start, createRandom(seed).fork('activity'), random.fork('contact'));
  const channels = WAVELENGTHS.map((wavelength) => ({
    wavelength,
    tissue: TISSUE[wavelength],
    gain: createPpgGain(TISSUE[wavelength].base),
    noise: random.fork(wavelength),
  }));
  const last = { time: start };

  return (times) => {
    const out = emptyPpg(times.length);
    const feet: number[] = [];
    for (let i = 0; i < times.length; i++) {
      const time = times[i] ?? 0;
      if (!(time >= last.time)) {
        throw new ArgumentError(
          `PPG sensor: time ${time} of sample ${i} is before ${last.time}, expected rising times`,
        );
      }
      pulses.advance(time, i === 0 ? undefined : feet);
      last.time = time;
      const breath = Math.sin(2 * Math.PI * RESPIRATION_HZ * (time - start));
      const volume = pulses.volume(time) * (1 + 0.12 * breath) + 0.1 * breath;
      const { contact, artefact, moving } = wrist(time);
      out.moving[i] = moving ? 1 : 0;
      for (const { wavelength, tissue, gain, noise } of channels) {
        const channel = out[wavelength];
        const optical = tissue.base * contact * (1 - tissue.pulse * volume + tissue.movement * artefact);
        const exact = optical * gain.countsPerOptical() + NOISE_COUNTS * noise.normal();
        const counts = Math.max(0, Math.min(PPG_FULL_SCALE_COUNTS - 1, Math.round(exact)));
        channel.optical[i] = optical;
        channel.counts[i] = counts;
        channel.adcRange[i] = gain.adcRange();
        channel.currentUa[i] = gain.currentUa();
        gain.observe(counts);
      }
    }
    return { ...out, pulseFeet: Float64Array.from(feet) };
  };
}

/** One reading of a fresh sensor: see {@link createPpgSensor}. */
export function simulatePpg(times: Float64Array, options: Partial<PpgSensorOptions> = {}): SimulatedPpg {
  return createPpgSensor({ start: times[0] ?? 0, ...options })(times);
}

function emptyPpg(length: number): Omit<SimulatedPpg, 'pulseFeet'> {
  const channel = (): PpgChannel => ({
    counts: new Int32Array(length),
    adcRange: new Int32Array(length),
    currentUa: new Int32Array(length),
    optical: new Float64Array(length),
  });
  return { green: channel(), red: channel(), ir: channel(), moving: new Uint8Array(length) };
}

type Pulse = { readonly foot: number; readonly stretch: number };

/** The blood volume (1: the height of a pulse) as time advances; `feet` receives the pulses that began. */
function createPulses(
  options: PpgSensorOptions,
  random: Random,
): { advance(time: number, feet: number[] | undefined): void; volume(time: number): number } {
  const beats = heartbeats({
    ...options,
    random,
    start: options.start - LONGEST_PULSE, // the first sample feels pulses that are under way
    slowVariability: 0.06,
    respirationHz: RESPIRATION_HZ,
  });
  const first: Pulse = { foot: beats.next().value + TRANSIT, stretch: 1 };
  const felt = [first]; // the last is to come: it is felt before its foot
  return {
    advance(time, feet) {
      for (let coming = felt.at(-1) ?? first; coming.foot <= time; ) {
        feet?.push(coming.foot);
        const foot = beats.next().value + TRANSIT;
        coming = { foot, stretch: Math.sqrt(foot - coming.foot) };
        felt.push(coming);
      }
      while ((felt[0]?.foot ?? time) < time - LONGEST_PULSE) {
        felt.shift();
      }
    },
    volume(time) {
      let sum = 0;
      for (const { foot, stretch } of felt) {
        for (const { at, width, height } of PULSE) {
          const z = (time - foot - at * stretch) / (width * stretch);
          sum += height * Math.exp(-0.5 * z * z);
        }
      }
      return sum;
    },
  };
}

/** Contact of the watch (1 = as worn at the start) and movement artefact (about -1 to 1) at a time that never falls. */
function createWrist(
  start: number,
  activity: Random,
  random: Random,
): (time: number) => { contact: number; artefact: number; moving: boolean } {
  const bouts = activityBouts(activity, start);
  // Logarithms of the contact before and after the bout.
  const wrist = { from: 0, to: 0, phase: 0, bout: bouts.next().value };
  return (time) => {
    while (time >= wrist.bout.to) {
      wrist.bout = bouts.next().value;
      wrist.from = wrist.to;
      if (wrist.bout.activity !== 'still') {
        wrist.to = Math.max(-1.1, Math.min(0.6, 0.5 * random.normal()));
        wrist.phase = 2 * Math.PI * random.uniform();
      }
    }
    const { from, to, phase, bout } = wrist;
    const moving = bout.activity !== 'still';
    const settling = 0.01 * Math.sin((2 * Math.PI * (time - start)) / 170);
    const contact = Math.exp(from + (to - from) * smoothProgress(bout, time) + settling);
    if (!moving) {
      return { contact, artefact: 0, moving };
    }
    const swing = Math.PI * bout.cadenceHz * (time - bout.from) + phase; // the arm swings once in two steps
    const artefact = boutWindow(bout, time) * (0.6 * Math.sin(swing) + 0.4 * Math.sin(2 * swing + phase));
    return { contact, artefact, moving };
  };
}
