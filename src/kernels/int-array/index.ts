/** Integers of a JSON array: the kernel as a row of the catalogue, and the implementation that runs. */

import type { KernelEntry } from '../catalog.ts';
import { isWasmDemanded } from '../wasm/load.ts';
import { createFastReader } from './fast.ts';
import { type CreateIntArrayReader, createReferenceReader, type IntArrayReader } from './reference.ts';
import { createWasmReader } from './wasm.ts';

export { BAIL, END, FULL, INT_ARRAY_SLACK, type IntArrayReader, type IntArrayStatus, NEED } from './reference.ts';

/** What can be had or not is each reader, for its memory is its own. */
type IntArrayKernel = Omit<KernelEntry<CreateIntArrayReader>, 'wasm'> & { readonly wasm: typeof createWasmReader };

export const intArrayKernel: IntArrayKernel = {
  reference: createReferenceReader,
  fast: createFastReader,
  wasm: createWasmReader,
  tolerance: 0,
  source: 'RFC 8259, clauses 2, 5 and 6',
};

/**
 * The reader that runs: WebAssembly where this machine has it, else TypeScript.
 *
 * @param use `brief`: for less text than is worth compiling WebAssembly for, unless the environment demands it
 */
export function createIntArrayReader(inputBytes: number, values: number, use: 'brief' | 'long'): IntArrayReader {
  const wasm = use === 'long' || isWasmDemanded() ? createWasmReader(inputBytes, values) : null;
  return wasm ?? createFastReader(inputBytes, values);
}
