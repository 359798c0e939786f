/** Memory for the samples of some recordings at a time, used again for the next: fresh pages cost more than filling them. */

import type { ArrayOf } from './stage.ts';

const ARRAYS = { i16: Int16Array, i32: Int32Array, f32: Float32Array } as const;

export type SampleType = keyof typeof ARRAYS;

/** What is kept of a type: a batch of rows or of recordings to filter. A single longer recording gets memory of its own. */
const KEPT_SAMPLES = 1 << 20;

export class SampleMemory {
  readonly #kept = new Map<SampleType, { readonly all: ArrayOf<SampleType>; used: number }>();

  /** An array of `length`, right behind the last one of its type; valid until {@link clear}. */
  take<T extends SampleType>(type: T, length: number): ArrayOf<T> {
    let kept = this.#kept.get(type);
    if (kept === undefined) {
      kept = { all: new ARRAYS[type](KEPT_SAMPLES), used: 0 };
      this.#kept.set(type, kept);
    }
    if (kept.used + length > KEPT_SAMPLES) return new ARRAYS[type](length) as ArrayOf<T>;
    const taken = kept.all.subarray(kept.used, kept.used + length);
    kept.used += length;
    return taken as ArrayOf<T>;
  }

  clear(): void {
    for (const kept of this.#kept.values()) kept.used = 0;
  }
}

/** Of this thread, at rest. */
const idle: SampleMemory[] = [];

export function takeMemory(): SampleMemory {
  return idle.pop() ?? new SampleMemory();
}

export function giveBack(memory: SampleMemory): void {
  memory.clear();
  idle.push(memory);
}
