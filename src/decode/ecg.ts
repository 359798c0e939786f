/**
 * ECG: the body of heart get.
 *
 * | member | type | meaning |
 * |---|---|---|
 * | `signal` | int[], a text of one, or comma-separated text | µV; empty while the watch has not finished syncing |
 * | `sampling_frequency` | number | Hz; absent: the nominal rate of the model, as told here or elsewhere |
 * | `wearposition` | int | 0..31 |
 * | `model` | int | model id |
 * | `heart_rate` | number, or object with `value` | bpm |
 * | `afib`, `bloodpressure` | int, object | as in heart list, where an answer has them |
 *
 * Source: Withings OpenAPI text, operation heartv2-get.
 */

import type { TextScanner } from '../json/text-scanner.ts';
import type { RecordingFacts } from '../signals/signal.ts';
import type { DecodedEcg } from './decoded-sink.ts';
import { type Fields, INT16_MAX } from './fields.ts';
import {
  bloodPressure,
  code,
  type DocumentContext,
  heartRate,
  nominalRate,
  recordingFacts,
  refuseWithoutRate,
} from './recording-facts.ts';
import { checkWhole, INT32_MAX, INT32_MIN, signalValues } from './signal-values.ts';

/**
 * @returns samples that are valid during the document; `null`: pending
 * @throws InputError when the body is not that of an ECG
 */
export function readEcg(
  body: Fields,
  context: DocumentContext,
  texts: TextScanner,
  notice: (text: string) => void,
): DecodedEcg | null {
  const column = signalValues(body, 'signal', texts);
  if (column === null) return body.refuse('signal', 'an array of µV, or a text of one');
  if (column.length === 0) return null;
  const { values } = column;
  checkWhole(column, INT32_MIN, INT32_MAX, () => body.path('signal'));
  const told = body.forgiving(notice);
  const { systole, diastole } = bloodPressure(told);
  const facts = recordingFacts(told, context, {
    wearPosition: told.integer('wearposition', 0, INT16_MAX),
    heartRate: heartRate(told),
    afib: code(told, 'afib'),
    systole,
    diastole,
    position: null,
    vhd: null,
  });
  const signalId = told.numericId('signalid') ?? context.signalId;
  return {
    kind: 'ecg',
    signalId,
    facts,
    samplingFrequency: ecgRate(body, signalId, facts, notice),
    ecg: values instanceof Int32Array ? values : new Int32Array(values),
  };
}

const RATE = 'sampling_frequency';

/** @returns `null`: what is told of its id or its device elsewhere may tell the model, and the model the rate */
function ecgRate(
  body: Fields,
  signalId: number | null,
  facts: RecordingFacts,
  notice: (text: string) => void,
): number | null {
  const rate = body.rate(RATE) ?? nominalRate(body, RATE, facts, 'ecgSamplingFrequency', notice);
  if (rate !== null) return rate;
  if (facts.modelId !== null || (signalId === null && facts.deviceId === null)) return refuseWithoutRate(body, RATE);
  notice(`${body.path(RATE)} is absent, and so is the model: taken from the heart list or the device table`);
  return null;
}
