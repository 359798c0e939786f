import { describe, expect, it } from 'vitest';
import {
  Arena,
  newBigInt64s,
  newFloat64s,
  newInt32s,
  newUint8s,
  newUint32s,
  withArena,
} from '../../../src/core/arena.ts';

const MEBIBYTE = 1 << 20;

describe('an arena', () => {
  it('holds arrays of zeroes side by side, each at a place that suits its type', () => {
    const arena = new Arena();
    const arrays = withArena(arena, () => [newUint8s(3), newFloat64s(2), newUint32s(1), newInt32s(5), newBigInt64s(2)]);
    expect(arrays.map((array) => array.length)).toEqual([3, 2, 1, 5, 2]);
    for (const [i, array] of arrays.entries()) {
      expect(array.buffer === arrays[0]?.buffer).toBe(true);
      expect([...array].every((value) => Number(value) === 0)).toBe(true);
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).fill(i + 1);
    }
    for (const [i, array] of arrays.entries()) {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      expect([...bytes].every((byte) => byte === i + 1)).toBe(true);
    }
  });

  it('gives the same memory again, zeroed, after it was cleared', () => {
    const arena = new Arena();
    const before = withArena(arena, () => newFloat64s(1000).fill(7));
    arena.clear();
    const after = withArena(arena, () => newFloat64s(1000));
    expect(after.buffer === before.buffer).toBe(true);
    expect(after.byteOffset).toBe(before.byteOffset);
    expect(after.every((value) => value === 0)).toBe(true);
  });

  it('has room for arrays of any size, none of which overlap', () => {
    const sizes = [3 * MEBIBYTE, 2 * MEBIBYTE, 9 * MEBIBYTE, 1, MEBIBYTE];
    const arena = new Arena();
    for (let round = 1; round <= 3; round++) {
      const arrays = withArena(arena, () => sizes.map((size) => newUint8s(size)));
      for (const [i, array] of arrays.entries()) array.fill(10 * round + i);
      for (const [i, array] of arrays.entries()) {
        expect(array.length).toBe(sizes[i]);
        expect(array[0]).toBe(10 * round + i);
        expect(array.at(-1)).toBe(10 * round + i);
      }
      arena.clear();
    }
  });

  it('lets go of memory beyond 64 MiB when it is cleared', () => {
    const arena = new Arena();
    const take = () => withArena(arena, () => [1, 2, 3].map(() => newUint8s(30 * MEBIBYTE).buffer));
    const before = take();
    arena.clear();
    const after = take();
    expect(after.map((buffer, i) => buffer === before[i])).toEqual([true, true, false]);
  });

  it('is in use while the work runs, and no longer: also when that fails, and within another', () => {
    const [outer, inner] = [new Arena(), new Arena()];
    withArena(outer, () => {
      const before = newUint32s(1).buffer;
      expect(() =>
        withArena(inner, () => {
          expect(newUint32s(1).buffer === before).toBe(false);
          throw new Error('failed');
        }),
      ).toThrow('failed');
      expect(newUint32s(1).buffer === before).toBe(true);
    });
    expect(newUint32s(1).buffer.byteLength).toBe(4);
  });
});
