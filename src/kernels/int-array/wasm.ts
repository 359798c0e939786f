/** Integers of a JSON array in WebAssembly (assembly/int-array.ts): its memory is the input window and the output. */

import { INT_ARRAY_BINARY } from '../wasm/int-array-binary.ts';
import { loadKernels } from '../wasm/load.ts';
import { INT_ARRAY_SLACK, type IntArrayReader, type IntArrayStatus } from './reference.ts';

type Exports = {
  /** First byte of the memory that is not the module's. */
  readonly HEAP: { readonly value: number };
  readonly parse: (from: number, end: number, out: number, outEnd: number) => IntArrayStatus;
  readonly plainEnd: (from: number, end: number) => number;
};

const PAGE = 65_536;

/** HEAP; checked below, since the memory is made before the module can be asked. */
const TABLES = 32_768;

/** What a store of four values may overwrite behind the last. */
const OUTPUT_SLACK = 64;

/**
 * A reader whose buffers are WebAssembly memory, sized once: growing it would detach the views.
 *
 * @returns `null`: this machine or its user has it otherwise
 */
export function createWasmReader(inputBytes: number, values: number): IntArrayReader | null {
  const outAt = TABLES;
  const inputAt = outAt + 4 * values + OUTPUT_SLACK;
  const size = inputAt + inputBytes + INT_ARRAY_SLACK;
  const kernels = loadKernels<Exports>(INT_ARRAY_BINARY, Math.ceil(size / PAGE));
  if (kernels === null) return null;
  if (kernels.exports.HEAP.value !== TABLES)
    throw new Error('int-array: the module lays out its memory in another way');
  return new WasmReader(kernels.memory.buffer, kernels.exports, outAt, values, inputAt, inputBytes);
}

class WasmReader implements IntArrayReader {
  readonly input: Uint8Array;
  readonly out: Int32Array;
  next = 0;
  count = 0;
  bits = 0;
  commonBits = -1;
  lineFeed = false;
  readonly #exports: Exports;
  readonly #results: Int32Array;
  readonly #inputAt: number;
  readonly #outAt: number;
  readonly #outEnd: number;

  constructor(
    memory: ArrayBuffer,
    exports: Exports,
    outAt: number,
    values: number,
    inputAt: number,
    inputBytes: number,
  ) {
    this.input = new Uint8Array(memory, inputAt, inputBytes + INT_ARRAY_SLACK);
    this.out = new Int32Array(memory, outAt, values);
    this.#exports = exports;
    this.#results = new Int32Array(memory, 0, 5);
    this.#inputAt = inputAt;
    this.#outAt = outAt;
    this.#outEnd = outAt + 4 * values;
  }

  parse(from: number, end: number): IntArrayStatus {
    const status = this.#exports.parse(this.#inputAt + from, this.#inputAt + end, this.#outAt, this.#outEnd);
    this.next = this.#results[0]! - this.#inputAt;
    this.count = (this.#results[1]! - this.#outAt) >> 2;
    this.bits = this.#results[2]!;
    this.commonBits = this.#results[3]!;
    this.lineFeed = this.#results[4] !== 0;
    return status;
  }

  plainEnd(from: number, end: number): number {
    return this.#exports.plainEnd(this.#inputAt + from, this.#inputAt + end) - this.#inputAt;
  }
}
