import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import {
  createPpgSensor,
  type PpgChannel,
  type SimulatedPpg,
  simulatePpg,
  WAVELENGTHS,
} from '../../../src/simulator/ppg.ts';

const RATE = 25.6;
const START = 1709510400;
const times = Float64Array.from({ length: 30 * 60 * RATE }, (_, i) => START + i / RATE);

/** Full scale of the converter in µA by `adc_range`: MAX86141 data sheet. */
const FULL_SCALE_UA = [4, 8, 16, 32];

describe('simulatePpg', () => {
  let ppg: SimulatedPpg;
  beforeAll(() => {
    ppg = simulatePpg(times, { seed: 4, heartRate: 70 });
  });

  it('stays within 19 bits, ranges 0 to 3 and LED steps of 486 µA', () => {
    for (const wavelength of WAVELENGTHS) {
      const { counts, adcRange, currentUa } = ppg[wavelength];
      expect(Math.min(...counts)).toBeGreaterThan(0);
      expect(Math.max(...counts)).toBeLessThan(524288);
      expect([...new Set(adcRange)].every((range) => range >= 0 && range <= 3)).toBe(true);
      expect([...new Set(currentUa)].every((current) => current > 0 && current % 486 === 0)).toBe(true);
    }
  });

  it('steps both LED current and converter range within half an hour', () => {
    expect(new Set(ppg.red.currentUa).size).toBeGreaterThan(3);
    expect(new Set(ppg.red.adcRange).size).toBeGreaterThan(1);
  });

  it('gives the optical signal back from counts, range and current to the noise of the converter', () => {
    for (const wavelength of WAVELENGTHS) {
      const channel = ppg[wavelength];
      const errors = Array.from(
        channel.optical,
        (optical, i) => (opticalFrom(channel, i) / optical - 1) * (channel.counts[i] ?? 0),
      );
      expect(Math.max(...errors.map(Math.abs))).toBeLessThan(40);
    }
  });

  it('keeps the optical signal going where the counts jump', () => {
    const jumps: number[] = [];
    let largestChange = 0;
    for (const wavelength of WAVELENGTHS) {
      const channel = ppg[wavelength];
      const { counts, adcRange, currentUa } = channel;
      for (let i = 1; i < times.length; i++) {
        largestChange = Math.max(largestChange, Math.abs(opticalFrom(channel, i) / opticalFrom(channel, i - 1) - 1));
        if (adcRange[i] === adcRange[i - 1] && currentUa[i] === currentUa[i - 1]) continue;
        jumps.push(Math.abs((counts[i] ?? 0) / (counts[i - 1] ?? 0) - 1));
      }
    }
    expect(jumps.length).toBeGreaterThan(10);
    expect(Math.min(...jumps)).toBeGreaterThan(0.08);
    expect(largestChange).toBeLessThan(0.06);
  });

  it('steps its gain only when the wearer moves or has just moved', () => {
    const { currentUa } = ppg.green;
    for (let i = 1; i < times.length; i++) {
      if (currentUa[i] === currentUa[i - 1]) continue;
      const around = ppg.moving.subarray(Math.max(0, i - 25), i + 1);
      expect(around.includes(1)).toBe(true);
    }
  });

  it('has pulses at the heart rate, counts falling by the most in green', () => {
    expect(ppg.pulseFeet.length / 30).toBeGreaterThan(60);
    expect(ppg.pulseFeet.length / 30).toBeLessThan(80);
    const depth = (channel: PpgChannel): number => {
      const falls: number[] = [];
      for (const foot of ppg.pulseFeet) {
        const i = Math.round((foot - START) * RATE);
        if (ppg.moving.subarray(i, i + 8).includes(1)) continue;
        falls.push(1 - Math.min(...channel.optical.subarray(i, i + 8)) / (channel.optical[i] ?? 0));
      }
      expect(Math.min(...falls)).toBeGreaterThan(0);
      return falls.reduce((sum, value) => sum + value, 0) / falls.length;
    };
    const [green, red, ir] = [depth(ppg.green), depth(ppg.red), depth(ppg.ir)];
    expect(green).toBeGreaterThan(0.01);
    expect(green).toBeGreaterThan(ir);
    expect(ir).toBeGreaterThan(red);
  });

  it('has a dicrotic notch: blood volume rises once more after the main wave', () => {
    // Fine in time, so that only the shape is looked at.
    const fine = Float64Array.from({ length: 9000 }, (_, i) => START + i / 1000);
    const { green, pulseFeet } = simulatePpg(fine, { seed: 4, heartRate: 60 });
    const rises = [...pulseFeet].slice(0, -1).map((foot) => {
      const begin = Math.round((foot - START) * 1000);
      const volume = Array.from(green.optical.subarray(begin, begin + 600), (optical) => -optical);
      const peak = volume.indexOf(Math.max(...volume));
      const notch = Math.min(...volume.slice(peak, peak + 250));
      const second = Math.max(...volume.slice(volume.indexOf(notch)));
      return (second - notch) / ((volume[peak] ?? 0) - (volume[0] ?? 0));
    });
    expect(rises.length).toBeGreaterThan(6);
    expect(Math.min(...rises)).toBeGreaterThan(0.02);
  });

  it('gives the same samples however the times are cut into calls', () => {
    const sensor = createPpgSensor({ seed: 4, start: START, heartRate: 70 });
    const parts = [0, 1, 1300, 1301, 20000, times.length].map((from, i, cuts) =>
      sensor(times.subarray(from, cuts[i + 1])),
    );
    for (const wavelength of WAVELENGTHS) {
      expect(parts.flatMap((part) => [...part[wavelength].counts])).toEqual([...ppg[wavelength].counts]);
    }
  });

  it('refuses times that fall back', () => {
    const sensor = createPpgSensor({ start: START });
    sensor(Float64Array.of(START + 10));
    expect(() => sensor(Float64Array.of(START + 9))).toThrow(ArgumentError);
  });
});

/** µA of photocurrent per mA of LED current. */
function opticalFrom({ counts, adcRange, currentUa }: PpgChannel, i: number): number {
  const photocurrentUa = ((counts[i] ?? 0) / 2 ** 19) * (FULL_SCALE_UA[adcRange[i] ?? 0] ?? 0);
  return photocurrentUa / ((currentUa[i] ?? 0) / 1000);
}
