import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import { type SimulatedEcg, simulateEcg } from '../../../src/simulator/ecg.ts';

const QUIET = { baselineWander: 0, mainsHum: 0, noise: 0 } as const;

describe('simulateEcg', () => {
  it('has the length and rate of a watch by default, of a blood-pressure monitor when asked', () => {
    expect(simulateEcg().signal.length).toBe(9000);
    expect(simulateEcg({ samplingFrequency: 500, durationSeconds: 20 }).signal.length).toBe(10000);
  });

  it('beats at the rate asked for', () => {
    for (const heartRate of [48, 65, 110]) {
      const { rPeaks } = simulateEcg({ heartRate }).truth;
      const rate = (60 * (rPeaks.length - 1)) / ((rPeaks.at(-1) ?? 0) - (rPeaks[0] ?? 0));
      expect(Math.abs(rate / heartRate - 1)).toBeLessThan(0.05);
    }
  });

  it('has its highest peaks where the truth says, and nowhere else', () => {
    for (const options of [{}, { rhythm: 'afib', seed: 3 }, { samplingFrequency: 500, seed: 4 }] as const) {
      const ecg = simulateEcg(options);
      const found = peaksAbove(ecg, 600);
      const inside = [...ecg.truth.rPeaks].filter((time) => time > 0.1 && time < 29.9);
      const matched = found.filter((time) => time > 0.1 && time < 29.9);
      expect(matched.length).toBe(inside.length);
      matched.forEach((time, i) => expect(Math.abs(time - (inside[i] ?? 0))).toBeLessThan(0.012));
    }
  });

  it('has P, Q, S and T about each R in sinus rhythm', () => {
    const { clean } = averagedBeat(simulateEcg({ ...QUIET, heartRate: 60 }));
    expect(Math.max(...clean(-0.26, -0.12))).toBeGreaterThan(80);
    expect(Math.min(...clean(-0.07, -0.02))).toBeLessThan(-60);
    expect(Math.min(...clean(0.02, 0.08))).toBeLessThan(-100);
    expect(Math.max(...clean(0.2, 0.36))).toBeGreaterThan(200);
  });

  it('has no P wave in atrial fibrillation', () => {
    const { clean } = averagedBeat(simulateEcg({ ...QUIET, heartRate: 60, rhythm: 'afib', durationSeconds: 200 }));
    expect(Math.max(...clean(-0.26, -0.12))).toBeLessThan(40);
  });

  it('adds hum at the mains frequency, of the amplitude asked for', () => {
    const options = { ...QUIET, seed: 5 };
    const { signal, samplingFrequency, truth } = simulateEcg({ ...options, mainsHum: 20, mainsFrequency: 60 });
    const rest = Float64Array.from(signal, (value, i) => value - (truth.clean[i] ?? 0)).subarray(0, samplingFrequency);
    expect(Math.abs(amplitudeAt(rest, samplingFrequency, 60) - 20)).toBeLessThan(1);
    expect(amplitudeAt(rest, samplingFrequency, 50)).toBeLessThan(2);
  });

  it('rounds the clean signal to whole µV when nothing is added', () => {
    const { signal, truth } = simulateEcg(QUIET);
    expect(signal).toEqual(Int32Array.from(truth.clean, Math.round));
  });

  it('gives equal samples for equal seeds, others for another seed', () => {
    expect(simulateEcg({ seed: 2 })).toEqual(simulateEcg({ seed: 2 }));
    expect(simulateEcg({ seed: 2 }).signal).not.toEqual(simulateEcg({ seed: 3 }).signal);
  });

  it('refuses a rate, duration or heart rate that is not positive and finite', () => {
    expect(() => simulateEcg({ samplingFrequency: 0 })).toThrow(ArgumentError);
    expect(() => simulateEcg({ durationSeconds: Number.NaN })).toThrow(ArgumentError);
    expect(() => simulateEcg({ heartRate: -60 })).toThrow('simulateEcg: heartRate is -60');
  });
});

/** Times of the highest samples of all stretches above a threshold. */
function peaksAbove({ signal, samplingFrequency }: SimulatedEcg, threshold: number): number[] {
  const times: number[] = [];
  for (let i = 0; i < signal.length; i++) {
    if ((signal[i] ?? 0) <= threshold) continue;
    let best = i;
    for (; (signal[i] ?? 0) > threshold; i++) if ((signal[i] ?? 0) > (signal[best] ?? 0)) best = i;
    times.push(best / samplingFrequency);
  }
  return times;
}

/** Mean of the clean signal about the R waves; `clean(from, to)` in seconds from R. */
function averagedBeat({ truth, samplingFrequency }: SimulatedEcg): { clean: (from: number, to: number) => number[] } {
  const centres = [...truth.rPeaks].slice(1, -1).map((time) => Math.round(time * samplingFrequency));
  const mean = (offset: number): number =>
    centres.reduce((sum, centre) => sum + (truth.clean[centre + offset] ?? 0), 0) / centres.length;
  return {
    clean: (from, to) => {
      const first = Math.round(from * samplingFrequency);
      return Array.from({ length: Math.round(to * samplingFrequency) - first }, (_, i) => mean(first + i));
    },
  };
}

function amplitudeAt(values: Float64Array, rate: number, frequency: number): number {
  let real = 0;
  let imaginary = 0;
  values.forEach((value, i) => {
    real += value * Math.cos((2 * Math.PI * frequency * i) / rate);
    imaginary += value * Math.sin((2 * Math.PI * frequency * i) / rate);
  });
  return (2 * Math.hypot(real, imaginary)) / values.length;
}
