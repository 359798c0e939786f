/**
 * WebAssembly kernels: whether they are wanted, whether they can be had, and an instance with memory of its own.
 *
 * The environment variable WITHINGS_SIGNALS_KERNELS chooses: `typescript` never, `wasm` always, anything else or nothing
 * as the machine allows. Results do not depend on it.
 */

export type WasmKernels<E> = { readonly memory: WebAssembly.Memory; readonly exports: E };

/** A function whose body is `v128.const 0; drop`: WebAssembly core specification 2.0, 5.4.10 and 5.5. */
const SIMD_PROBE = 'AGFzbQEAAAABBAFgAAADAgEAChcBFQD9DAAAAAAAAAAAAAAAAAAAAAAaCw==';

/** Compiled once a thread, by their text. */
const modules = new Map<string, WebAssembly.Module>();

/**
 * A new instance of a kernel.
 *
 * @param binary the module in base64
 * @param pages size of its memory, which never grows: 64 KiB each
 * @returns `null`: not wanted, or this machine has no WebAssembly with SIMD or no such memory to give
 * @throws Error when it is demanded and cannot be had
 */
export function loadKernels<E>(binary: string, pages: number): WasmKernels<E> | null {
  const choice = kernelChoice();
  if (choice === 'typescript') return null;
  try {
    if (!hasSimd()) throw new Error('no WebAssembly with SIMD');
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const { exports } = new WebAssembly.Instance(compiled(binary), { env: { memory } });
    return { memory, exports: exports as E };
  } catch (cause) {
    if (choice === 'automatic') return null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`WITHINGS_SIGNALS_KERNELS is wasm, but this machine gives ${reason}; unset it`, { cause });
  }
}

/** What the environment asks for. */
export function kernelChoice(): 'typescript' | 'wasm' | 'automatic' {
  const choice = process.env['WITHINGS_SIGNALS_KERNELS'];
  return choice === 'typescript' || choice === 'wasm' ? choice : 'automatic';
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
