import { describe, expect, it } from 'vitest';
import { ArrivalList } from '../../../../src/convert/plan/arrivals.ts';
import { NO_FACTS } from '../../../../src/signals/signal.ts';
import type { StagedRecording } from '../../../../src/stage/staged-recording.ts';

const ECG: StagedRecording = {
  kind: 'ecg',
  signalId: 48,
  source: 'ecg-48.json',
  digest: '00000001ffffffff0123456789abcdef',
  facts: {
    ...NO_FACTS,
    userId: '7',
    deviceId: 'd',
    modelId: 93,
    model: 'ScanWatch',
    recordedAt: 1_594_150_000.5,
    afib: 0,
  },
  samplingFrequency: 300,
  channels: 1,
  samples: { file: 'decoded-0', offset: 2 ** 40, length: 9000, type: 'i32' },
};

const STETHO: StagedRecording = {
  ...ECG,
  kind: 'stetho',
  signalId: null,
  source: 'all.json#2',
  digest: 'f'.repeat(32),
  facts: { ...NO_FACTS, timezone: 'Europe/Oslo', position: 3, vhd: -1 },
  channels: 2,
  samples: { file: 'decoded-0', offset: 0, length: 8000, type: 'i16' },
};

describe('decoded recordings in columns', () => {
  it('come out as they went in, however many follow', () => {
    const list = new ArrivalList();
    const added = Array.from({ length: 500 }, (_, i) => (i % 2 === 0 ? ECG : { ...STETHO, source: `all.json#${i}` }));
    for (const recording of added) list.add(recording, 'all.json');
    expect(list.all).toHaveLength(added.length);
    for (const [i, { recording, samples }] of list.all.entries()) {
      const { channels, samples: lying, ...told } = added[i] as StagedRecording;
      expect(recording).toEqual({ ...told, samples: lying.length });
      expect(Object.keys(recording.facts)).toEqual(Object.keys(NO_FACTS));
      expect(samples).toEqual({ samplingFrequency: told.samplingFrequency, channels, samples: lying });
    }
  });

  it('refuse what does not fit their columns', () => {
    const list = new ArrivalList();
    expect(() => list.add({ ...ECG, digest: 'short' }, '')).toThrow(/digest/);
    const runs = { count: 1, step: 0 } as const;
    const samples = { file: 'f', offset: 0, length: 1, type: 'i32', runs } as const;
    expect(() => list.add({ ...ECG, samples }, '')).toThrow(/runs/);
  });
});
