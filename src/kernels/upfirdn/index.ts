import type { KernelEntry } from '../catalog.ts';
import { upfirdn } from './fast.ts';
import { type UpfirdnKernel, upfirdnReference } from './reference.ts';

export type { UpfirdnKernel };

/** Polyphase resampling of one record. */
export const upfirdnKernel: KernelEntry<UpfirdnKernel> = {
  reference: upfirdnReference,
  fast: upfirdn,
  // The sums are formed in another order.
  tolerance: 1e-14,
  source: 'Crochiere and Rabiner, Multirate Digital Signal Processing, 3.3; scipy.signal.upfirdn',
};
