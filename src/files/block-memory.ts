/** Memory that a file is written from, in blocks; at rest between files, since fresh pages cost more than the copying. */

/** Large enough that a write is mostly transfer. */
export const BLOCK_BYTES = 2 << 20;

/** One is filled while the others are on their way; a record batch fits. */
const BLOCKS = 4;

const WASM_PAGE_BYTES = 65_536;

/** Of this thread. */
const idle: Uint8Array[] = [];

/**
 * Blocks one after the other, shared so that another thread may hash them. They lie at the start of a page wherever this is
 * said at all: memory of WebAssembly does, that of arrays does not.
 */
export function takeBlocks(): Uint8Array {
  return idle.pop() ?? newBlocks();
}

/** Nothing may be on its way from them. */
export function returnBlocks(blocks: Uint8Array): void {
  idle.push(blocks);
}

function newBlocks(): Uint8Array {
  const pages = (BLOCKS * BLOCK_BYTES) / WASM_PAGE_BYTES;
  try {
    return new Uint8Array(new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer);
  } catch {
    // A machine that refuses it the address space: any memory does, though perhaps not for direct writing.
    return new Uint8Array(new SharedArrayBuffer(BLOCKS * BLOCK_BYTES));
  }
}
