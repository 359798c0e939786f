/**
 * Synthetic one-lead ECG with known beats.
 *
 * Model: the dynamical model of McSharry, Clifford, Tarassenko, Smith (2003), IEEE Trans Biomed Eng 50:289-294, in its
 * closed form: along the limit cycle every wave is a Gaussian about its own angle, here written in time (at 60 beats a
 * minute 2 pi is one second). Angles and widths of their table I; heart rate bends both as in their ECGSYN program. T is
 * two Gaussians, steeper on its way down (Clifford et al. 2005, SPIE 5841).
 */

import { ArgumentError } from '../core/errors.ts';
import { heartbeats, type Rhythm } from './heartbeat.ts';
import { createRandom, type Random } from './random.ts';

export interface EcgOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Hz. @default 300 */
  readonly samplingFrequency?: number;
  /** @default 30 */
  readonly durationSeconds?: number;
  /** Beats a minute. @default 65 */
  readonly heartRate?: number;
  /** @default 'sinus' */
  readonly rhythm?: Rhythm;
  /** Height of the R wave, µV. @default 1000 */
  readonly rWave?: number;
  /** Amplitude of the wander with breathing and electrode contact, µV. @default 80 */
  readonly baselineWander?: number;
  /** Amplitude of the mains hum, µV. @default 8 */
  readonly mainsHum?: number;
  /** Hz. @default 50 */
  readonly mainsFrequency?: number;
  /** Standard deviation of the white noise, µV. @default 5 */
  readonly noise?: number;
}

export type SimulatedEcg = {
  /** Hz. */
  readonly samplingFrequency: number;
  /** µV, whole. */
  readonly signal: Int32Array;
  readonly truth: {
    readonly rhythm: Rhythm;
    /** Centres of the R waves within the recording, seconds after its first sample. */
    readonly rPeaks: Float64Array;
    /** µV, without wander, hum and noise. */
    readonly clean: Float64Array;
  };
};

/** `at` and `width` (one standard deviation) in seconds at 60 beats a minute; `height` of the R wave. */
type Wave = { readonly name: string; readonly at: number; readonly width: number; readonly height: number };

const WAVES: readonly Wave[] = [
  { name: 'P', at: -70 / 360, width: 0.15 / (2 * Math.PI), height: 0.12 },
  { name: 'Q', at: -15 / 360, width: 0.1 / (2 * Math.PI), height: -0.12 },
  { name: 'R', at: 0, width: 0.1 / (2 * Math.PI), height: 1 },
  { name: 'S', at: 15 / 360, width: 0.1 / (2 * Math.PI), height: -0.2 },
  { name: 'T rising', at: 88 / 360, width: 0.38 / (2 * Math.PI), height: 0.16 },
  { name: 'T falling', at: 106 / 360, width: 0.22 / (2 * Math.PI), height: 0.18 },
];

/** A Gaussian is nil beyond this many widths: 4e-6 of its height. */
const REACH = 5;

const RESPIRATION_HZ = 0.25;

/**
 * One ECG recording: P-QRS-T, wander, mains hum and noise, rounded to whole µV. Equal options give equal samples.
 *
 * Atrial fibrillation has irregular beats, no P wave and fibrillatory waves.
 *
 * @throws ArgumentError for a rate, duration or heart rate that is not positive and finite.
 */
export function simulateEcg(options: EcgOptions = {}): SimulatedEcg {
  const samplingFrequency = positive('samplingFrequency', options.samplingFrequency ?? 300);
  const duration = positive('durationSeconds', options.durationSeconds ?? 30);
  const heartRate = positive('heartRate', options.heartRate ?? 65);
  const rhythm = options.rhythm ?? 'sinus';
  const rWave = options.rWave ?? 1000;
  const random = createRandom(options.seed ?? 1).fork('ecg');

  const clean = new Float64Array(Math.round(duration * samplingFrequency));
  const beats = beatsAround(duration, { random: random.fork('beats'), heartRate, rhythm });
  addBeats(clean, samplingFrequency, beats, rWave, rhythm);
  if (rhythm === 'afib') {
    addFibrillatoryWaves(clean, samplingFrequency, 0.05 * rWave, random.fork('fibrillation'));
  }
  const signal = Float64Array.from(clean);
  addWander(signal, samplingFrequency, options.baselineWander ?? 80, random.fork('wander'));
  addHum(signal, samplingFrequency, options.mainsFrequency ?? 50, options.mainsHum ?? 8, random.fork('hum'));
  addNoise(signal, options.noise ?? 5, random.fork('noise'));
  return {
    samplingFrequency,
    signal: Int32Array.from(signal, Math.round),
    truth: { rhythm, rPeaks: beats.filter((time) => time >= 0 && time < clean.length / samplingFrequency), clean },
  };
}

