/**
 * Memory of the typed arrays of one piece of work, used again for the next: fresh pages cost more than filling them, and
 * what is merely dropped is there until the engine looks for it.
 */

const SLAB_BYTES = 4 << 20;

/** At rest no more is kept. */
const KEPT_BYTES = 64 << 20;

export class Arena {
  readonly #slabs: ArrayBuffer[] = [];
  #slab = 0;
  #used = 0;

  /** What was taken is free again: whoever still reads it reads what comes next. */
  clear(): void {
    this.#slab = 0;
    this.#used = 0;
    let kept = 0;
    const fits = this.#slabs.findIndex((slab) => (kept += slab.byteLength) > KEPT_BYTES);
    if (fits >= 0) this.#slabs.length = fits;
  }

  /** Room for so many bytes in a buffer, and where it begins; a multiple of 8. */
  take(bytes: number): { readonly buffer: ArrayBuffer; readonly offset: number } {
    while (this.#used + bytes > (this.#slabs[this.#slab]?.byteLength ?? Number.POSITIVE_INFINITY)) {
      this.#slab++;
      this.#used = 0;
    }
    const buffer = (this.#slabs[this.#slab] ??= new ArrayBuffer(Math.max(SLAB_BYTES, bytes)));
    const offset = this.#used;
    this.#used += (bytes + 7) & ~7;
    return { buffer, offset };
  }
}

let current: Arena | null = null;

/** Arrays made while `work` runs lie in the arena: they are good until it is cleared. */
export function withArena<T>(arena: Arena, work: () => T): T {
  const outer = current;
  current = arena;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** Zeroes: in the arena that is in use, or else on their own. */
export function newFloat64s(length: number): Float64Array<ArrayBuffer> {
  return newArray(Float64Array, length);
}

/** Likewise. */
export function newBigInt64s(length: number): BigInt64Array<ArrayBuffer> {
  return newArray(BigInt64Array, length);
}

/** Likewise. */
export function newUint32s(length: number): Uint32Array<ArrayBuffer> {
  return newArray(Uint32Array, length);
}

/** Likewise. */
export function newInt32s(length: number): Int32Array<ArrayBuffer> {
  return newArray(Int32Array, length);
}

/** Likewise. */
export function newUint8s(length: number): Uint8Array<ArrayBuffer> {
  return newArray(Uint8Array, length);
}

type ArrayClass<T> = {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): T;
  new (buffer: ArrayBuffer, offset: number, length: number): T;
};

function newArray<T extends Float64Array | BigInt64Array | Uint32Array | Int32Array | Uint8Array>(
  type: ArrayClass<T>,
  length: number,
): T {
  if (current === null) return new type(length);
  const bytes = type.BYTES_PER_ELEMENT * length;
  const { buffer, offset } = current.take(bytes);
  new Uint8Array(buffer, offset, bytes).fill(0);
  return new type(buffer, offset, length);
}
