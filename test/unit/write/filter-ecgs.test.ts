import { describe, expect, it } from 'vitest';
import { createEcgChain } from '../../../src/dsp/ecg-chain.ts';
import { ecgChainsOf, filterRefusal } from '../../../src/dsp/ecg-chains.ts';
import { resolvePlan } from '../../../src/plan/plan.ts';
import type { EcgRow } from '../../../src/signals/rows.ts';
import { SampleMemory } from '../../../src/stage/sample-memory.ts';
import { filterEcgs, type UnfilteredEcg } from '../../../src/write/filter-ecgs.ts';
import { syntheticEcg } from '../dsp/oracle.ts';

const NO_FACTS = {} as EcgRow['facts'];

function row(seed: number, samplingFrequency: number, length: number): UnfilteredEcg {
  return { signalId: seed, facts: NO_FACTS, source: 'x', samplingFrequency, ecg: syntheticEcg(seed, length) };
}

describe('ECG rows', () => {
  const chainOf = ecgChainsOf(resolvePlan().processing.ecg);

  it('get what filtering each alone gives, whatever stands between', () => {
    const done: EcgRow = { ...row(9, 300, 600), filteredSamplingFrequency: 250, filtered: Float32Array.of(1, 2) };
    const rows = [300, 300, 500, 300, 500].map((rate, seed) => row(seed, rate, 20 * rate + (seed % 2)));
    const filtered = filterEcgs([...rows.slice(0, 2), done, ...rows.slice(2)], chainOf, new SampleMemory());
    expect(filtered.map(({ signalId }) => signalId)).toEqual([0, 1, 9, 2, 3, 4]);
    expect(filtered[2]).toEqual(done);
    for (const { samplingFrequency, ecg, ...got } of filtered.filter(({ signalId }) => signalId !== 9)) {
      expect(got.filteredSamplingFrequency).toBe(250);
      expect(got.filtered).toEqual(createEcgChain(resolvePlan().processing.ecg, samplingFrequency ?? 0).apply(ecg));
    }
  });

  it('lie one behind the other, as they are written', () => {
    const filtered = filterEcgs([row(1, 300, 900), row(2, 500, 900), row(3, 300, 900)], chainOf, new SampleMemory());
    const [first, ...others] = filtered.map((one) => one.filtered as Float32Array);
    let end = first!.byteLength;
    for (const next of others) {
      expect([next.buffer, next.byteOffset]).toEqual([first!.buffer, end]);
      end += next.byteLength;
    }
  });

  it.each([
    [300, 27, 'too short to filter, expected more than 27'],
    [60, 9000, 'ECG band 0.5-40 Hz does not fit'],
    [299.987, 9000, 'cannot be resampled to 250 Hz'],
    [null, 9000, null],
  ])('of %s Hz and %i samples are not filtered, which leaves the others as they are', (rate, length, why) => {
    const odd = { ...row(1, 300, length), samplingFrequency: rate };
    const rows = filterEcgs([row(2, 300, 600), odd, row(3, 300, 600)], chainOf, new SampleMemory());
    expect(rows[1]).toEqual({ ...odd, filtered: null, filteredSamplingFrequency: null });
    for (const one of [rows[0], rows[2]]) expect(one?.filtered).toHaveLength(500);
    if (rate !== null) expect(filterRefusal(chainOf, rate, length)).toContain(why);
    expect(filterRefusal(chainOf, 300, 28)).toBeNull();
  });
});
