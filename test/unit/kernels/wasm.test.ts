import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createIntArrayReader, intArrayKernel } from '../../../src/kernels/int-array/index.ts';
import { INT_ARRAY_BINARY } from '../../../src/kernels/wasm/int-array-binary.ts';
import { kernelChoice, loadKernels } from '../../../src/kernels/wasm/load.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BINARIES = join(ROOT, 'src/kernels/wasm');

/** More than WebAssembly can address. */
const TOO_MANY_PAGES = 65_537;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('WebAssembly kernels', () => {
  it('are not used when the environment asks for TypeScript', () => {
    vi.stubEnv('WITHINGS_SIGNALS_KERNELS', 'typescript');
    expect(loadKernels(INT_ARRAY_BINARY, 8)).toBeNull();
    expect(createIntArrayReader(100, 8, 'long')).toBeInstanceOf(intArrayKernel.fast(1, 1).constructor);
    expect(kernelChoice()).toEqual({ set: 'typescript', reason: 'WITHINGS_SIGNALS_KERNELS asks for it' });
  });

  it.each(['', 'auto', 'WASM'])('are used where they can be had when the environment says "%s"', (choice) => {
    vi.stubEnv('WITHINGS_SIGNALS_KERNELS', choice);
    expect(loadKernels(INT_ARRAY_BINARY, 8)?.memory.buffer.byteLength).toBe(8 * 65_536);
    expect(createIntArrayReader(100, 8, 'long')).not.toBeInstanceOf(intArrayKernel.fast(1, 1).constructor);
    expect(createIntArrayReader(100, 8, 'brief')).toBeInstanceOf(intArrayKernel.fast(1, 1).constructor);
    expect(kernelChoice()).toEqual({ set: 'wasm', reason: null });
  });

  it('give way to TypeScript where memory is refused, and say so from then on', async () => {
    vi.stubEnv('WITHINGS_SIGNALS_KERNELS', '');
    vi.resetModules();
    const load = await import('../../../src/kernels/wasm/load.ts');
    expect(load.loadKernels(INT_ARRAY_BINARY, TOO_MANY_PAGES)).toBeNull();
    expect(load.kernelChoice()).toMatchObject({ set: 'typescript', reason: expect.stringContaining('65537') });
  });

  it('are known to be out of reach before any is loaded, where memory is refused at all', () => {
    vi.stubEnv('WITHINGS_SIGNALS_KERNELS', '');
    const message = 'WebAssembly.Memory(): could not allocate memory'; // V8, under ulimit -v 4000000
    const Memory = function refuse(): never {
      throw new RangeError(message);
    };
    vi.stubGlobal('WebAssembly', { ...wasmMembers(), Memory });
    expect(kernelChoice()).toEqual({ set: 'typescript', reason: message });
  });

  it('give way to TypeScript where there is no WebAssembly, or none with SIMD', () => {
    vi.stubEnv('WITHINGS_SIGNALS_KERNELS', '');
    vi.stubGlobal('WebAssembly', { ...wasmMembers(), validate: () => false });
    expect(loadKernels(INT_ARRAY_BINARY, 8)).toBeNull();
    expect(kernelChoice()).toEqual({ set: 'typescript', reason: 'no WebAssembly with SIMD' });
    vi.stubGlobal('WebAssembly', undefined);
    expect(loadKernels(INT_ARRAY_BINARY, 8)).toBeNull();
  });

  it('that are demanded but cannot be had are an error that says so', () => {
    vi.stubEnv('WITHINGS_SIGNALS_KERNELS', 'wasm');
    expect(createIntArrayReader(100, 8, 'brief')).not.toBeInstanceOf(intArrayKernel.fast(1, 1).constructor);
    expect(() => loadKernels(INT_ARRAY_BINARY, TOO_MANY_PAGES)).toThrow(
      /^WITHINGS_SIGNALS_KERNELS is wasm, but .*; unset it$/,
    );
    vi.stubGlobal('WebAssembly', undefined);
    expect(() => loadKernels(INT_ARRAY_BINARY, 8)).toThrow('no WebAssembly with SIMD');
  });
});

/** They are not enumerable. */
function wasmMembers(): object {
  return Object.fromEntries(
    Object.getOwnPropertyNames(WebAssembly).map((name) => [name, Reflect.get(WebAssembly, name)]),
  );
}

describe.skipIf(!existsSync(join(ROOT, 'node_modules/assemblyscript')))('committed binaries', () => {
  it('are what their sources compile to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'withings-signals-wasm-'));
    try {
      await promisify(execFile)(process.execPath, [join(ROOT, 'src/kernels/assembly/build.mjs'), folder]);
      const built = await readdir(folder);
      expect(built).toEqual((await readdir(BINARIES)).filter((name) => name.endsWith('-binary.ts')));
      for (const name of built) {
        expect(await readFile(join(folder, name), 'utf8')).toBe(await readFile(join(BINARIES, name), 'utf8'));
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
