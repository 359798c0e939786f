import { describe, expect, it } from 'vitest';
import {
  BAIL,
  createIntArrayState,
  END,
  FULL,
  INT_ARRAY_SLACK,
  intArrayKernel,
  NEED,
} from '../../../src/kernels/int-array/index.ts';

type Parse = (typeof intArrayKernel)['fast'];

const TWINS: readonly (readonly [string, Parse])[] = [
  ['reference', intArrayKernel.reference],
  ['fast', intArrayKernel.fast],
];

/** Shapes of real columns: each has a loop of the fast kernel made for it. */
const SHAPES: Readonly<Record<string, (i: number) => number>> = {
  constant: () => 3,
  'gain current': () => 28188,
  'repeated seconds': (i) => 1656329019 + Math.floor(i / 25),
  'running id': (i) => 124525 + i,
  'id that gains a digit': (i) => 99_980 + i,
  counts: (i) => 415_000 + ((i * 37) % 900),
  'microvolts around zero': (i) => ((i * 7919) % 2400) - 1200,
  'any width and sign': (i) => ((i * 7919) % 7 === 0 ? -1 : 1) * Math.floor(10 ** (((i * 0.618) % 1) * 9)),
  'eight digits': (i) => 12_345_678 + i,
  'nine digits': (i) => 123_456_789 + i,
  'int32 limits': (i) => (i % 2 === 0 ? 2_147_483_647 : -2_147_483_648),
};

/** Text behind an opening bracket, read to its end with an output of `room` values; `null`: not an array of int32. */
function read(parse: Parse, text: string | Uint8Array, room = 8192): number[] | null {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const state = createIntArrayState(bytes.length, room);
  state.input.set(bytes);
  const values: number[] = [];
  for (let position = 0; ; position = state.next) {
    const status = parse(state, position, bytes.length);
    values.push(...state.out.subarray(0, state.count));
    if (status === END) return state.next === bytes.length ? values : null;
    if (status !== FULL) return null;
  }
}

/** What JSON.parse reads of it, if it is an array of int32 in plain digits. */
function platformReads(text: Uint8Array): number[] | null {
  const array = `[${Buffer.from(text).toString('latin1')}`;
  try {
    const values: unknown = JSON.parse(array);
    const plain = /^[[\]\s,\d-]*$/.test(array);
    return plain && Array.isArray(values) && values.every((v) => (v | 0) === v && v !== undefined) ? values : null;
  } catch {
    return null;
  }
}

describe.each(TWINS)('%s kernel', (_name, parse) => {
  it.each(Object.keys(SHAPES))('reads %s whatever stands between the values', (shape) => {
    const values = Array.from({ length: 3000 }, (_, i) => (SHAPES[shape] as (i: number) => number)(i));
    for (const comma of [',', ', ', ',  ', ' ,', ',\n    ', ',\t', ',\r\n']) {
      expect(read(parse, `${values.join(comma)}]`)).toEqual(values);
      expect(read(parse, ` ${values.join(comma)} ]`, 7)).toEqual(values);
    }
  });

  it('stops before a token that the input ends in', () => {
    const text = '12,-345,6';
    const state = createIntArrayState(text.length, 8);
    state.input.set(Buffer.from(text));
    expect(parse(state, 0, text.length)).toBe(NEED);
    expect([...state.out.subarray(0, state.count)]).toEqual([12, -345]);
    expect(state.next).toBe(8);
  });

  it.each([
    '1.5',
    '1e2',
    '-0.0',
    '2147483648',
    '-2147483649',
    '12345678901',
    '01',
    '-',
    '--1',
    '+1',
    'null',
    '"1"',
    ']',
    '',
  ])('leaves %j to the caller', (token) => {
    const text = `7,8,${token},9]`;
    const state = createIntArrayState(text.length, 8);
    state.input.set(Buffer.from(text));
    expect(parse(state, 0, text.length)).toBe(BAIL);
    expect([...state.out.subarray(0, state.count)]).toEqual([7, 8]);
    expect(state.next).toBe(4);
  });

  it('fills its output and goes on from there', () => {
    const state = createIntArrayState(64, 2);
    state.input.set(Buffer.from('1,2,3]'));
    expect(parse(state, 0, 6)).toBe(FULL);
    expect([...state.out]).toEqual([1, 2]);
    expect(parse(state, state.next, 6)).toBe(END);
    expect([state.out[0], state.count]).toEqual([3, 1]);
  });

  it('reads no further than the slack behind the input', () => {
    const text = '3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3]';
    const state = createIntArrayState(text.length, 64);
    expect(state.input.length).toBe(text.length + INT_ARRAY_SLACK);
    state.input.set(Buffer.from(text));
    expect(parse(state, 0, text.length)).toBe(END);
    expect(state.count).toBe(16);
  });
});

it.each(Object.keys(SHAPES))('takes %s with any byte changed or missing only when JSON.parse does', (shape) => {
  const length = shape === 'constant' ? 90 : 24;
  const values = Array.from({ length }, (_, i) => (SHAPES[shape] as (i: number) => number)(i));
  for (const comma of [',', ', ']) {
    const original = Buffer.from(`${values.join(comma)}]`);
    for (let at = 0; at < original.length; at++) {
      const changes = [...Buffer.from('0159,-]. e\t"\\'), 0x00, 0x0b, 0xba, 0xff].map((byte) => {
        const changed = Uint8Array.from(original);
        changed[at] = byte;
        return changed;
      });
      changes.push(Buffer.concat([original.subarray(0, at), original.subarray(at + 1)]), original.subarray(0, at));
      for (const changed of changes) {
        const expected = platformReads(changed);
        for (const [name, parse] of TWINS) {
          const actual = read(parse, changed);
          const same = JSON.stringify(actual?.map((v) => v + 0)) === JSON.stringify(expected?.map((v) => v + 0));
          if (!same) expect({ name, text: Buffer.from(changed).toString('latin1'), actual }).toEqual({ expected });
        }
      }
    }
  }
});
