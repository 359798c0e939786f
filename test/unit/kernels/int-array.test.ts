import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  BAIL,
  END,
  FULL,
  INT_ARRAY_SLACK,
  type IntArrayReader,
  intArrayKernel,
  NEED,
} from '../../../src/kernels/int-array/index.ts';

type Create = (typeof intArrayKernel)['fast'];

const TWINS: readonly (readonly [string, Create])[] = [
  ['reference', intArrayKernel.reference],
  ['fast', intArrayKernel.fast],
  // Everywhere but where the environment switches it off.
  ...(intArrayKernel.wasm(1, 1) === null ? [] : [['wasm', intArrayKernel.wasm as Create] as const]),
];

const MAX_TEXT = 65_536;

/** So that loops that look far ahead get to the end of the array, too. */
const MORE_TEXT = ' '.repeat(128);

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

/** A reader that has taken in a text, without an opening bracket, and the length of it. */
function taken(create: Create, text: string | Uint8Array, room: number): [reader: IntArrayReader, length: number] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const reader = create(bytes.length, room);
  reader.input.set(bytes);
  return [reader, bytes.length];
}

/** Readers used again and again: a WebAssembly memory is too dear for each of 100,000 texts. */
const readers = new Map<string, IntArrayReader>();

/** All values of a text, read with an output of `room` values; `null`: not an array of int32 and white space behind. */
function read(create: Create, text: string | Uint8Array, room = 8192): number[] | null {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const key = `${create.name} ${room}`;
  const reader = readers.get(key) ?? create(MAX_TEXT, room);
  readers.set(key, reader);
  reader.input.set(bytes);
  reader.input.fill(0, bytes.length, bytes.length + INT_ARRAY_SLACK);
  const values: number[] = [];
  for (let position = 0; ; position = reader.next) {
    const status = reader.parse(position, bytes.length);
    const part = reader.out.subarray(0, reader.count);
    expect(reader.bits).toBe(part.reduce((bits, value) => bits | value, 0));
    expect(reader.commonBits).toBe(part.reduce((bits, value) => bits & value, -1));
    values.push(...part);
    if (status === END) return bytes.subarray(reader.next).every((byte) => byte === 0x20) ? values : null;
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

describe.each(TWINS)('%s kernel', (_name, create) => {
  it.each(Object.keys(SHAPES))('reads %s whatever stands between the values', (shape) => {
    const values = Array.from({ length: 3000 }, (_, i) => (SHAPES[shape] as (i: number) => number)(i));
    for (const comma of [',', ', ', ',  ', ' ,', ',\n    ', ',\t', ',\r\n']) {
      expect(read(create, `${values.join(comma)}]`)).toEqual(values);
      expect(read(create, `${values.join(comma)}]${MORE_TEXT}`)).toEqual(values);
      expect(read(create, ` ${values.join(comma)} ]`, 7)).toEqual(values);
    }
  });

  it('finds where plain text ends: at any byte that is not plain, wherever it is, or at the end', () => {
    const [reader] = taken(create, 'x'.repeat(200), 1);
    expect(reader.plainEnd(3, 200)).toBe(200);
    expect(reader.plainEnd(200, 200)).toBe(200);
    for (let byte = 0; byte < 256; byte++) {
      const isPlain = /^[ !#-[\]-\x7f]$/.test(String.fromCharCode(byte));
      for (const at of [5, 6, 7, 8, 30, 31, 47, 101]) {
        reader.input[at] = byte;
        for (const end of [at, at + 1, 150]) expect(reader.plainEnd(5, end)).toBe(isPlain ? end : Math.min(at, end));
        reader.input[at] = 0x78;
      }
    }
  });

  it('stops before a token that the input ends in', () => {
    const [reader, end] = taken(create, '12,-345,6', 8);
    expect(reader.parse(0, end)).toBe(NEED);
    expect([...reader.out.subarray(0, reader.count)]).toEqual([12, -345]);
    expect(reader.next).toBe(8);
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
    const [reader, end] = taken(create, `7,8,${token},9]`, 8);
    expect(reader.parse(0, end)).toBe(BAIL);
    expect([...reader.out.subarray(0, reader.count)]).toEqual([7, 8]);
    expect(reader.next).toBe(4);
  });

  it('fills its output and goes on from there', () => {
    const [reader, end] = taken(create, '1,2,3]', 2);
    expect(reader.parse(0, end)).toBe(FULL);
    expect([...reader.out]).toEqual([1, 2]);
    expect(reader.parse(reader.next, end)).toBe(END);
    expect([reader.out[0], reader.count]).toEqual([3, 1]);
  });

  it('reads no further than the slack behind the input', () => {
    const text = '3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3]';
    const [reader, end] = taken(create, text, 64);
    expect(reader.input.length).toBe(text.length + INT_ARRAY_SLACK);
    expect(reader.parse(0, end)).toBe(END);
    expect(reader.count).toBe(16);
  });

  it.each([
    ['1,2,3]', false],
    ['1, 2,\t3\r]', false],
    ['1,2\n,3]', true],
    ['\n1,2,3]', true],
    [`${'7,\n '.repeat(100)}7]`, true],
    ['1,2]\n', false],
  ])('tells whether there was a line feed in %j', (text, lineFeed) => {
    const [reader, end] = taken(create, text, 200);
    expect(reader.parse(0, end)).toBe(END);
    expect(reader.lineFeed).toBe(lineFeed);
  });

  it('goes on wherever a text of it ended', () => {
    const values = Object.values(SHAPES).flatMap((shape) => Array.from({ length: 30 }, (_, i) => shape(i)));
    const text = Buffer.from(`${values.join(', ')}]`);
    const [reader] = taken(create, text, 4096);
    for (let cut = 0; cut < text.length; cut++) {
      reader.input.fill(0).set(text.subarray(0, cut));
      expect(reader.parse(0, cut)).toBe(NEED);
      const first = [...reader.out.subarray(0, reader.count)];
      const rest = text.subarray(reader.next);
      reader.input.fill(0).set(rest);
      expect(reader.parse(0, rest.length)).toBe(END);
      const all = [...first, ...reader.out.subarray(0, reader.count)];
      if (!isDeepStrictEqual(all, values)) expect({ cut, all }).toEqual({ cut, all: values });
    }
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
      for (const change of changes) {
        const changed = Buffer.concat([change, Buffer.from(MORE_TEXT)]);
        const expected = platformReads(changed);
        for (const [name, create] of TWINS) {
          const actual = read(create, changed);
          const same = JSON.stringify(actual?.map((v) => v + 0)) === JSON.stringify(expected?.map((v) => v + 0));
          if (!same) expect({ name, text: Buffer.from(changed).toString('latin1'), actual }).toEqual({ expected });
        }
      }
    }
  }
});
