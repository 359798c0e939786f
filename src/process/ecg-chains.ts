/**
 * The filters of a plan for ECGs of any rate, each designed once. In a file of its own: the thread that plans a conversion asks
 * which ECGs they fit, and must not load the tables for that (60 ms).
 */

import { ArgumentError } from '../core/errors.ts';
import { createEcgChain, type EcgChain, type EcgPlan } from '../dsp/ecg-chain.ts';

export type EcgChains = {
  /**
   * The filters of the plan for ECGs of this sampling frequency, Hz.
   *
   * @throws ArgumentError when the plan does not fit it: band or notch above half of it, no simple ratio of rates.
   */
  readonly ecgChain: (samplingFrequency: number) => EcgChain;
};

export function createEcgChains(plan: EcgPlan): EcgChains {
  const chains = new Map<number, EcgChain>();
  const ecgChain = (samplingFrequency: number): EcgChain => {
    let chain = chains.get(samplingFrequency);
    if (chain === undefined) {
      chain = createEcgChain(plan, samplingFrequency);
      chains.set(samplingFrequency, chain);
    }
    return chain;
  };
  return { ecgChain };
}

/** Why the plan does not fit an ECG: it is too short, its rate too low or in no simple ratio; `null`: it fits. */
export function filterRefusal({ ecgChain }: EcgChains, samplingFrequency: number, samples: number): string | null {
  try {
    ecgChain(samplingFrequency).requireLength(samples);
    return null;
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    return error.message;
  }
}
