/** Reports of inputs by the ten thousand, in little memory: what came through a thread came as copies of its own. */

import type { RecordingFacts } from '../core/signal.ts';
import type { InputReport, StagedRecording } from '../process/input-report.ts';
import type { StagedArray } from '../process/stage.ts';

const NONE: readonly never[] = [];

/** Gives equal reports; of texts that return (files, users, devices, zones) and of empty lists it keeps one. */
export function createCondenser(): (report: InputReport) => InputReport {
  const texts = new Map<string, string>();

  function one<T extends string | null>(text: T): T {
    if (text === null) return text;
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return (known ?? text) as T;
  }
  function staged<A extends StagedArray>(array: A): A {
    return { ...array, file: one(array.file), type: one(array.type) };
  }
  function facts(told: RecordingFacts): RecordingFacts {
    const { userId, deviceId, model, timezone } = told;
    return { ...told, userId: one(userId), deviceId: one(deviceId), model: one(model), timezone: one(timezone) };
  }
  function recording(arrived: StagedRecording, name: string): StagedRecording {
    return {
      ...arrived,
      kind: one(arrived.kind),
      source: arrived.source === name ? name : arrived.source,
      facts: facts(arrived.facts),
      samples: staged(arrived.samples),
    };
  }
  return (report) => ({
    ...report,
    rejections: orNone(report.rejections),
    notices: orNone(report.notices),
    facts: orNone(report.facts),
    recordings: orNone(report.recordings.map((arrived) => recording(arrived, report.name))),
    series: orNone(
      report.series.map((chunk) => ({
        ...chunk,
        kind: one(chunk.kind),
        deviceId: one(chunk.deviceId),
        sensorName: one(chunk.sensorName),
        userId: one(chunk.userId),
        timezone: one(chunk.timezone),
        id: staged(chunk.id),
        timestamp: staged(chunk.timestamp),
        columns: chunk.columns.map(({ name, values, valid }) => ({
          name: one(name),
          values: staged(values),
          valid: valid && staged(valid),
        })),
      })),
    ),
  });
}

function orNone<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NONE : list;
}
