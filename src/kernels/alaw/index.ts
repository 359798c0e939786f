/** A-law of ITU-T G.711: the kernels as rows of the catalogue, and the implementation that runs. */

import type { KernelEntry } from '../catalog.ts';
import { dspKernels } from '../wasm/dsp.ts';
import { alawToLinear as alawToLinearFast, linearToAlaw } from './fast.ts';
import { type AlawRule, alawDecodeReference, alawEncodeReference } from './reference.ts';
import { createAlawToLinear } from './wasm.ts';

export { type AlawRule, linearToAlaw };

type AlawDecode = (out: Int16Array, bytes: Uint8Array) => void;

const SOURCE = 'ITU-T Recommendation G.711 (11/88), Table 1a';

export const alawDecodeKernel: KernelEntry<AlawDecode> = {
  reference: alawDecodeReference,
  fast: alawToLinearFast,
  wasm: () => {
    const kernels = dspKernels();
    return kernels === null ? null : createAlawToLinear(kernels, alawToLinearFast);
  },
  tolerance: 0,
  source: SOURCE,
};

export const alawEncodeKernel: KernelEntry<(out: Uint8Array, pcm: Int16Array, rule?: AlawRule) => void> = {
  reference: alawEncodeReference,
  fast: linearToAlaw,
  tolerance: 0,
  source: SOURCE,
};

let chosen: AlawDecode | undefined;

/** Decodes A-law codes to 16-bit linear PCM. `out` must hold `bytes.length` samples. Implementation chosen at the first call. */
export const alawToLinear: AlawDecode = (out, bytes) => {
  chosen ??= alawDecodeKernel.wasm?.() ?? alawToLinearFast;
  chosen(out, bytes);
};
