/** Integers of a JSON array: the kernel as a row of the catalogue, the implementation that runs, and its work space. */

import type { KernelEntry } from '../catalog.ts';
import { parseIntArray } from './fast.ts';
import { INT_ARRAY_SLACK, type IntArrayKernel, type IntArrayState, parseIntArrayReference } from './reference.ts';

export { BAIL, END, FULL, INT_ARRAY_SLACK, type IntArrayState, NEED } from './reference.ts';
export { parseIntArray };

export const intArrayKernel: KernelEntry<IntArrayKernel> = {
  reference: parseIntArrayReference,
  fast: parseIntArray,
  tolerance: 0,
  source: 'RFC 8259, clauses 2, 5 and 6',
};

/** Buffers for one reader: `inputBytes` of text with slack behind, `values` results a call. */
export function createIntArrayState(inputBytes: number, values: number): IntArrayState {
  const input = new Uint8Array(inputBytes + INT_ARRAY_SLACK);
  return { out: new Int32Array(values), input, view: new DataView(input.buffer), next: 0, count: 0 };
}
