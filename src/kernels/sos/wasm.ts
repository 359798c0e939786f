/** Zero-phase filtering of two records side by side: each as `filterCascade` of `fast.ts` does it, bit for bit. */

import { AT, type DspKernels, FRAME_BYTES, WORK_START } from '../wasm/dsp.ts';
import { FLUSH_BLOCK } from './fast.ts';

/**
 * Filters the `count` frames in `work` forward and backward in place, extended by `edge` frames of odd reflection at each
 * end. `count` exceeds `edge`; `sos` and `zi` fit their regions, `edge` the margin.
 *
 * @param sos per section b0, b1, b2, 1, a1, a2.
 * @param zi two numbers a section: state of a steady input of 1.
 */
export function filterZeroPhaseLanes(
  kernels: DspKernels,
  count: number,
  edge: number,
  sos: Readonly<Float64Array>,
  zi: Readonly<Float64Array>,
): void {
  const sections = zi.length / 2;
  kernels.float64.set(sos, AT.sos / 8);
  kernels.float64.set(zi, AT.zi / 8);
  kernels.extendOdd(WORK_START, count, edge);
  const length = count + 2 * edge;
  const first = WORK_START - edge * FRAME_BYTES;
  const last = first + (length - 1) * FRAME_BYTES;
  kernels.scaleState(AT.state, AT.zi, sections, first);
  kernels.filterCascade(first, length, FRAME_BYTES, AT.sos, sections, AT.state, FLUSH_BLOCK);
  kernels.scaleState(AT.state, AT.zi, sections, last);
  kernels.filterCascade(last, length, -FRAME_BYTES, AT.sos, sections, AT.state, FLUSH_BLOCK);
}
