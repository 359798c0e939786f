/**
 * Synthetic heart sounds with known S1 and S2, as the A-law bytes of a stethoscope answer.
 *
 * Each sound is a sum of Gabor kernels (a sine under a Gaussian), as in the dynamical model of Almasi, Shamsollahi,
 * Senhadji (2011), IEEE EMBC; S2 is the aortic and the pulmonary part, further apart while breathing in.
 */

import { ArgumentError } from '../core/errors.ts';
import { linearToAlaw } from '../kernels/alaw/index.ts';
import { heartbeats } from './heartbeat.ts';
import { createRandom, type Random } from './random.ts';

export interface PhonocardiogramOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Hz. @default 4000 */
  readonly samplingFrequency?: number;
  /** @default 20 */
  readonly durationSeconds?: number;
  /** Beats a minute. @default 65 */
  readonly heartRate?: number;
  /** Loudness of a systolic ejection murmur relative to S1; 0: none. @default 0 */
  readonly murmur?: number;
  /** Standard deviation of the background, PCM counts. @default 60 */
  readonly noise?: number;
}

export type SimulatedPhonocardiogram = {
  /** Hz. */
  readonly samplingFrequency: number;
  /** G.711 A-law. */
  readonly alaw: Uint8Array;
  readonly truth: {
    /** Linear 16-bit samples before encoding. */
    readonly pcm: Int16Array;
    /** Centres of the first heart sounds within the recording, seconds after its first sample. */
    readonly s1: Float64Array;
    /** Centres of the aortic part of the second heart sounds. */
    readonly s2: Float64Array;
  };
};

/** Offset and width (one standard deviation) in s, frequency in Hz, height relative to S1. */
type Gabor = { readonly at: number; readonly width: number; readonly frequency: number; readonly height: number };

const S1: readonly Gabor[] = [
  { at: 0, width: 0.016, frequency: 45, height: 1 },
  { at: 0.024, width: 0.012, frequency: 75, height: 0.55 },
];

const AORTIC: Gabor = { at: 0, width: 0.009, frequency: 80, height: 0.7 };

const PULMONARY: Gabor = { at: 0, width: 0.008, frequency: 65, height: 0.4 };

/** PCM counts of S1: about 10 dB below full scale, as a chest piece that is well placed. */
const S1_HEIGHT = 9000;

/** From the R wave to S1, s. */
const S1_DELAY = 0.045;

const RESPIRATION_HZ = 0.25;

/**
 * One stethoscope recording: S1, S2, optionally a murmur, with background noise. Equal options give equal bytes.
 *
 * @throws ArgumentError for a rate, duration or heart rate that is not positive and finite.
 */
export function simulatePhonocardiogram(options: PhonocardiogramOptions = {}): SimulatedPhonocardiogram {
  const samplingFrequency = positive('samplingFrequency', options.samplingFrequency ?? 4000);
  const duration = positive('durationSeconds', options.durationSeconds ?? 20);
  const heartRate = positive('heartRate', options.heartRate ?? 65);
  const murmur = options.murmur ?? 0;
  const random = createRandom(options.seed ?? 1).fork('phonocardiogram');

  const sound = new Float64Array(Math.round(duration * samplingFrequency));
  const murmurNoise = bandNoise(sound.length, samplingFrequency, random.fork('murmur'));
  const heights = random.fork('heights');
  const s1: number[] = [];
  const s2: number[] = [];
  const start = -random.uniform() - 60 / heartRate;
  for (const r of heartbeats({ random: random.fork('beats'), start, heartRate, respirationHz: RESPIRATION_HZ })) {
    if (r > duration) {
      break;
    }
    const breath = Math.sin(2 * Math.PI * RESPIRATION_HZ * r);
    const height = S1_HEIGHT * (1 - 0.12 * breath) * (1 + 0.06 * heights.normal());
    const first = r + S1_DELAY;
    const second = r + electromechanicalSystole(heartRate);
    const split = 0.03 + 0.015 * breath;
    S1.forEach((kernel) => addGabor(sound, samplingFrequency, first, height, kernel));
    addGabor(sound, samplingFrequency, second, height, AORTIC);
    addGabor(sound, samplingFrequency, second + split, height, PULMONARY);
    addMurmur(sound, samplingFrequency, first + 0.05, second - 0.03, murmur * height, murmurNoise);
    s1.push(first);
    s2.push(second);
  }
  addBackground(sound, options.noise ?? 60, random.fork('noise'));

  const pcm = Int16Array.from(sound, (value) => Math.max(-32768, Math.min(32767, Math.round(value))));
  const alaw = new Uint8Array(pcm.length);
  linearToAlaw(alaw, pcm);
  const inside = (time: number): boolean => time >= 0 && time < sound.length / samplingFrequency;
  const truth = { pcm, s1: Float64Array.from(s1.filter(inside)), s2: Float64Array.from(s2.filter(inside)) };
  return { samplingFrequency, alaw, truth };
}

