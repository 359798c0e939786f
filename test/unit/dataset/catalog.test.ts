import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CatalogRecording,
  identityOf,
  indexFacts,
  joinFactLists,
  joinRecordings,
  rateOf,
} from '../../../src/dataset/catalog.ts';
import type { OwnedFact } from '../../../src/ingest/input-report.ts';
import { NO_FACTS, type RecordingFacts } from '../../../src/signals/signal.ts';

const ECG: CatalogRecording = {
  kind: 'ecg',
  signalId: 48,
  source: 'ecg-48.json',
  digest: '0'.repeat(32),
  samples: 9000,
  samplingFrequency: 300,
  facts: { ...NO_FACTS, userId: '7' },
};

function listed(facts: Partial<RecordingFacts>, about: Partial<OwnedFact> = {}): OwnedFact {
  return { subject: 'ecg', id: '48', userId: '7', modified: 100, facts, ...about };
}

function device(facts: Partial<RecordingFacts>, about: Partial<OwnedFact> = {}): OwnedFact {
  return listed(facts, { subject: 'device', id: 'watch', ...about });
}

function resolved(facts: readonly OwnedFact[], own: Partial<RecordingFacts> = {}): RecordingFacts {
  return indexFacts(facts).resolve({ ...ECG, facts: { ...ECG.facts, ...own } });
}

describe('what is known of a recording', () => {
  it('is told by its own answer first, then by lists, then by its device, then by the table of models', () => {
    const facts = [
      listed({ heartRate: 71, deviceId: 'watch', afib: 1 }),
      device({ modelId: 93, timezone: 'Europe/Oslo' }),
    ];
    expect(resolved(facts, { heartRate: 65 })).toMatchObject({
      heartRate: 65,
      afib: 1,
      deviceId: 'watch',
      modelId: 93,
      model: 'ScanWatch',
      timezone: 'Europe/Oslo',
    });
  });

  it('is told by the list of its own user, never by that of another', () => {
    const other = listed({ heartRate: 140, afib: 1 }, { userId: '8', modified: 900 });
    expect(resolved([other])).toEqual(ECG.facts);
    expect(resolved([other, listed({ heartRate: 71 })])).toMatchObject({ heartRate: 71, afib: null });
    expect(resolved([device({ timezone: 'Asia/Tokyo' }, { userId: '8' })], { deviceId: 'watch' }).timezone).toBeNull();
  });

  it('is told by a list without a user, and to a recording without one', () => {
    expect(resolved([listed({ heartRate: 71 }, { userId: null })]).heartRate).toBe(71);
    expect(resolved([listed({ heartRate: 71 })], { userId: null }).heartRate).toBe(71);
  });

  it('is told by the newest list, whatever the order they came in; an older one fills what it leaves open', () => {
    const lists = [
      listed({ heartRate: 60, afib: 2 }, { modified: 50 }),
      listed({ heartRate: 71 }, { modified: 100 }),
      listed({ heartRate: 90, vhd: 3 }, { modified: null }),
    ];
    const expected = { heartRate: 71, afib: 2, vhd: 3 };
    expect(resolved(lists)).toMatchObject(expected);
    expect(resolved(lists.toReversed())).toMatchObject(expected);
  });

  it('is told of its own kind and id alone', () => {
    expect(resolved([listed({ afib: 1 }, { id: '49' }), listed({ vhd: 1 }, { subject: 'stetho' })])).toEqual(ECG.facts);
    expect(indexFacts([listed({ afib: 1 })]).resolve({ ...ECG, signalId: null })).toBe(ECG.facts);
  });

  it('has the nominal rate of an ECG where its answer tells none', () => {
    const facts = { ...NO_FACTS, modelId: 44 };
    expect(rateOf({ ...ECG, samplingFrequency: 250 }, facts)).toBe(250);
    expect(rateOf({ ...ECG, samplingFrequency: null }, facts)).toBe(500);
    expect(rateOf({ ...ECG, samplingFrequency: null }, NO_FACTS)).toBeNull();
  });

  it('has every time zone that was told of its device, by whomever', () => {
    const facts = [
      device({ timezone: 'Europe/Oslo' }),
      device({ timezone: 'Asia/Tokyo' }, { userId: '8' }),
      device({ timezone: 'Europe/Oslo' }, { modified: 5 }),
      device({ timezone: 'America/Lima' }, { id: 'other' }),
    ];
    expect(indexFacts(facts).timezonesOf('watch')).toEqual(['Asia/Tokyo', 'Europe/Oslo']);
    expect(indexFacts(facts).timezonesOf(null)).toEqual([]);
  });
});

