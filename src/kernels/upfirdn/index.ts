import type { KernelEntry } from '../catalog.ts';
import { dspKernels } from '../wasm/dsp.ts';
import { upfirdn as upfirdnFast } from './fast.ts';
import { type UpfirdnKernel, upfirdnReference } from './reference.ts';
import { createUpfirdn } from './wasm.ts';

export type { UpfirdnKernel };

/** Polyphase resampling of one record. */
export const upfirdnKernel: KernelEntry<UpfirdnKernel> = {
  reference: upfirdnReference,
  fast: upfirdnFast,
  wasm: () => {
    const kernels = dspKernels();
    return kernels === null ? null : createUpfirdn(kernels, upfirdnFast);
  },
  // The sums are formed in another order.
  tolerance: 1e-14,
  source: 'Crochiere and Rabiner, Multirate Digital Signal Processing, 3.3; scipy.signal.upfirdn',
};

let chosen: UpfirdnKernel | undefined;

/** The implementation that runs, chosen at the first call. */
export const upfirdn: UpfirdnKernel = (...call) => {
  chosen ??= upfirdnKernel.wasm?.() ?? upfirdnFast;
  chosen(...call);
};
