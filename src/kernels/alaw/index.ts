/** A-law of ITU-T G.711: the kernels as rows of the catalogue, and the implementation that runs. */

import type { KernelEntry } from '../catalog.ts';
import { alawToLinear, linearToAlaw } from './fast.ts';
import { type AlawRule, alawDecodeReference, alawEncodeReference } from './reference.ts';

export { type AlawRule, alawToLinear, linearToAlaw };

const SOURCE = 'ITU-T Recommendation G.711 (11/88), Table 1a';

export const alawDecodeKernel: KernelEntry<(out: Int16Array, bytes: Uint8Array) => void> = {
  reference: alawDecodeReference,
  fast: alawToLinear,
  tolerance: 0,
  source: SOURCE,
};

export const alawEncodeKernel: KernelEntry<(out: Uint8Array, pcm: Int16Array, rule?: AlawRule) => void> = {
  reference: alawEncodeReference,
  fast: linearToAlaw,
  tolerance: 0,
  source: SOURCE,
};
