import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArgumentError } from '../../../src/core/errors.ts';
import { EcgBatch } from '../../../src/process/ecg-batch.ts';
import { resolvePlan } from '../../../src/process/plan.ts';
import { createProcessor } from '../../../src/process/process-recording.ts';
import { StageReader, StageWriter } from '../../../src/process/stage.ts';
import { syntheticEcg } from '../dsp/oracle.ts';

describe('EcgBatch', () => {
  const processor = createProcessor(resolvePlan().processing);
  let folder = '';
  let writer: StageWriter;
  let batch: EcgBatch;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ecg-batch-'));
    writer = new StageWriter(join(folder, 'stage'));
    batch = new EcgBatch(processor, writer);
  });

  afterEach(() => {
    writer.close();
    rmSync(folder, { recursive: true });
  });

  it('stages for each recording what filtering it alone gives, whatever stands between', () => {
    const shapes = [300, 300, 500, 300, 500].map((rate, seed) => ({
      rate,
      ecg: syntheticEcg(seed, 20 * rate + (seed % 2)),
    }));
    const pending = shapes.map(({ rate, ecg }) => batch.add(ecg, rate));
    expect(pending.every(({ staged }) => staged === null)).toBe(true);
    batch.flush();
    const reader = new StageReader();
    pending.forEach(({ staged }, i) => {
      const { rate, ecg } = shapes[i]!;
      expect(staged!.samplingFrequency).toBe(250);
      expect(reader.read(staged!.samples)).toEqual(processor.ecgChain(rate).apply(ecg));
    });
    reader.close();
  });

  it('holds no more than 32 recordings, and no more than about a million samples', () => {
    const short = Array.from({ length: 33 }, (_, seed) => batch.add(syntheticEcg(seed, 100), 300));
    expect(short.filter(({ staged }) => staged !== null).length).toBe(32);
    batch.flush();
    const long = [0, 1].map((seed) => batch.add(syntheticEcg(seed, 2 ** 19), 300));
    expect(long.every(({ staged }) => staged !== null)).toBe(true);
  });

  it('refuses at once what the plan does not fit, and keeps the rest', () => {
    const kept = batch.add(syntheticEcg(1, 9000), 300);
    expect(() => batch.add(syntheticEcg(1, 27), 300)).toThrow(ArgumentError);
    expect(() => batch.add(syntheticEcg(1, 9000), 60)).toThrow('ECG band 0.5-40 Hz does not fit');
    batch.flush();
    expect(kept.staged!.samples.length).toBe(7500);
  });
});
