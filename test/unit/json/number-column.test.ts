import { describe, expect, it } from 'vitest';
import { NumberColumn } from '../../../src/json/number-column.ts';

/** A column of one block. */
function columnOf(...values: number[]): NumberColumn {
  const column = new NumberColumn();
  append(column, values);
  return column;
}

/** A block, with the proofs a kernel gives. */
function append(column: NumberColumn, values: number[]): void {
  const bits = values.reduce((any, value) => any | value, 0);
  const commonBits = values.reduce((all, value) => all & value, -1);
  column.append(Int32Array.from(values), bits, commonBits);
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
    append(column, [1]);
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

describe('a column tells that it holds one value only', () => {
  it.each([
    [[7], true],
    [[-1, -1, -1], true],
    [[0, 0], true],
    [[0, -1], false],
    [[3, 1, 3], false],
    [[-2147483648, 2147483647], false],
    [[], false],
  ] as const)('%j: %s', (values, constant) => {
    expect(columnOf(...values).isConstant).toBe(constant);
    const pushed = new NumberColumn();
    for (const value of values) pushed.push(value);
    expect(pushed.isConstant).toBe(constant);
  });

  it('across blocks, and anew when it is cleared', () => {
    const column = columnOf(5, 5);
    append(column, [5]);
    expect(column.isConstant).toBe(true);
    append(column, [4, 4]);
    expect(column.isConstant).toBe(false);
    column.clear();
    append(column, [4, 4]);
    expect(column.isConstant).toBe(true);
  });

  it('never of values that are not all whole', () => {
    const column = columnOf(0, 0);
    column.push(0.5);
    expect(column.isConstant).toBe(false);
  });
});

it('the view of the values follows every change', () => {
  const column = columnOf(1, 2);
  expect(column.values).toEqual(Int32Array.of(1, 2));
  column.clear();
  append(column, [3, 4]);
  expect(column.values).toEqual(Int32Array.of(3, 4));
  column.push(0.5);
  expect(column.values).toEqual(Float64Array.of(3, 4, 0.5));
  column.clear();
  expect(column.values).toEqual(new Int32Array(0));
  append(
    column,
    Array.from({ length: 1000 }, (_, i) => i),
  );
  column.clear();
  append(column, [5, 6, 7]);
  expect(column.values).toEqual(Int32Array.of(5, 6, 7));
});