function positive(name: string, value: number): number {
  if (!(value > 0 && value < Infinity)) {
    throw new ArgumentError(`simulatePhonocardiogram: ${name} is ${value}, expected a positive finite number`);
  }
  return value;
}

/** White noise through a resonator at 170 Hz, peak height about 1: the colour of an ejection murmur. */
function bandNoise(length: number, rate: number, random: Random): Float64Array {
  const radius = Math.exp((-Math.PI * 120) / rate);
  const a1 = -2 * radius * Math.cos((2 * Math.PI * 170) / rate);
  const a2 = radius * radius;
  const out = new Float64Array(length);
  let y1 = 0;
  let y2 = 0;
  let peak = 0;
  for (let i = 0; i < length; i++) {
    const y = random.normal() - a1 * y1 - a2 * y2;
    y2 = y1;
    y1 = y;
    out[i] = y;
    peak = Math.max(peak, Math.abs(y));
  }
  return out.map((value) => value / peak);
}

/** From the R wave to the aortic S2, s: Weissler's QS2 = 546 ms - 2.1 ms x rate, less 40 ms from Q to R. */
function electromechanicalSystole(heartRate: number): number {
  return Math.max(0.2, 0.546 - 0.0021 * heartRate - 0.04);
}

function addGabor(out: Float64Array, rate: number, origin: number, height: number, kernel: Gabor): void {
  const centre = origin + kernel.at;
  const first = Math.max(0, Math.ceil((centre - 5 * kernel.width) * rate));
  const last = Math.min(out.length - 1, Math.floor((centre + 5 * kernel.width) * rate));
  for (let i = first; i <= last; i++) {
    const t = i / rate - centre;
    const envelope = Math.exp(-0.5 * (t / kernel.width) ** 2);
    out[i] = (out[i] ?? 0) + height * kernel.height * envelope * Math.cos(2 * Math.PI * kernel.frequency * t);
  }
}

/** Crescendo and decrescendo between the sounds. */
function addMurmur(
  out: Float64Array,
  rate: number,
  from: number,
  to: number,
  height: number,
  noise: Float64Array,
): void {
  const first = Math.max(0, Math.ceil(from * rate));
  const last = Math.min(out.length - 1, Math.floor(to * rate));
  for (let i = first; i <= last; i++) {
    const envelope = Math.sin((Math.PI * (i / rate - from)) / (to - from)) ** 2;
    out[i] = (out[i] ?? 0) + height * envelope * (noise[i] ?? 0);
  }
}

/** Skin, breath and room: white noise through a one-pole low pass, brought back to the deviation asked for. */
function addBackground(out: Float64Array, deviation: number, random: Random): void {
  const pole = 0.8;
  const gain = deviation * Math.sqrt(1 - pole * pole);
  let state = 0;
  for (let i = 0; i < out.length; i++) {
    state = pole * state + gain * random.normal();
    out[i] = (out[i] ?? 0) + state;
  }
}
