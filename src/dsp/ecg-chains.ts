/**
 * The filters of a plan for ECGs of any rate, each designed once. In a file of its own: the thread that plans a conversion asks
 * which ECGs they fit, and must not load the tables for that (60 ms).
 */

import { ArgumentError } from '../core/errors.ts';
import { createEcgChain, type EcgChain, type EcgPlan } from './ecg-chain.ts';

/**
 * The filters for ECGs of a sampling frequency, Hz.
 *
 * @throws ArgumentError when the plan does not fit it: band or notch above half of it, no simple ratio of rates.
 */
export type EcgChains = (samplingFrequency: number) => EcgChain;

/** Those of the last plan: all that a thread is given is of one plan, as a rule. */
let kept: { readonly key: string; readonly chains: EcgChains } | undefined;

/** This thread's filters of a plan, with buffers that are kept between recordings. */
export function ecgChainsOf(plan: EcgPlan): EcgChains {
  const key = JSON.stringify(plan);
  if (kept?.key !== key) kept = { key, chains: createEcgChains(plan) };
  return kept.chains;
}

/** Why the plan does not fit an ECG: it is too short, its rate too low or in no simple ratio; `null`: it fits. */
export function filterRefusal(chains: EcgChains, samplingFrequency: number, samples: number): string | null {
  try {
    chains(samplingFrequency).requireLength(samples);
    return null;
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    return error.message;
  }
}

function createEcgChains(plan: EcgPlan): EcgChains {
  const designed = new Map<number, EcgChain>();
  return (samplingFrequency) => {
    let chain = designed.get(samplingFrequency);
    if (chain === undefined) {
      chain = createEcgChain(plan, samplingFrequency);
      designed.set(samplingFrequency, chain);
    }
    return chain;
  };
}
