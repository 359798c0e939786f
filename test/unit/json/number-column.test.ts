import { describe, expect, it } from 'vitest';
import { NumberColumn } from '../../../src/json/number-column.ts';

/** A column of one block, with the proof a kernel gives. */
function columnOf(...values: number[]): NumberColumn {
  const column = new NumberColumn();
  const block = Int32Array.from(values);
  column.append(
    block,
    block.reduce((bits, value) => bits | value, 0),
  );
  return column;
}

describe('a column proves that its values are within a range', () => {
  it.each([
    [[0, 3, 255], 0, 255, true],
    [[0, 3, 256], 0, 255, false],
    [[5, -1], 0, 255, false],
    [[5, -1], -128, 255, false], // true, but not proven: the caller looks
    [[-2147483648, 2147483647], -2147483648, 2147483647, true],
    [[0, 2147483647], 0, 4294967295, true],
    [[3, 4], 3, 4, false],
    [[], 0, 0, true],
  ] as const)('%j in [%i, %i]: %s', (values, low, high, proven) => {
    expect(columnOf(...values).isWithin(low, high)).toBe(proven);
  });

  it('also of those that came one by one or before, and no more when it is cleared', () => {
    const column = columnOf(1, 2);
    column.push(256);
    column.append(Int32Array.of(1), 1);
    expect(column.isWithin(0, 255)).toBe(false);
    column.clear();
    column.push(255);
    expect(column.isWithin(0, 255)).toBe(true);
  });

  it('never of values that are not all whole', () => {
    const column = columnOf(1, 2);
    column.push(0.5);
    expect(column.isWhole).toBe(false);
    expect(column.isWithin(-2147483648, 2147483647)).toBe(false);
  });
});

it('the view of the values follows every change', () => {
  const column = columnOf(1, 2);
  expect(column.values).toEqual(Int32Array.of(1, 2));
  column.clear();
  column.append(Int32Array.of(3, 4), 7);
  expect(column.values).toEqual(Int32Array.of(3, 4));
  column.push(0.5);
  expect(column.values).toEqual(Float64Array.of(3, 4, 0.5));
  column.clear();
  expect(column.values).toEqual(new Int32Array(0));
  column.append(
    Int32Array.from({ length: 1000 }, (_, i) => i),
    1023,
  );
  column.clear();
  column.append(Int32Array.of(5, 6, 7), 7);
  expect(column.values).toEqual(Int32Array.of(5, 6, 7));
});
