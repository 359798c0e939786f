import type { KernelEntry } from '../catalog.ts';
import { filterCascade } from './fast.ts';
import { filterCascadeReference, type SosKernel } from './reference.ts';

export type { SosKernel };

/** Cascade of second-order sections over one record. */
export const sosKernel: KernelEntry<SosKernel> = {
  reference: filterCascadeReference,
  fast: filterCascade,
  // The same operations in the same order; only the flush of subnormal state (below 2.3e-308) comes more often.
  tolerance: 1e-300,
  source: 'Oppenheim and Schafer, Discrete-Time Signal Processing, 6.3.4; scipy.signal.sosfilt',
};