function positive(name: string, value: number): number {
  if (!(value > 0 && value < Infinity)) {
    throw new ArgumentError(`simulateEcg: ${name} is ${value}, expected a positive finite number`);
  }
  return value;
}

/** Beat times from before the first sample to after the last, so that waves cut by the edges are there. */
function beatsAround(duration: number, options: { random: Random; heartRate: number; rhythm: Rhythm }): Float64Array {
  const { random, heartRate } = options;
  const start = -(2 + random.uniform()) * (60 / heartRate);
  const times: number[] = [];
  for (const time of heartbeats({ ...options, start, respirationHz: RESPIRATION_HZ })) {
    times.push(time);
    if (time > duration + 60 / heartRate) {
      break;
    }
  }
  return Float64Array.from(times);
}

function addBeats(out: Float64Array, rate: number, beats: Float64Array, rWave: number, rhythm: Rhythm): void {
  for (let b = 1; b < beats.length; b++) {
    const time = beats[b] ?? 0;
    const interval = time - (beats[b - 1] ?? 0);
    // The axis of the heart swings with the breath.
    const height = rWave * (1 + 0.05 * Math.sin(2 * Math.PI * RESPIRATION_HZ * time));
    for (const wave of WAVES) {
      if (wave.name !== 'P' || rhythm === 'sinus') {
        // ECGSYN: widths and angles grow with the square root of the rate, so times with that of the interval.
        const stretch = Math.sqrt(interval);
        addGaussian(out, rate, time + wave.at * stretch, wave.width * stretch, height * wave.height);
      }
    }
  }
}

function addGaussian(out: Float64Array, rate: number, centre: number, width: number, height: number): void {
  const first = Math.max(0, Math.ceil((centre - REACH * width) * rate));
  const last = Math.min(out.length - 1, Math.floor((centre + REACH * width) * rate));
  for (let i = first; i <= last; i++) {
    const z = (i / rate - centre) / width;
    out[i] = (out[i] ?? 0) + height * Math.exp(-0.5 * z * z);
  }
}

/** Sawtooth of 5 harmonics about 6 Hz, amplitude and frequency modulated (Stridh and Sörnmo 2001, IEEE TBME 48:105). */
function addFibrillatoryWaves(out: Float64Array, rate: number, height: number, random: Random): void {
  const frequency = 5 + 2 * random.uniform();
  const amplitudePhase = 2 * Math.PI * random.uniform();
  const frequencyPhase = 2 * Math.PI * random.uniform();
  for (let i = 0; i < out.length; i++) {
    const t = i / rate;
    const amplitude = height * (1 + 0.3 * Math.sin(2 * Math.PI * 0.13 * t + amplitudePhase));
    const angle = 2 * Math.PI * frequency * t + 2 * Math.sin(2 * Math.PI * 0.11 * t + frequencyPhase);
    let sum = 0;
    for (let harmonic = 1; harmonic <= 5; harmonic++) {
      sum += Math.sin(harmonic * angle) / harmonic;
    }
    out[i] = (out[i] ?? 0) - ((2 * amplitude) / Math.PI) * sum;
  }
}

function addWander(out: Float64Array, rate: number, amplitude: number, random: Random): void {
  const parts = [
    { share: 0.5, frequency: RESPIRATION_HZ },
    { share: 0.3, frequency: 0.08 + 0.04 * random.uniform() },
    { share: 0.2, frequency: 0.02 + 0.03 * random.uniform() },
  ];
  for (const { share, frequency } of parts) {
    addSine(out, rate, share * amplitude, frequency, 2 * Math.PI * random.uniform());
  }
}

/** Fundamental and, where the rate can hold it, a fifth of it at the third harmonic. */
function addHum(out: Float64Array, rate: number, mains: number, amplitude: number, random: Random): void {
  const frequency = mains + 0.02 * random.normal();
  addSine(out, rate, amplitude, frequency, 2 * Math.PI * random.uniform());
  if (3 * frequency < 0.45 * rate) {
    addSine(out, rate, amplitude / 5, 3 * frequency, 2 * Math.PI * random.uniform());
  }
}

function addSine(out: Float64Array, rate: number, amplitude: number, frequency: number, phase: number): void {
  for (let i = 0; i < out.length; i++) {
    out[i] = (out[i] ?? 0) + amplitude * Math.sin((2 * Math.PI * frequency * i) / rate + phase);
  }
}

function addNoise(out: Float64Array, deviation: number, random: Random): void {
  for (let i = 0; i < out.length; i++) {
    out[i] = (out[i] ?? 0) + deviation * random.normal();
  }
}
