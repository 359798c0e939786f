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
  if (current === null) return new Float64Array(length);
  const { buffer, offset } = current.take(8 * length);
  return new Float64Array(buffer, offset, length).fill(0);
}

/** Likewise. */
export function newUint32s(length: number): Uint32Array<ArrayBuffer> {
  if (current === null) return new Uint32Array(length);
  const { buffer, offset } = current.take(4 * length);
  return new Uint32Array(buffer, offset, length).fill(0);
}
