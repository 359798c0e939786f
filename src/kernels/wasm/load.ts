/**
 * WebAssembly kernels: whether they are wanted, whether they can be had, and an instance with memory of its own.
 *
 * The environment variable WITHINGS_SIGNALS_KERNELS chooses: `typescript` never, `wasm` always, anything else or nothing
 * as the machine allows. Results do not depend on it.
 */

export type WasmKernels<E> = { readonly memory: WebAssembly.Memory; readonly exports: E };

/** A function whose body is `v128.const 0; drop`: WebAssembly core specification 2.0, 5.4.10 and 5.5. */
const SIMD_PROBE = 'AGFzbQEAAAABBAFgAAADAgEAChcBFQD9DAAAAAAAAAAAAAAAAAAAAAAaCw==';

const NO_SIMD = 'no WebAssembly with SIMD';

/** Compiled once a thread, by their text. */
const modules = new Map<string, WebAssembly.Module>();

/** What this thread was told when it asked for a kernel and got none. */
let refusal: string | null = null;

/** Which kernels run in this thread; `reason`: why not those of WebAssembly. */
export type KernelChoice = { readonly set: 'wasm' | 'typescript'; readonly reason: string | null };

/** Tells without loading a kernel, from what loading one would meet first, and from what those loaded so far met. */
export function kernelChoice(): KernelChoice {
  if (wish() === 'typescript') return { set: 'typescript', reason: 'WITHINGS_SIGNALS_KERNELS asks for it' };
  const reason = refusal ?? probe();
  return { set: reason === null ? 'wasm' : 'typescript', reason };
}

/**
 * A new instance of a kernel.
 *
 * @param binary the module in base64
 * @param pages size of its memory, which never grows: 64 KiB each
 * @returns `null`: not wanted, or this machine has no WebAssembly with SIMD or no such memory to give
 * @throws Error when it is demanded and cannot be had
 */
export function loadKernels<E>(binary: string, pages: number): WasmKernels<E> | null {
  if (wish() === 'typescript') return null;
  try {
    if (!hasSimd()) throw new Error(NO_SIMD);
    const memory = memoryOf(pages);
    const { exports } = new WebAssembly.Instance(compiled(binary), { env: { memory } });
    return { memory, exports: exports as E };
  } catch (cause) {
    refusal = reasonOf(cause);
    if (!isWasmDemanded()) return null;
    throw new Error(`WITHINGS_SIGNALS_KERNELS is wasm, but this machine gives ${refusal}; unset it`, { cause });
  }
}

/** The environment wants WebAssembly or an error. */
export function isWasmDemanded(): boolean {
  return wish() === 'wasm';
}

function wish(): string | undefined {
  return process.env['WITHINGS_SIGNALS_KERNELS'];
}

/** A page is refused where any memory is: V8 reserves the same gigabytes of addresses for each (`ulimit -v`). */
function probe(): string | null {
  if (!hasSimd()) return NO_SIMD;
  try {
    memoryOf(1);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

function memoryOf(pages: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function hasSimd(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(bytesOf(SIMD_PROBE));
}

function compiled(binary: string): WebAssembly.Module {
  let module = modules.get(binary);
  if (module === undefined) {
    module = new WebAssembly.Module(bytesOf(binary));
    modules.set(binary, module);
  }
  return module;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
