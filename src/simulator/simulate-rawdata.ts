/** A day of raw data of one simulated person. */

import type { SeriesKind } from '../signals/signal.ts';
import { createAccelSensor } from './accelerometer.ts';
import { type AnswerFile, answerFile } from './answer-file.ts';
import { envelope, ownedAnswer } from './answers.ts';
import { simulateClock } from './clock.ts';
import { type Person, SCANWATCH, seedOf } from './person.ts';
import { createPpgSensor } from './ppg.ts';
import { type RawdataSource, rawdataPages } from './rawdata-pages.ts';
import { type WatchDay, watchClock } from './watch-clock.ts';

/** PPG and accelerometer of one day: two sensors with clocks of their own on one wrist. */
export function* simulateRawdata(person: Person, day: WatchDay): Generator<AnswerFile> {
  const date = new Date(day.midnight * 1000).toISOString().slice(0, 10);
  for (const kind of ['ppg', 'accel'] as const) {
    let page = 0;
    for (const body of rawdataPages(rawdataSource(kind, person, day))) {
      const name = `${kind}-${date}-${String(page++).padStart(3, '0')}`;
      yield answerFile(person.folder, name, ownedAnswer(kind, person, envelope(body)));
    }
  }
}

/** What one sensor of a person's watch records on one day; a fresh one each time, its samples the same. */
export function rawdataSource(kind: SeriesKind, person: Person, day: WatchDay): RawdataSource {
  const { heartRate, formatVersion } = person;
  const random = person.random.fork(`day ${day.number}`);
  const wrist = { seed: seedOf(random.fork('wrist')), start: day.midnight };
  const watch = { hashDeviceId: person.devices[SCANWATCH] ?? '', formatVersion };
  if (kind === 'accel') {
    const clock = simulateClock(watchClock(day, formatVersion === 1, random.fork('accel clock')));
    const accel = createAccelSensor(wrist);
    return {
      ...watch,
      type: 1,
      sensorName: 'ADXL362_RAW',
      clock,
      columns: (from, to) => {
        const { x, y, z } = accel(clock.trueTime.subarray(from, to));
        return { acc_x: x, acc_y: y, acc_z: z };
      },
    };
  }
  const clock = simulateClock(watchClock(day, false, random.fork('ppg clock')));
  const ppg = createPpgSensor({ ...wrist, heartRate });
  return {
    ...watch,
    type: 2,
    sensorName: formatVersion === 1 ? 'MAX86142_RAW' : 'MAX8614X_PPG_AGC',
    clock,
    columns: (from, to) => {
      const { green, red, ir } = ppg(clock.trueTime.subarray(from, to));
      return {
        agc_green_adc_range: green.adcRange,
        agc_green_current_ua: green.currentUa,
        agc_ir_adc_range: ir.adcRange,
        agc_ir_current_ua: ir.currentUa,
        agc_red_adc_range: red.adcRange,
        agc_red_current_ua: red.currentUa,
        ppg_green: green.counts,
        ppg_ir: ir.counts,
        ppg_red: red.counts,
      };
    },
  };
}
