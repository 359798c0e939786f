import { describe, expect, test } from 'vitest';
import {
  flagIn,
  identifierIn,
  isEmptyList,
  isNoObject,
  isSilent,
  nameIn,
  numberIn,
  timeIn,
  wholeIn,
} from '../../../src/core/reading.ts';

describe('a number', () => {
  test.for([
    [48, 48],
    ['48', 48],
    ['-1.5e3', -1500],
    ['0048', 48],
    [-0.25, -0.25],
  ] as const)('is said by %j', ([value, number]) => expect(numberIn(value)).toBe(number));

  test.for([
    '',
    ' 48',
    '48 ',
    'abc',
    '0x30',
    '1e999',
    'Infinity',
    '.5',
    '1_000',
    true,
    null,
    undefined,
    [48],
    {},
    Infinity,
    NaN,
  ])('is not said by %j', (value) => expect(numberIn(value)).toBeUndefined());
});

test('a whole number is in its range, and told exactly', () => {
  expect(['0', 7, '7.0', 9].map((value) => wholeIn(value, 0, 9))).toEqual([0, 7, 7, 9]);
  for (const value of [-1, 10, 1.5, '1.5', '-1', 2 ** 53]) expect(wholeIn(value, 0, 9), String(value)).toBeUndefined();
  expect(wholeIn('9007199254740993', 0)).toBeUndefined();
});

test('a time is in seconds', () => {
  expect([0, '1594159644', 1.5].map(timeIn)).toEqual([0, 1_594_159_644, 1.5]);
  expect([-1, 1_594_159_644_000, false].map(timeIn)).toEqual([undefined, undefined, undefined]);
});

test('an id is a text or a whole number', () => {
  expect(['00d2', 363, '363'].map(identifierIn)).toEqual(['00d2', '363', '363']);
  for (const value of ['', -1, 1.5, true, {}, 'x'.repeat(257)]) expect(identifierIn(value)).toBeUndefined();
  expect([nameIn('a'), nameIn(5), nameIn('')]).toEqual(['a', undefined, undefined]);
});

test('a yes or no is a boolean, 0 or 1, or a text of these', () => {
  expect([true, 1, '1', 'true'].map(flagIn)).toEqual([true, true, true, true]);
  expect([false, 0, '0', 'false'].map(flagIn)).toEqual([false, false, false, false]);
  for (const value of ['yes', 2, -1, {}, '']) expect(flagIn(value)).toBeUndefined();
});

test('nothing is written in the ways of PHP, in plain objects and in maps', () => {
  for (const value of [undefined, null, []]) expect([isNoObject(value), isEmptyList(value)]).toEqual([true, true]);
  for (const value of [{}, new Map()]) expect([isNoObject(value), isEmptyList(value)]).toEqual([false, true]);
  for (const value of [[0], { 0: 1 }, new Map([['0', 1]]), '', 0, false]) expect(isEmptyList(value)).toBe(false);
  expect([isSilent([]), isSilent(['more', 'offset']), isSilent(['more', 'series'])]).toEqual([true, true, false]);
});