describe('joins', () => {
  const text = fc.constantFrom('a', 'b', 'c');
  const number = fc.option(fc.integer({ min: 0, max: 3 }));
  const facts = fc.record({
    heartRate: number,
    afib: number,
    timezone: fc.option(text),
    recordedAt: number,
  }) as fc.Arbitrary<Partial<RecordingFacts>>;
  const recording: fc.Arbitrary<CatalogRecording> = fc
    .record({
      source: text,
      content: text,
      samples: fc.constantFrom(5, 9),
      rate: fc.constantFrom(null, 250, 300),
      facts,
    })
    .map(({ source, content, samples, rate, facts: told }) => ({
      ...ECG,
      source,
      samples,
      samplingFrequency: rate,
      digest: `${content} ${samples} ${rate}`, // of all three
      facts: { ...ECG.facts, ...told },
    }));
  const fact: fc.Arbitrary<OwnedFact> = fc
    .record({ id: text, userId: fc.option(text), modified: number, facts })
    .map((some) => ({ subject: 'ecg', ...some }));

  it('of recordings have one outcome in any order', () => {
    fc.assert(
      fc.property(recording, recording, recording, (a, b, c) => {
        expect(joinRecordings(a, b)).toEqual(joinRecordings(b, a));
        expect(joinRecordings(a, a)).toEqual(a);
        const [left, right] = [joinRecordings(joinRecordings(a, b), c), joinRecordings(a, joinRecordings(b, c))];
        expect(left).toEqual(right);
      }),
    );
  });

  it('of what lists told have one outcome in any order and any pieces', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 6 }), fc.array(fact, { maxLength: 6 }), (a, b) => {
        const joined = joinFactLists(a, b);
        expect(joinFactLists(b, a)).toEqual(joined);
        expect(joinFactLists(joinFactLists(a), joinFactLists(b), joined)).toEqual(joined);
        for (const id of ['a', 'b', 'c']) {
          const own = { ...ECG, signalId: id as unknown as number };
          expect(indexFacts(joined).resolve(own)).toEqual(indexFacts(joined.toReversed()).resolve(own));
        }
      }),
    );
  });

  it('keep the longer samples, then those whose rate is told, then those of the smaller digest', () => {
    const [short, long] = [
      { ...ECG, samples: 10, digest: '1' },
      { ...ECG, samples: 11, digest: '2' },
    ];
    expect(joinRecordings(short, long)).toMatchObject({ samples: 11, digest: '2' });
    const untold = { ...long, samplingFrequency: null, digest: '0' };
    expect(joinRecordings(untold, long)).toMatchObject({ samplingFrequency: 300, digest: '2' });
    expect(joinRecordings({ ...long, digest: '3' }, long)).toMatchObject({ digest: '2' });
  });
});

describe('two recordings are one', () => {
  const without = { ...ECG, signalId: null, facts: { ...ECG.facts, recordedAt: 5 } };

  it.each([
    ['by kind, user and id', ECG, { ...ECG, source: 'other', digest: '1', samples: 1 }, true],
    ['not of two users', ECG, { ...ECG, facts: { ...ECG.facts, userId: '8' } }, false],
    ['not of two kinds', ECG, { ...ECG, kind: 'stetho' }, false],
    ['without an id by their start and samples', without, { ...without, source: 'other' }, true],
    ['not of two starts', without, { ...without, facts: { ...without.facts, recordedAt: 6 } }, false],
    ['not of other samples', without, { ...without, digest: '1' }, false],
    [
      'without id and start by source and samples',
      { ...without, facts: ECG.facts },
      { ...without, facts: ECG.facts, source: 'other' },
      false,
    ],
  ] as const)('%s', (_, a, b, isOne) => {
    expect(identityOf(a) === identityOf(b as CatalogRecording)).toBe(isOne);
  });
});
