/**
 * Work space of scanners: a window of input, and the kernel that reads arrays of integers in it.
 *
 * A scanner needs one only while it is pushed to. Nothing waits within a push, so a thread needs as many as pushes are
 * nested (a text within a document: two), however many inputs are open or were given up.
 */

import { createIntArrayReader, type IntArrayReader } from '../kernels/int-array/index.ts';

/** Text taken in at a time: large enough for long calls of the kernel, small enough for the second-level cache. */
export const WINDOW_BYTES = 256 * 1024;

/** Numbers the kernel writes before they are moved to their column: 32 KiB, the first-level cache. */
const BLOCK_VALUES = 8192;

/** What a thread reads before WebAssembly is compiled: that takes 3 ms, as much as this text before V8 warmed up to it. */
const BRIEF_BYTES = 128 * 1024;

/** Readers at rest. */
const shelves = { brief: [] as IntArrayReader[], long: [] as IntArrayReader[] };

/** Of this thread. */
let bytesRead = 0;

/** Lends a reader for `bytes` more of input; nothing of it is kept from one loan to the next. */
export function withReader<T>(bytes: number, work: (reader: IntArrayReader) => T): T {
  bytesRead += bytes;
  const use = bytesRead > BRIEF_BYTES ? 'long' : 'brief';
  const reader = shelves[use].pop() ?? createIntArrayReader(WINDOW_BYTES, BLOCK_VALUES, use);
  try {
    return work(reader);
  } finally {
    shelves[use].push(reader);
  }
}
