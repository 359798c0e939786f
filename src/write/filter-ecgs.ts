/** ECG rows of a batch, filtered side by side. */

import type { EcgChain } from '../dsp/ecg-chain.ts';
import { type EcgChains, filterRefusal } from '../dsp/ecg-chains.ts';
import type { EcgRow } from '../signals/rows.ts';
import type { SampleMemory } from '../stage/sample-memory.ts';

export type UnfilteredEcg = Omit<EcgRow, 'filtered' | 'filteredSamplingFrequency'>;

type Inputs = { readonly ecgs: Int32Array[]; readonly outputs: Float32Array[] };

/**
 * Rows in the order given; those that are filtered already stay as they are, those that cannot be are null.
 *
 * @param memory where the filtered samples lie, in the order of the rows
 */
export function filterEcgs(
  rows: readonly (EcgRow | UnfilteredEcg)[],
  chainOf: EcgChains,
  memory: SampleMemory,
): readonly EcgRow[] {
  const chains = new Map<EcgChain, Inputs>();
  const filteredRows = rows.map((row): EcgRow => {
    if ('filtered' in row) return row;
    const { samplingFrequency: rate } = row;
    if (rate === null || filterRefusal(chainOf, rate, row.ecg.length) !== null) {
      return { ...row, filtered: null, filteredSamplingFrequency: null };
    }
    const chain = chainOf(rate);
    const filtered = memory.take('f32', chain.outputLength(row.ecg.length));
    const inputs = chains.get(chain) ?? { ecgs: [], outputs: [] };
    inputs.ecgs.push(row.ecg);
    inputs.outputs.push(filtered);
    chains.set(chain, inputs);
    return { ...row, filtered, filteredSamplingFrequency: chain.samplingFrequency };
  });
  for (const [chain, { ecgs, outputs }] of chains) chain.applyBatch(ecgs, outputs);
  return filteredRows;
}
